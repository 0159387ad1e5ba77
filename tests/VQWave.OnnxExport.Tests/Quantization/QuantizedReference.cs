using System.Runtime.InteropServices;
using VQWave.Models;
using VQWave.OnnxExport.Onnx;

namespace VQWave.OnnxExport.Tests.Quantization;

/// <summary>
/// A quantised generator read from its file as docs/model-pack.md describes it, and one step of it in double precision. Beside each value goes
/// the most that ONNX Runtime may differ by, which rounds the inputs of each matrix to 8 bits.
/// </summary>
internal sealed class QuantizedReference
{
    private readonly GeneratorNetwork network;
    private readonly double[] embedding;

    public QuantizedReference(byte[] file, GeneratorNetwork network)
    {
        this.network = network;
        var model = ModelProto.Parser.ParseFrom(file);
        var tensors = model.Graph.Initializer.ToDictionary(t => t.Name, StringComparer.Ordinal);
        foreach (var node in model.Graph.Node.Where(n => n.OpType == "MatMulNBits"))
        {
            long Attribute(string name) => node.Attribute.Single(a => a.Name == name).I;
            var name = node.Name[..^".matmul".Length];
            Matrices[name] = new Matrix(
                (int)Attribute("N"),
                (int)Attribute("K"),
                (int)Attribute("bits"),
                (int)Attribute("block_size"),
                tensors[$"{name}.weight_q"].RawData.ToByteArray(),
                Floats(tensors[$"{name}.weight_scales"]),
                Floats(tensors[$"{name}.bias"])
            );
        }

        embedding = Array.ConvertAll(Floats(tensors["embedding.weight"]), v => (double)v);
    }

    public Dictionary<string, Matrix> Matrices { get; } = new(StringComparer.Ordinal);

    /// <summary>The weights that the file means, in PyTorch's names and layouts.</summary>
    public Dictionary<string, WeightTensor> Weights()
    {
        var weights = new Dictionary<string, WeightTensor>(StringComparer.Ordinal)
        {
            ["embedding.weight"] = new(
                [embedding.Length / network.EmbeddingDimension, network.EmbeddingDimension],
                Array.ConvertAll(embedding, v => (float)v)
            ),
        };
        foreach (var (name, matrix) in Matrices)
        {
            if (!name.StartsWith("lstm.", StringComparison.Ordinal))
            {
                weights[$"{name}.weight"] = matrix.Part(0, matrix.Columns);
                weights[$"{name}.bias"] = new([matrix.Rows], matrix.Bias);
                continue;
            }

            var layer = name["lstm.".Length..];
            weights[$"lstm.weight_ih_l{layer}"] = matrix.Part(0, matrix.Columns - network.Units);
            weights[$"lstm.weight_hh_l{layer}"] = matrix.Part(matrix.Columns - network.Units, network.Units);
            weights[$"lstm.bias_ih_l{layer}"] = new([matrix.Rows], matrix.Bias);
            weights[$"lstm.bias_hh_l{layer}"] = new([matrix.Rows], new float[matrix.Rows]);
        }

        return weights;
    }

    /// <summary>One step of one voice from states that are ONNX Runtime's own.</summary>
    public (Bounded[] Logits, Bounded[][] H, Bounded[][] C) Step(long code, ReadOnlySpan<float> context, float[][] h, float[][] c)
    {
        var x = new Bounded[network.EmbeddingDimension];
        for (var d = 0; d < x.Length; d++)
        {
            x[d] = new(embedding[((int)code * x.Length) + d] + (context.Length > 0 ? context[d] : 0), 0);
        }

        var nextH = new Bounded[network.Layers][];
        var nextC = new Bounded[network.Layers][];
        for (var layer = 0; layer < network.Layers; layer++)
        {
            var units = network.Units;
            var gates = Matrices[$"lstm.{layer}"].Times([.. x, .. h[layer].Select(v => new Bounded(v, 0))]);
            (nextH[layer], nextC[layer]) = (new Bounded[units], new Bounded[units]);
            for (var u = 0; u < units; u++)
            {
                var input = Sigmoid(gates[u]);
                var forget = Sigmoid(gates[units + u]);
                var cell = Tanh(gates[(2 * units) + u]);
                var output = Sigmoid(gates[(3 * units) + u]);
                var next = (forget * new Bounded(c[layer][u], 0)) + (input * cell);
                nextC[layer][u] = next;
                nextH[layer][u] = output * Tanh(next);
            }

            x = nextH[layer];
        }

        if (context.Length > network.EmbeddingDimension)
        {
            var toOutput = context[network.EmbeddingDimension..].ToArray();
            x = [.. x.Select((v, u) => v + new Bounded(toOutput[u], 0))];
        }

        // The slope of the ELU is at most 1.
        var dense = Matrices["dense"].Times(x).Select(v => v with { Value = v.Value > 0 ? v.Value : Math.Exp(v.Value) - 1 });
        return (Matrices["logits"].Times([.. dense]), nextH, nextC);
    }

    private static float[] Floats(TensorProto tensor) =>
        tensor.DataType == (int)TensorProto.Types.DataType.Float16
            ? Array.ConvertAll(MemoryMarshal.Cast<byte, Half>(tensor.RawData.Span).ToArray(), v => (float)v)
            : MemoryMarshal.Cast<byte, float>(tensor.RawData.Span).ToArray();

    // The slopes of sigmoid and tanh are at most 1/4 and 1.
    private static Bounded Sigmoid(Bounded v) => new(1 / (1 + Math.Exp(-v.Value)), v.Error / 4);

    private static Bounded Tanh(Bounded v) => new(Math.Tanh(v.Value), v.Error);

    /// <summary>A value and how far another computation of it may be off.</summary>
    internal readonly record struct Bounded(double Value, double Error)
    {
        public static Bounded operator +(Bounded a, Bounded b) => new(a.Value + b.Value, a.Error + b.Error);

        // a' b' − a b = (a' − a) b' + a (b' − b)
        public static Bounded operator *(Bounded a, Bounded b) =>
            new(a.Value * b.Value, (a.Error * (Math.Abs(b.Value) + b.Error)) + (Math.Abs(a.Value) * b.Error));
    }

    internal sealed class Matrix
    {
        // What float32 sums of products may be off by, as a share of the sum of their magnitudes: some hundred roundings of 2^-24.
        private const double FloatError = 1e-5;
        private readonly double[] weights;

        public Matrix(int rows, int columns, int bits, int block, byte[] q, float[] scales, float[] bias)
        {
            (Rows, Columns, Block, Bias) = (rows, columns, block, bias);
            weights = new double[rows * columns];
            var blocks = scales.Length / rows;
            for (var n = 0; n < rows; n++)
            {
                for (var k = 0; k < columns; k++)
                {
                    var (b, j) = (k / block, k % block);
                    var start = ((n * blocks) + b) * block * bits / 8;
                    var level = bits == 8 ? q[start + j] - 128 : ((j % 2 == 0 ? q[start + (j / 2)] : q[start + (j / 2)] >> 4) & 15) - 8;
                    weights[(n * columns) + k] = (double)scales[(n * blocks) + b] * level;
                }
            }
        }

        public int Rows { get; }

        public int Columns { get; }

        public int Block { get; }

        public float[] Bias { get; }

        public WeightTensor Part(int first, int count) =>
            new(
                [Rows, count],
                [
                    .. Enumerable
                        .Range(0, Rows)
                        .SelectMany(r => Enumerable.Range(first, count).Select(c => (float)weights[(r * Columns) + c])),
                ]
            );

        public Bounded[] Times(Bounded[] x)
        {
            Assert.Equal(Columns, x.Length);

            // Rounded to whole multiples of a 127th of the largest of its block, an input is off by half of that at most.
            var off = new double[Columns];
            for (var start = 0; start < Columns; start += Block)
            {
                var members = x[start..Math.Min(start + Block, Columns)];
                var largest = members.Max(v => Math.Abs(v.Value) + v.Error);
                for (var k = 0; k < members.Length; k++)
                {
                    off[start + k] = members[k].Error + (largest / 127 / 2);
                }
            }

            var y = new Bounded[Rows];
            for (var n = 0; n < Rows; n++)
            {
                double value = Bias[n],
                    error = 0,
                    magnitude = Math.Abs(value);
                for (var k = 0; k < Columns; k++)
                {
                    var w = weights[(n * Columns) + k];
                    value += w * x[k].Value;
                    error += Math.Abs(w) * off[k];
                    magnitude += Math.Abs(w * x[k].Value);
                }

                y[n] = new(value, error + (FloatError * magnitude) + 1e-7);
            }

            return y;
        }
    }
}
