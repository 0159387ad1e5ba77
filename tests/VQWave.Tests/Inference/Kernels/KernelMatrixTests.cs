using VQWave.Inference.Kernels;

namespace VQWave.Tests.Inference.Kernels;

/// <summary>Packed matrices against plain sums in double precision over the same quantised numbers.</summary>
public unsafe class KernelMatrixTests
{
    public static TheoryData<int, int, int, int> Shapes =>
        new()
        {
            { 64, 128, 8, 1 },
            { 64, 128, 4, 1 },
            { 1, 1, 8, 1 },
            { 1, 1, 4, 1 },
            { 37, 53, 8, 2 },
            { 37, 53, 4, 2 },
            { 130, 300, 8, 3 },
            { 130, 300, 4, 3 },
            { 200, 1029, 8, 5 },
            { 200, 1029, 4, 5 },
        };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Quantised_products_equal_double_precision_on_every_path(int rows, int columns, int bits, int voices)
    {
        var matrix = RandomMatrix(rows, columns, bits, block: bits == 8 ? 128 : 32);
        var x = RandomInputs(columns, voices);
        var results = new List<float[]>();
        foreach (var path in Paths())
        {
            using var packed = new BlockPanels(matrix, path);
            results.Add(Multiply(packed, x, voices));
        }

        for (var v = 0; v < voices; v++)
        {
            for (var row = 0; row < rows; row++)
            {
                var expected = Expected(matrix, x.AsSpan(v * columns, columns), row);
                Assert.Equal(expected, results[0][(v * packedRows(rows)) + row], 1e-4 * Math.Max(1, Math.Abs(expected)));
            }
        }

        for (var i = 1; i < results.Count; i++)
        {
            Assert.Equal(results[0], results[i]);
        }

        static int packedRows(int rows) => (rows + PackedMatrix.PanelRows - 1) / PackedMatrix.PanelRows * PackedMatrix.PanelRows;
    }

    /// <summary>All weights and activations at the ends of their ranges, where 16-bit sums of two products are largest.</summary>
    [Theory]
    [InlineData(8, -128, 1)]
    [InlineData(8, -128, -1)]
    [InlineData(8, 127, 1)]
    [InlineData(8, 127, -1)]
    [InlineData(4, -8, 1)]
    [InlineData(4, 7, -1)]
    public void Largest_values_do_not_saturate(int bits, int weight, int activation)
    {
        const int Columns = 256;
        var matrix = new BlockMatrix(64, [0, 128, 256], bits);
        Array.Fill(matrix.Values, (sbyte)weight);
        Array.Fill(matrix.Scales, 1);
        var x = new float[Columns];
        Array.Fill(x, activation);
        foreach (var path in Paths())
        {
            using var packed = new BlockPanels(matrix, path);
            Assert.All(Multiply(packed, x, 1), y => Assert.Equal((float)weight * activation * Columns, y, 0.01f));
        }
    }

    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(70, 33, 2)]
    [InlineData(128, 257, 3)]
    [InlineData(100, 90, 11)]
    public void Float_products_equal_double_precision(int rows, int columns, int voices)
    {
        var random = new Random(rows + columns);
        var values = new float[rows * columns];
        foreach (ref var value in values.AsSpan())
        {
            value = random.NextSingle() - 0.5f;
        }

        var x = RandomInputs(columns, voices);
        using var packed = new FloatPanels(rows, columns, values);
        var y = Multiply(packed, x, voices);
        for (var v = 0; v < voices; v++)
        {
            for (var row = 0; row < rows; row++)
            {
                double expected = 0;
                for (var column = 0; column < columns; column++)
                {
                    expected += (double)values[(column * rows) + row] * x[(v * columns) + column];
                }

                Assert.Equal(expected, y[(v * packed.PaddedRows) + row], 1e-5 * Math.Max(1, columns / 32.0));
            }
        }
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void What_is_not_finite_stays_visible(float value)
    {
        var matrix = RandomMatrix(8, 40, 8, 128);
        var x = RandomInputs(40, 1);
        x[17] = value;
        using var packed = new BlockPanels(matrix, KernelPaths.Best);
        Assert.All(Multiply(packed, x, 1).AsSpan(0, 8).ToArray(), y => Assert.True(float.IsNaN(y)));
    }

    [Fact]
    public void Zero_activations_give_zero()
    {
        var matrix = RandomMatrix(8, 40, 4, 32);
        using var packed = new BlockPanels(matrix, KernelPaths.Best);
        Assert.All(Multiply(packed, new float[40], 1), y => Assert.Equal(0, y));
    }

    /// <summary>Steps of at most 1.5 / 127 (1.5 / 8) to a deviation of 0.5 lose their √12th part; with 4 bits the scale is chosen for least squares.</summary>
    [Theory]
    [InlineData(8, 0.0068)]
    [InlineData(4, 0.09)]
    public void Quantised_weights_are_near_the_weights(int bits, double relative)
    {
        var random = new Random(3);
        const int Rows = 20;
        const int Columns = 150;
        var values = new float[Rows * Columns];
        foreach (ref var value in values.AsSpan())
        {
            // Nearly normal.
            value = random.NextSingle() + random.NextSingle() + random.NextSingle() - 1.5f;
        }

        var matrix = BlockQuantizer.Quantize(values, Rows, [22, Columns - 22], bits);
        Assert.Equal(22, matrix.Starts[1]);
        double error = 0;
        double power = 0;
        for (var row = 0; row < Rows; row++)
        {
            for (var column = 0; column < Columns; column++)
            {
                var weight = values[(column * Rows) + row];
                error += Math.Pow(weight - Dequantized(matrix, row, column), 2);
                power += weight * weight;
            }
        }

        Assert.InRange(Math.Sqrt(error / power), 1e-6, relative);
    }

    [Fact]
    public void Gate_functions_are_as_near_as_they_say()
    {
        var worst = new double[3];
        for (var x = -30f; x < 30; x += 0.0037f)
        {
            var v = System.Runtime.Intrinsics.Vector256.Create(x);
            worst[0] = Math.Max(worst[0], Math.Abs(VectorMath.Sigmoid(v)[3] - (1 / (1 + Math.Exp(-(double)x)))));
            worst[1] = Math.Max(worst[1], Math.Abs(VectorMath.Tanh(v)[5] - Math.Tanh(x)));
            worst[2] = Math.Max(worst[2], Math.Abs(VectorMath.Elu(v)[0] - (x > 0 ? x : Math.Exp(x) - 1)));
        }

        Assert.All(worst, w => Assert.InRange(w, 0, 3e-7));
    }

    internal static IEnumerable<KernelPath> Paths() => Enum.GetValues<KernelPath>().Where(p => p <= KernelPaths.Best);

    private static BlockMatrix RandomMatrix(int rows, int columns, int bits, int block)
    {
        var random = new Random((rows * 7) + columns + bits);
        int[] starts = [.. Enumerable.Range(0, (columns + block - 1) / block).Select(b => b * block), columns];
        var matrix = new BlockMatrix(rows, starts, bits);
        var half = 1 << (bits - 1);
        for (var i = 0; i < matrix.Values.Length; i++)
        {
            matrix.Values[i] = (sbyte)random.Next(-half, half);
        }

        for (var i = 0; i < matrix.Scales.Length; i++)
        {
            matrix.Scales[i] = (random.NextSingle() - 0.5f) / half;
        }

        return matrix;
    }

    private static float[] RandomInputs(int columns, int voices)
    {
        var random = new Random(columns);
        var x = new float[columns * voices];
        foreach (ref var value in x.AsSpan())
        {
            value = (random.NextSingle() * 4) - 2;
        }

        return x;
    }

    private static float[] Multiply(PackedMatrix matrix, float[] x, int voices)
    {
        var y = new float[matrix.PaddedRows * voices];
        var scratch = new byte[(matrix.ScratchBytes * voices) + 1];
        fixed (float* px = x)
        fixed (float* py = y)
        fixed (byte* ps = scratch)
        {
            matrix.Multiply(px, matrix.Columns, py, matrix.PaddedRows, voices, ps);
        }

        return y;
    }

    private static double Dequantized(BlockMatrix matrix, int row, int column) =>
        (double)matrix.Scales[(row * matrix.Blocks) + BlockOf(matrix, column)] * matrix.Values[(row * matrix.Columns) + column];

    private static int BlockOf(BlockMatrix matrix, int column) => Array.FindLastIndex(matrix.Starts, s => s <= column);

    // What docs/performance.md says of activations: 127 steps to the block's largest magnitude, rounded to nearest even.
    private static double Expected(BlockMatrix matrix, ReadOnlySpan<float> x, int row)
    {
        double result = 0;
        for (var b = 0; b < matrix.Blocks; b++)
        {
            var block = x[matrix.Starts[b]..matrix.Starts[b + 1]];
            var most = 0f;
            foreach (var value in block)
            {
                most = Math.Max(most, Math.Abs(value));
            }

            var scale = most / 127;
            for (var i = 0; i < block.Length; i++)
            {
                var activation = Math.Round((double)(block[i] * (1 / scale)), MidpointRounding.ToEven);
                result += Dequantized(matrix, row, matrix.Starts[b] + i) * activation * scale;
            }
        }

        return result;
    }
}
