using System.Runtime.InteropServices;
using Google.Protobuf;
using VQWave.Models;
using VQWave.OnnxExport.Onnx;
using DataType = VQWave.OnnxExport.Onnx.TensorProto.Types.DataType;

namespace VQWave.OnnxExport.Quantization;

/// <summary>A generator's ONNX file as <see cref="StageGraphs.Generator"/> writes it, with its matrices found.</summary>
internal sealed class GeneratorGraph
{
    private const string QuantizedDomain = "com.microsoft";

    // ONNX Runtime's fast kernels: the inputs are rounded to 8 bits in the same blocks.
    private const int AccuracyLevel = 4;

    private readonly ModelProto model;
    private readonly string source;

    private GeneratorGraph(ModelProto model, string source)
    {
        this.model = model;
        this.source = source;
    }

    /// <summary>The matrices in the order of computation.</summary>
    public IReadOnlyList<GeneratorMatrix> Matrices { get; private set; } = [];

    /// <summary>Reads a file.</summary>
    /// <param name="bytes">The file.</param>
    /// <param name="level">The level that it belongs to.</param>
    /// <param name="source">Its name for messages.</param>
    /// <exception cref="VQWaveException">It is quantised already, or is not laid out as ours are.</exception>
    public static GeneratorGraph Parse(byte[] bytes, LevelConfiguration level, string source)
    {
        var graph = new GeneratorGraph(StageModel.Parse(bytes, source), source);
        var units = level.Generator.Units;
        var matrices = new List<GeneratorMatrix>();
        for (var i = 0; i < level.Generator.Layers; i++)
        {
            matrices.Add(graph.Find($"lstm.{i}", (i == 0 ? level.Generator.EmbeddingDimension : units) + units, 4 * units));
        }

        matrices.Add(graph.Find("dense", units, units));
        matrices.Add(graph.Find("logits", units, level.CodebookSize));
        graph.Matrices = matrices;
        return graph;
    }

    /// <summary>The file with the input of each matrix as a further output, under the names of <see cref="GeneratorMatrix.Input"/>.</summary>
    public byte[] WithInputsShown()
    {
        var copy = model.Clone();
        foreach (var input in Matrices.Select(m => m.Input).Where(i => copy.Graph.Output.All(o => o.Name != i)).Distinct())
        {
            copy.Graph.Output.Add(
                new ValueInfoProto
                {
                    Name = input,
                    Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = (int)DataType.Float } },
                }
            );
        }

        return copy.ToByteArray();
    }

    /// <summary>The file with quantised matrices.</summary>
    /// <param name="matrices">The quantised matrices by name; the others stay as they are.</param>
    /// <param name="precision">What the metadata say.</param>
    public byte[] WithQuantized(IReadOnlyDictionary<string, QuantizedMatrix> matrices, string precision)
    {
        var copy = model.Clone();
        foreach (var matrix in Matrices.Where(m => matrices.ContainsKey(m.Name)))
        {
            Replace(copy.Graph, matrix, matrices[matrix.Name]);
        }

        copy.OpsetImport.Add(new OperatorSetIdProto { Domain = QuantizedDomain, Version = 1 });
        copy.MetadataProps.Add(new StringStringEntryProto { Key = ModelStages.PrecisionKey, Value = precision });
        return copy.ToByteArray();
    }

    private static void Replace(GraphProto graph, GeneratorMatrix matrix, QuantizedMatrix quantized)
    {
        var nodes = graph.Node;
        var product = nodes.Single(n => n.Name == matrix.Product);
        var sum = nodes.Single(n => n.Name == matrix.Sum);
        var node = new NodeProto
        {
            Name = product.Name,
            OpType = StageModel.QuantizedOperator,
            Domain = QuantizedDomain,
        };
        string values = $"{matrix.Name}.weight_q",
            scales = $"{matrix.Name}.weight_scales";
        node.Input.AddRange([matrix.Input, values, scales, "", "", matrix.Bias]);
        node.Output.Add(sum.Output[0]);
        node.Attribute.AddRange([
            GraphBuilder.Attribute("K", (long)quantized.Columns),
            GraphBuilder.Attribute("N", (long)quantized.Rows),
            GraphBuilder.Attribute("bits", (long)quantized.Format.Bits),
            GraphBuilder.Attribute("block_size", (long)quantized.Format.Block),
            GraphBuilder.Attribute("accuracy_level", (long)AccuracyLevel),
        ]);
        nodes[nodes.IndexOf(product)] = node;
        nodes.Remove(sum);
        if (nodes.FirstOrDefault(n => n.OpType == "Cast" && n.Output[0] == product.Input[1]) is { } cast)
        {
            nodes.Remove(cast);
        }

        var initializers = graph.Initializer;
        initializers.Remove(initializers.Single(t => t.Name == matrix.Weight));
        initializers.Add(Tensor(values, DataType.Uint8, quantized.Values, quantized.Rows, quantized.Blocks, quantized.Values.Length));
        var bytes = MemoryMarshal.AsBytes<float>(quantized.Scales).ToArray();
        initializers.Add(Tensor(scales, DataType.Float, bytes, quantized.Rows, quantized.Blocks, 0));
    }

    private static TensorProto Tensor(string name, DataType type, byte[] bytes, long rows, long blocks, long length)
    {
        var tensor = new TensorProto
        {
            Name = name,
            DataType = (int)type,
            RawData = UnsafeByteOperations.UnsafeWrap(bytes),
        };
        tensor.Dims.AddRange(length == 0 ? [rows, blocks] : [rows, blocks, length / (rows * blocks)]);
        return tensor;
    }

    private GeneratorMatrix Find(string name, int inputs, int outputs)
    {
        var nodes = model.Graph.Node;
        var product = nodes.FirstOrDefault(n => n.Name == $"{name}.matmul" && n.OpType == "MatMul" && n.Input.Count == 2);
        var sum = product is null ? null : nodes.FirstOrDefault(n => n.OpType == "Add" && n.Input.Contains(product.Output[0]));
        var bias = sum?.Input.FirstOrDefault(i => i != product!.Output[0]);
        if (product is null || bias is null || Initializer(bias) is null)
        {
            throw Unknown($"the matrix '{name}' is missing");
        }

        // A matrix in float16 is widened by a Cast.
        var weight = nodes.FirstOrDefault(n => n.OpType == "Cast" && n.Output[0] == product.Input[1])?.Input[0] ?? product.Input[1];
        var tensor = Initializer(weight) ?? throw Unknown($"the matrix '{name}' is not a constant");
        if (!tensor.Dims.SequenceEqual([inputs, outputs]))
        {
            throw Unknown($"the matrix '{name}' is {WeightTensor.Describe(tensor.Dims)} where ({inputs}, {outputs}) is expected");
        }

        return new GeneratorMatrix
        {
            Name = name,
            Columns = inputs,
            Rows = outputs,
            Values = TensorValues.Transpose(Floats(tensor), inputs, outputs),
            Product = product.Name,
            Sum = sum!.Name,
            Input = product.Input[0],
            Weight = weight,
            Bias = bias,
        };
    }

    private TensorProto? Initializer(string name) => model.Graph.Initializer.FirstOrDefault(t => t.Name == name);

    private float[] Floats(TensorProto tensor) =>
        TensorValues.Read(tensor) ?? throw Unknown($"the values of '{tensor.Name}' are not float32 or float16");

    private VQWaveException Unknown(string what) =>
        new($"{source} is not laid out as this version writes generators ({what}): export the pack again, then quantise it.");
}
