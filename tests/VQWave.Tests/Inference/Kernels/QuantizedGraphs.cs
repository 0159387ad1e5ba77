using System.Runtime.InteropServices;
using Google.Protobuf;
using VQWave.OnnxExport;
using VQWave.OnnxExport.Onnx;
using DataType = VQWave.OnnxExport.Onnx.TensorProto.Types.DataType;

namespace VQWave.Tests.Inference.Kernels;

/// <summary>Makes MatMulNBits nodes of a float generator's products, with numbers drawn at random: what they were does not matter.</summary>
internal static class QuantizedGraphs
{
    public static byte[] Quantize(byte[] file, string[] matrices, int bits, int block)
    {
        var model = ModelProto.Parser.ParseFrom(file);
        model.OpsetImport.Add(new OperatorSetIdProto { Domain = "com.microsoft", Version = 1 });
        var random = new Random(bits + block);
        foreach (var matrix in matrices)
        {
            Replace(model.Graph, matrix, bits, block, random);
        }

        return model.ToByteArray();
    }

    private static void Replace(GraphProto graph, string matrix, int bits, int block, Random random)
    {
        var product = graph.Node.Single(n => n.Name == $"{matrix}.matmul");
        var weight = graph.Initializer.Single(i => i.Name == $"{matrix}.weight");
        var (inputs, outputs) = ((int)weight.Dims[0], (int)weight.Dims[1]);
        var blocks = (inputs + block - 1) / block;
        var bytes = new byte[outputs * blocks * block * bits / 8];
        for (var row = 0; row < outputs; row++)
        {
            for (var column = 0; column < blocks * block; column++)
            {
                var zero = 1 << (bits - 1);
                var q = column < inputs ? random.Next(2 * zero) : zero;
                var at = (row * blocks * block) + column;
                bytes[at * bits / 8] |= (byte)(bits == 8 ? q : q << (4 * (at % 2)));
            }
        }

        var scales = new float[outputs * blocks];
        for (var i = 0; i < scales.Length; i++)
        {
            scales[i] = (random.NextSingle() - 0.5f) / (1 << bits);
        }

        graph.Initializer.Add(Tensor($"{matrix}.weight_q", DataType.Uint8, bytes, outputs, blocks, block * bits / 8));
        graph.Initializer.Add(
            Tensor($"{matrix}.weight_scales", DataType.Float, MemoryMarshal.AsBytes<float>(scales).ToArray(), outputs, blocks)
        );
        var sum = graph.Node.Single(n => n.OpType == "Add" && n.Input.Contains(product.Output[0]));
        var quantized = new NodeProto
        {
            OpType = "MatMulNBits",
            Domain = "com.microsoft",
            Name = product.Name,
        };
        quantized.Input.AddRange([
            product.Input[0],
            $"{matrix}.weight_q",
            $"{matrix}.weight_scales",
            "",
            "",
            sum.Input.Single(i => i != product.Output[0]),
        ]);
        quantized.Output.Add(sum.Output[0]);
        foreach (var (name, value) in new[] { ("K", inputs), ("N", outputs), ("bits", bits), ("block_size", block), ("accuracy_level", 4) })
        {
            quantized.Attribute.Add(GraphBuilder.Attribute(name, (long)value));
        }

        graph.Node.Insert(graph.Node.IndexOf(product), quantized);
        graph.Node.Remove(product);
        graph.Node.Remove(sum);
    }

    private static TensorProto Tensor(string name, DataType type, byte[] bytes, params long[] dimensions)
    {
        var tensor = new TensorProto
        {
            Name = name,
            DataType = (int)type,
            RawData = ByteString.CopyFrom(bytes),
        };
        tensor.Dims.AddRange(dimensions);
        return tensor;
    }
}
