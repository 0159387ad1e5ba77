using System.Buffers.Binary;
using System.Runtime.InteropServices;
using VQWave.Models;

namespace VQWave.Inference.Blocks;

/// <summary>
/// Makes a block of steps out of a generator's one step: the steps one after the other, and between two of them the draw of a code, so that a
/// whole block runs without the host.
/// </summary>
/// <remarks>
/// <para>
/// Inputs, for a block of n codes and a batch of b: <c>code</c> int64 [b], the code before the block; <c>context</c> float32 [n, b, C] (not at
/// the coarsest level), row i that of the code before code i; the states <c>h_i</c>, <c>c_i</c> [b, U]; and the controls of each code:
/// <c>temperature</c> float32, <c>top_k</c> int64 (1 to all), <c>uniform</c> float64, [n, b, 1] each, and <c>given</c> int64 [n, b], a code to
/// take instead of the drawn one, or −1. Outputs: <c>codes</c> int64 [n, b] and the states <c>h_i_out</c>, <c>c_i_out</c>.
/// </para>
/// <para>
/// All shapes are fixed and there is no control flow, as a CUDA graph wants it. Nor is there a node whose CUDA kernel copies a table from host
/// memory, which a replayed graph would find overwritten: a Concat of parts of several sizes becomes a sum of padded parts, a Split into several sizes becomes
/// slices, and nothing has more than <see cref="MostParts"/> inputs.
/// </para>
/// </remarks>
internal sealed class BlockGraph
{
    /// <summary>The most tensors that are concatenated at a time: CUDA kernels take up to 32 by value.</summary>
    public const int MostParts = 16;

    private readonly OnnxGraph step;
    private readonly LevelConfiguration level;
    private readonly int length;
    private readonly int batch;
    private readonly bool half;
    private readonly OnnxWriter writer = new();
    private readonly HashSet<string> constants;
    private readonly HashSet<OnnxNode> constantNodes;
    private readonly Dictionary<string, int> widths;

    private BlockGraph(OnnxGraph step, LevelConfiguration level, int length, int batch, bool half)
    {
        this.step = step;
        this.level = level;
        this.length = length;
        this.batch = batch;
        this.half = half;
        constants = [.. step.StoredInitializers.Keys];
        constantNodes = [];
        foreach (var node in step.Nodes.Where(n => n.Inputs.TrueForAll(i => i.Length == 0 || constants.Contains(i))))
        {
            constantNodes.Add(node);
            constants.UnionWith(node.Outputs);
        }

        widths = GraphWidths.Of(step, level);
    }

    /// <summary>Element type of the states: float16 with half precision, else float32.</summary>
    private int Real => half ? OnnxTensor.Float16 : OnnxTensor.Float32;

    /// <summary>Makes the block's graph.</summary>
    /// <param name="step">The generator's step.</param>
    /// <param name="level">The level that it belongs to.</param>
    /// <param name="length">Codes of the block, 1 or more.</param>
    /// <param name="batch">Number of independent sequences.</param>
    /// <param name="half">Whether the network computes in float16; draws are computed in float32 and float64 in any case.</param>
    /// <returns>The ONNX file's bytes.</returns>
    /// <exception cref="InvalidDataException">The graph is not a generator's step.</exception>
    public static byte[] Build(OnnxGraph step, LevelConfiguration level, int length, int batch, bool half)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(batch, 1);
        return new BlockGraph(step, level, length, batch, half).Build();
    }

    private byte[] Build()
    {
        var states = StateNames();
        var values = new Dictionary<string, string>(StringComparer.Ordinal) { ["code"] = writer.Input("code", OnnxTensor.Int64, batch) };
        foreach (var state in states)
        {
            values[state] = writer.Input(state, Real, batch, level.Generator.Units);
        }

        var context = AddContext();
        var sampling = new BlockSampling(writer, level.CodebookSize, length, batch);
        foreach (var node in constantNodes)
        {
            AddConstant(node);
        }

        var codes = new List<string>(length);
        for (var i = 0; i < length; i++)
        {
            var next = new Dictionary<string, string>(values, StringComparer.Ordinal);
            if (context is not null)
            {
                next["context"] = writer.Node("Gather", $"{i}/context", [context, writer.Integers($"row_{i}", false, i)], ("axis", 0));
            }

            foreach (var node in step.Nodes.Where(n => !constantNodes.Contains(n)))
            {
                AddNode(node, i, next);
            }

            var logits = Named(next, "logits");
            logits = half ? writer.Node("Cast", $"{i}/logits.wide", [logits], ("to", OnnxTensor.Float32)) : logits;
            values["code"] = sampling.Draw(i, logits, $"{i}/code");
            codes.Add(writer.Node("Unsqueeze", $"{i}/code.row", [values["code"], writer.Integers("first_axis", true, 0)]));
            foreach (var state in states)
            {
                values[state] = Named(next, $"{state}_out");
            }
        }

        Concatenate(codes, "codes");
        writer.Output("codes", OnnxTensor.Int64, length, batch);
        foreach (var state in states)
        {
            writer.Output($"{state}_out", Real, batch, level.Generator.Units);
        }

        return writer.ToBytes($"block_{length}", step.IrVersion, step.Operators);
    }

    private List<string> StateNames() => [.. Enumerable.Range(0, level.Generator.Layers).SelectMany(i => new[] { $"h_{i}", $"c_{i}" })];

    private string? AddContext()
    {
        if (level.Generator.ContextWidth == 0)
        {
            return null;
        }

        var context = writer.Input("context", OnnxTensor.Float32, length, batch, level.Generator.ContextWidth);
        return half ? writer.Node("Cast", "context.half", [context], ("to", OnnxTensor.Float16)) : context;
    }

    // A stored weight, or what is computed of stored weights alone: once for all steps.
    private void AddConstant(OnnxNode node)
    {
        if (half && node is { Operation: "Cast", Inputs.Count: 1 } && node.Integers.GetValueOrDefault("to") == OnnxTensor.Float32)
        {
            writer.Node("Cast", node.Outputs[0], [Constant(node.Inputs[0])], ("to", OnnxTensor.Float16));
            return;
        }

        foreach (var input in node.Inputs.Where(i => i.Length > 0))
        {
            Constant(input);
        }

        writer.Node(node);
    }

    private string Constant(string name)
    {
        if (!step.StoredInitializers.TryGetValue(name, out var stored))
        {
            return name;
        }

        if (!half || !step.Initializers.TryGetValue(name, out var tensor) || tensor.Type != OnnxTensor.Float32)
        {
            writer.Initializer(name, stored.Span);
            return name;
        }

        var values = tensor.ToFloats();
        var raw = new byte[values.Length * 2];
        for (var i = 0; i < values.Length; i++)
        {
            BinaryPrimitives.WriteHalfLittleEndian(raw.AsSpan(i * 2), (Half)values[i]);
        }

        return writer.Initializer(name, OnnxTensor.Float16, [.. tensor.Dimensions], raw);
    }

    private string Named(Dictionary<string, string> values, string name)
    {
        if (values.TryGetValue(name, out var value))
        {
            return value;
        }

        return constants.Contains(name) ? Constant(name) : throw new InvalidDataException($"it uses '{name}' before it is computed");
    }

    private void AddNode(OnnxNode node, int index, Dictionary<string, string> values)
    {
        var inputs = node.Inputs.ConvertAll(i => i.Length == 0 ? "" : Named(values, i));
        var isLast = index == length - 1;
        var outputs = node.Outputs.ConvertAll(o => isLast && o.EndsWith("_out", StringComparison.Ordinal) ? o : $"{index}/{o}");
        switch (node.Operation)
        {
            case "Concat" when Parts(node.Inputs) is { } parts && parts.Distinct().Count() > 1:
                PadAndAdd(inputs, parts, outputs[0]);
                break;
            case "Split" when Parts(node.Outputs) is { } parts && parts.Distinct().Count() > 1:
                Slice(inputs[0], parts, outputs);
                break;
            default:
                var copy = new OnnxNode { Operation = node.Operation, Domain = node.Domain };
                copy.Inputs.AddRange(inputs);
                copy.Outputs.AddRange(outputs);
                copy.Attributes.AddRange(node.Attributes);
                writer.Node(copy);
                break;
        }

        for (var i = 0; i < outputs.Count; i++)
        {
            values[node.Outputs[i]] = outputs[i];
        }
    }

    private List<int>? Parts(List<string> names) => names.TrueForAll(widths.ContainsKey) ? names.ConvertAll(n => widths[n]) : null;

    private void PadAndAdd(List<string> inputs, List<int> parts, string output)
    {
        var total = parts.Sum();
        var before = 0;
        var padded = "";
        for (var i = 0; i < inputs.Count; i++)
        {
            var after = total - before - parts[i];
            var pads = writer.Integers($"pads_{before}_{after}", true, 0, before, 0, after);
            var part = writer.Node("Pad", $"{output}.{i}", [inputs[i], pads]);
            padded = i == 0 ? part : writer.Node("Add", i == inputs.Count - 1 ? output : $"{output}.{i}.sum", [padded, part]);
            before += parts[i];
        }
    }

    private void Slice(string input, List<int> parts, List<string> outputs)
    {
        var start = 0;
        for (var i = 0; i < parts.Count; i++)
        {
            var end = start + parts[i];
            writer.Node(
                "Slice",
                outputs[i],
                [
                    input,
                    writer.Integers($"from_{start}", true, start),
                    writer.Integers($"from_{end}", true, end),
                    writer.Integers("second_axis", true, 1),
                ]
            );
            start = end;
        }
    }

    // Parts of one size in every round: of several sizes CUDA's kernel knows by a table in host memory.
    private void Concatenate(List<string> rows, string output)
    {
        for (var round = 0; rows.Count > MostParts; round++)
        {
            var size = LargestPart(rows.Count);
            rows = [.. rows.Chunk(size).Select((part, i) => writer.Node("Concat", $"codes.{round}.{i}", part, ("axis", 0)))];
        }

        writer.Node("Concat", output, CollectionsMarshal.AsSpan(rows), ("axis", 0));
    }

    private static int LargestPart(int count)
    {
        var size = MostParts;
        while (count % size != 0)
        {
            size--;
        }

        return size > 1
            ? size
            : throw new ArgumentException($"A block of {count} codes cannot be made of equal parts of at most {MostParts}.", nameof(count));
    }
}
