using VQWave.Models;
using VQWave.OnnxExport.Quantization;

namespace VQWave.OnnxExport.Tests.Quantization;

public sealed class MatrixQuantizerTests
{
    public static TheoryData<int, int, int> Formats
    {
        get
        {
            var data = new TheoryData<int, int, int>();
            foreach (var bits in new[] { 8, 4 })
            {
                foreach (var block in new[] { 32, 64, 128 })
                {
                    foreach (var columns in new[] { 1, 5, block - 1, block, block + 1, (2 * block) + 7 })
                    {
                        data.Add(bits, block, columns);
                    }
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void Every_weight_is_near_and_what_fills_up_a_block_is_zero(int bits, int block, int columns)
    {
        const int Rows = 3;
        var weights = TestData.Audio(Rows * columns, columns);
        var matrix = MatrixQuantizer.Quantize(weights, Rows, columns, new QuantizedMatrixFormat(bits, block));

        var blocks = ((columns - 1) / block) + 1;
        Assert.Equal(Rows * blocks, matrix.Scales.Length);
        Assert.Equal(Rows * blocks * block * bits / 8, matrix.Values.Length);
        var width = blocks * block;
        for (var r = 0; r < Rows; r++)
        {
            for (var b = 0; b < blocks; b++)
            {
                var members = Enumerable
                    .Range(b * block, block)
                    .Where(c => c < columns)
                    .Select(c => (double)weights[(r * columns) + c])
                    .ToArray();
                var decoded = Enumerable.Range(b * block, block).Select(c => Decode(matrix, (r * width) + c, r * blocks + b)).ToArray();
                Assert.All(decoded.Skip(members.Length), v => Assert.Equal(0, v));

                // Rounding to the widest range of levels is one of the choices: the best is no worse.
                var step = members.Max(Math.Abs) / ((1 << (bits - 1)) - 1);
                var plain = members.Sum(w => Math.Pow(w - (Math.Round(w / step) * step), 2));
                var error = members.Select((w, i) => Math.Pow(w - decoded[i], 2)).Sum();
                Assert.InRange(error, 0, (plain * 1.0001) + 1e-12);
            }
        }

        var expected = Enumerable
            .Range(0, Rows * columns)
            .Select(i => (float)Decode(matrix, (i / columns * width) + (i % columns), (i / columns * blocks) + (i % columns / block)));
        Assert.Equal(expected, matrix.Dequantize());
    }

    [Theory]
    [InlineData(4, -8)]
    [InlineData(4, 7)]
    [InlineData(8, -128)]
    [InlineData(8, 127)]
    public void Weights_that_are_levels_are_kept_exactly(int bits, int peak)
    {
        // 0.375 times a small integer has no rounding error in float.
        var random = new Random(peak);
        var weights = Enumerable.Range(0, 64).Select(_ => 0.375f * random.Next(-Math.Abs(peak) + 1, Math.Abs(peak))).ToArray();
        weights[9] = 0.375f * peak;
        weights[40] = 0.375f * peak;
        var matrix = MatrixQuantizer.Quantize(weights, 1, 64, new QuantizedMatrixFormat(bits, 32));
        Assert.Equal(weights, matrix.Dequantize());
    }

    [Fact]
    public void Blocks_of_zeros_and_of_the_smallest_numbers_stay_finite()
    {
        var weights = new float[96];
        weights.AsSpan(32, 32).Fill(float.Epsilon);
        weights[95] = 1e30f;
        var matrix = MatrixQuantizer.Quantize(weights, 1, 96, new QuantizedMatrixFormat(4, 32), Moments(96, 200, 1));
        Assert.All(matrix.Scales, s => Assert.True(float.IsFinite(s)));
        Assert.All(matrix.Dequantize()[..32], w => Assert.Equal(0, w, 1e-3));
        Assert.Equal(1e30f, matrix.Dequantize()[95], 1e28f);
    }

    [Theory]
    [InlineData(4, 0.85)]
    [InlineData(8, 0.9)]
    public void Knowing_the_inputs_makes_the_outputs_better(int bits, double share)
    {
        const int Rows = 40,
            Columns = 96;
        var weights = TestData.Audio(Rows * Columns, 3);
        var moments = Moments(Columns, 400, 4);
        var format = new QuantizedMatrixFormat(bits, 32);
        var blind = OutputError(weights, MatrixQuantizer.Quantize(weights, Rows, Columns, format).Dequantize(), moments, Columns);
        var fitted = OutputError(weights, MatrixQuantizer.Quantize(weights, Rows, Columns, format, moments).Dequantize(), moments, Columns);
        Assert.True(fitted < share * blind, $"{fitted} with the inputs' moments, {blind} without");
        Assert.True(fitted > 0);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(33)]
    public void Factor_of_the_inverse_is_upper_triangular_and_gives_the_inverse(int n)
    {
        var moments = Moments(n, 50, n);
        var factor = MatrixQuantizer.FactorOfInverse(moments, n);
        var damping = 0.01 * Enumerable.Range(0, n).Average(i => moments[(i * n) + i]);
        for (var i = 0; i < n; i++)
        {
            Assert.All(Enumerable.Range(0, i), j => Assert.Equal(0, factor[(i * n) + j]));
            for (var j = 0; j < n; j++)
            {
                double sum = 0;
                for (var k = 0; k < n; k++)
                {
                    double inverse = 0;
                    for (var m = 0; m < n; m++)
                    {
                        inverse += factor[(m * n) + i] * factor[(m * n) + k];
                    }

                    sum += inverse * (moments[(k * n) + j] + (k == j ? damping : 0));
                }

                Assert.Equal(i == j ? 1 : 0, sum, 1e-8);
            }
        }
    }

    [Fact]
    public void Inputs_that_are_always_zero_leave_the_weights_as_near_as_without()
    {
        var weights = TestData.Audio(64, 5);
        var format = new QuantizedMatrixFormat(4, 32);
        var matrix = MatrixQuantizer.Quantize(weights, 1, 64, format, new double[64 * 64]);
        Assert.Equal(MatrixQuantizer.Quantize(weights, 1, 64, format).Dequantize(), matrix.Dequantize());
    }

    private static double Decode(QuantizedMatrix matrix, int at, int scale)
    {
        var q = matrix.Format.Bits switch
        {
            8 => matrix.Values[at] - 128,
            _ when at % 2 == 0 => (matrix.Values[at / 2] & 0x0F) - 8,
            _ => (matrix.Values[at / 2] >> 4) - 8,
        };
        return matrix.Scales[scale] * q;
    }

    /// <summary>Second moments of inputs that go together and are not alike.</summary>
    private static double[] Moments(int n, int samples, int seed)
    {
        var random = new Random(seed);
        var moments = new double[n * n];
        for (var s = 0; s < samples; s++)
        {
            var common = random.NextDouble() - 0.3;
            var x = Enumerable.Range(0, n).Select(i => ((random.NextDouble() - 0.5) * (1 + (i % 3))) + (common * (i % 2))).ToArray();
            for (var i = 0; i < n * n; i++)
            {
                moments[i] += x[i / n] * x[i % n] / samples;
            }
        }

        return moments;
    }

    /// <summary>Mean of |(W − Ŵ) x|².</summary>
    private static double OutputError(float[] weights, float[] quantized, double[] moments, int columns)
    {
        double sum = 0;
        for (var r = 0; r < weights.Length; r += columns)
        {
            for (var i = 0; i < columns; i++)
            {
                for (var j = 0; j < columns; j++)
                {
                    sum +=
                        (weights[r + i] - (double)quantized[r + i])
                        * moments[(i * columns) + j]
                        * (weights[r + j] - (double)quantized[r + j]);
                }
            }
        }

        return sum;
    }
}
