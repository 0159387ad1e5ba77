using VQWave.Models;

namespace VQWave.Inference.Kernels;

/// <summary>
/// Recognises a generator by the structure of its graph, from the outputs back to the inputs; names count for inputs and outputs only. Whatever
/// it does not know, it refuses: ONNX Runtime then executes the graph.
/// </summary>
internal sealed class GeneratorGraphReader
{
    private const string QuantizedDomain = "com.microsoft";

    private readonly OnnxGraph graph;
    private readonly GeneratorNetwork network;
    private readonly int codebookSize;

    private GeneratorGraphReader(OnnxGraph graph, LevelConfiguration level)
    {
        this.graph = graph;
        network = level.Generator;
        codebookSize = level.CodebookSize;
    }

    private int Units => network.Units;

    /// <summary>Reads a generator's file.</summary>
    /// <param name="bytes">The file.</param>
    /// <param name="level">The level that it belongs to.</param>
    /// <exception cref="InvalidDataException">The graph is not known; the message says where it differs.</exception>
    public static GeneratorGraph Read(ReadOnlyMemory<byte> bytes, LevelConfiguration level)
    {
        try
        {
            return new GeneratorGraphReader(OnnxGraph.Parse(bytes), level).Read();
        }
        catch (ArgumentOutOfRangeException e)
        {
            throw new InvalidDataException("a node has fewer inputs than its operator", e);
        }
    }

    private GeneratorGraph Read()
    {
        var logits = Linear("logits", codebookSize, Units, out var activated);
        var elu = Node(activated, "Elu");
        Require(elu.Reals.GetValueOrDefault("alpha", 1) == 1, "an ELU has another slope");
        var dense = Linear(elu.Inputs[0], Units, Units, out var hidden);
        var toOutput = network.Context is { ToOutput: true };
        if (toOutput)
        {
            hidden = OtherAddend(hidden, IsOutputContext, "the context is not added to the last layer's output");
        }

        var lstm = new LinearLayer[network.Layers];
        for (var i = network.Layers - 1; i >= 0; i--)
        {
            Require(hidden == $"h_{i}_out", $"'{hidden}' is not the output of LSTM layer {i}");
            lstm[i] = Cell(i, out hidden);
        }

        if (network.Context is not null)
        {
            hidden = OtherAddend(hidden, IsEmbeddingContext, "the context is not added to the embedding");
        }

        var gather = Node(hidden, "Gather");
        Require(gather.Integers.GetValueOrDefault("axis") == 0 && gather.Inputs[1] == "code", "the code is not looked up");
        var table =
            graph.Constant(gather.Inputs[0]) is { } constant && constant.Has(codebookSize, network.EmbeddingDimension)
                ? constant.ToFloats()
                : throw new InvalidDataException("the embedding is no table of the configuration's size");
        return new GeneratorGraph
        {
            CodebookSize = codebookSize,
            EmbeddingDimension = network.EmbeddingDimension,
            Units = Units,
            Embedding = table,
            HasContext = network.Context is not null,
            HasOutputContext = toOutput,
            Lstm = lstm,
            Dense = dense,
            Logits = logits,
        };
    }

    // h' = σ(o) tanh(c'), c' = σ(f) c + σ(i) tanh(g), with the gates split from one product of [x, h].
    private LinearLayer Cell(int index, out string input)
    {
        var output = Node($"h_{index}_out", "Mul");
        var outputGate = Gate(OneOf(output, "Sigmoid"), out var split);
        var squashed = OneOf(output, "Tanh");
        Require(squashed.Inputs[0] == $"c_{index}_out", "a hidden state does not follow from its cell state");
        var sum = Node($"c_{index}_out", "Add");
        var kept = Node(sum.Inputs[0], "Mul");
        var added = Node(sum.Inputs[1], "Mul");
        if (!kept.Inputs.Contains($"c_{index}"))
        {
            (kept, added) = (added, kept);
        }

        Require(kept.Inputs.Contains($"c_{index}"), "a cell state is not carried on");
        var gates = new[]
        {
            Gate(OneOf(added, "Sigmoid"), out var splitInput),
            Gate(OneOf(kept, "Sigmoid"), out var splitForget),
            Gate(OneOf(added, "Tanh"), out var splitCell),
            outputGate,
        };
        Require(split == splitInput && split == splitForget && split == splitCell, "gates of a layer come from several products");
        Require(gates.SequenceEqual([0, 1, 2, 3]), "gates are not in the order i, f, g, o");
        Require(IsSplit(split, Units, Units, Units, Units), "gates are not split evenly");

        var inputs = index == 0 ? network.EmbeddingDimension : Units;
        var layer = Linear(split.Inputs[0], 4 * Units, inputs + Units, out var joined);
        var concat = Node(joined, "Concat");
        Require(
            concat.Inputs.Count == 2 && concat.Inputs[1] == $"h_{index}" && concat.Integers.GetValueOrDefault("axis") is 1 or -1,
            "a layer's input is not joined with its state"
        );
        input = concat.Inputs[0];
        return layer;
    }

    // The product of one computed value with a constant matrix, and a constant bias, in any of the ways to write it.
    private LinearLayer Linear(string output, int rows, int columns, out string input)
    {
        var node = Producer(output);
        float[]? bias = null;
        if (node.Operation == "Add")
        {
            var constant = node.Inputs.FindIndex(i => graph.Constant(i) is not null);
            Require(constant >= 0, $"'{output}' adds no constant");
            bias = Floats(node.Inputs[constant], rows);
            node = Producer(node.Inputs[1 - constant]);
        }

        input = node.Inputs[0];
        switch (node.Operation)
        {
            case "MatMul":
                return new LinearLayer(rows, columns, Floats(node.Inputs[1], columns, rows), null, bias ?? new float[rows]);
            case "Gemm" when bias is null:
                var transposed = node.Integers.GetValueOrDefault("transB") != 0;
                Require(
                    node.Integers.GetValueOrDefault("transA") == 0
                        && node.Reals.GetValueOrDefault("alpha", 1) == 1
                        && node.Reals.GetValueOrDefault("beta", 1) == 1,
                    "a Gemm is scaled or turned"
                );
                var weights = transposed
                    ? Transpose(Floats(node.Inputs[1], rows, columns), rows, columns)
                    : Floats(node.Inputs[1], columns, rows);
                return new LinearLayer(rows, columns, weights, null, node.HasInput(2) ? Floats(node.Inputs[2], rows) : new float[rows]);
            case "MatMulNBits" when node.Domain == QuantizedDomain:
                if (node.HasInput(5))
                {
                    Require(bias is null, $"'{output}' has two biases");
                    bias = Floats(node.Inputs[5], rows);
                }

                return new LinearLayer(rows, columns, null, Blocks(node, rows, columns), bias ?? new float[rows]);
            default:
                throw new InvalidDataException($"'{output}' is computed by {node.Operation}");
        }
    }

    // The layout is that of docs/model-pack.md, "Quantised generators".
    private BlockMatrix Blocks(OnnxNode node, int rows, int columns)
    {
        var bits = (int)node.Integers.GetValueOrDefault("bits", 4);
        var size = (int)node.Integers.GetValueOrDefault("block_size");
        Require(bits is 4 or 8, $"a matrix has {bits} bits");
        Require(size is >= 16 and <= 4096 && int.IsPow2(size), $"a matrix has blocks of {size}");
        Require(
            node.Integers.GetValueOrDefault("K") == columns && node.Integers.GetValueOrDefault("N") == rows,
            "a quantised matrix has another size than its layer"
        );
        Require(!node.HasInput(3) && !node.HasInput(4), "a quantised matrix has zero points or groups");
        var count = (columns + size - 1) / size;
        var width = size * bits / 8;
        var stored =
            graph.Initializers.GetValueOrDefault(node.Inputs[1]) is { } values && values.Has(rows, count, width)
                ? values.ToBytes()
                : throw new InvalidDataException("a quantised matrix is not stored as its attributes say");
        var starts = new int[count + 1];
        for (var b = 0; b < count; b++)
        {
            starts[b] = b * size;
        }

        starts[count] = columns;
        var matrix = new BlockMatrix(rows, starts, bits);
        var scales = graph.Initializers.GetValueOrDefault(node.Inputs[2]);
        Require(scales is not null && scales.Count == rows * count, "a quantised matrix lacks scales");
        scales!.ToFloats().CopyTo(matrix.Scales, 0);
        for (var row = 0; row < rows; row++)
        {
            for (var column = 0; column < columns; column++)
            {
                var j = column % size;
                var at = ((row * count) + (column / size)) * width;
                matrix.Values[(row * columns) + column] =
                    bits == 8 ? (sbyte)(stored[at + j] - 128) : (sbyte)(((stored[at + (j / 2)] >> (4 * (j % 2))) & 15) - 8);
            }
        }

        return matrix;
    }

    private int Gate(OnnxNode activation, out OnnxNode split)
    {
        split = Node(activation.Inputs[0], "Split");
        return split.Outputs.IndexOf(activation.Inputs[0]);
    }

    private OnnxNode OneOf(OnnxNode product, string operation)
    {
        foreach (var input in product.Inputs)
        {
            if (graph.Producers.TryGetValue(input, out var node) && node.Operation == operation)
            {
                return node;
            }
        }

        throw new InvalidDataException($"a gate lacks its {operation}");
    }

    private string OtherAddend(string value, Predicate<string> isWanted, string problem)
    {
        var add = Node(value, "Add");
        var wanted = add.Inputs.FindIndex(isWanted);
        Require(wanted >= 0, problem);
        return add.Inputs[1 - wanted];
    }

    private bool IsEmbeddingContext(string name) =>
        network.Context!.ToOutput ? IsContextPart(name, 0) : name == "context" && graph.Inputs.Contains(name);

    private bool IsOutputContext(string name) => IsContextPart(name, 1);

    private bool IsContextPart(string name, int part) =>
        graph.Producers.TryGetValue(name, out var node)
        && node.Operation == "Split"
        && node.Inputs[0] == "context"
        && node.Outputs.IndexOf(name) == part
        && IsSplit(node, network.EmbeddingDimension, Units);

    private bool IsSplit(OnnxNode node, params long[] sizes) =>
        node.Integers.GetValueOrDefault("axis") is 1 or -1
        && node.HasInput(1)
        && graph.Initializers.TryGetValue(node.Inputs[1], out var tensor)
        && tensor.ToIntegers().SequenceEqual(sizes);

    private float[] Floats(string name, params ReadOnlySpan<long> sizes) =>
        graph.Constant(name) is { } tensor && tensor.Has(sizes)
            ? tensor.ToFloats()
            : throw new InvalidDataException($"'{name}' is no constant of the configuration's size");

    private OnnxNode Producer(string name) =>
        graph.Producers.TryGetValue(name, out var node) && node.Inputs.Count > 0
            ? node
            : throw new InvalidDataException($"'{name}' is not computed");

    private OnnxNode Node(string name, string operation)
    {
        var node = Producer(name);
        return node.Operation == operation
            ? node
            : throw new InvalidDataException($"'{name}' is computed by {node.Operation} where {operation} is expected");
    }

    private static void Require(bool condition, string problem)
    {
        if (!condition)
        {
            throw new InvalidDataException(problem);
        }
    }

    private static float[] Transpose(float[] data, int rows, int columns)
    {
        var result = new float[data.Length];
        for (var r = 0; r < rows; r++)
        {
            for (var c = 0; c < columns; c++)
            {
                result[(c * rows) + r] = data[(r * columns) + c];
            }
        }

        return result;
    }
}
