using System.Numerics;
using VQWave.Models;

namespace VQWave.OnnxExport.Quantization;

/// <summary>
/// Chooses the values and scales of a quantised matrix. Columns are rounded one after the other, and what rounding one adds to the output is
/// taken back, as far as can be, by the columns that are not rounded yet: Frantar, Ashkboos, Hoefler and Alistarh, "GPTQ: Accurate post-training
/// quantization for generative pre-trained transformers" (ICLR 2023). The scale of a block is the one, of many tried, that leaves the least squared
/// error weighted by the inputs' second moments.
/// </summary>
internal static class MatrixQuantizer
{
    // Share of the mean second moment that is added to each: columns that are never used stay solvable.
    private const double Damping = 0.01;

    // Scales that are tried: from 60 % of the one that reaches the block's largest weight to 10 % beyond it.
    private const double SmallestShare = 0.6;
    private const double Step = 0.02;
    private const int Shares = 26;

    /// <summary>Quantises.</summary>
    /// <param name="weights">[rows, columns].</param>
    /// <param name="rows">Outputs.</param>
    /// <param name="columns">Inputs.</param>
    /// <param name="format">Bits and block.</param>
    /// <param name="moments">Second moments of the inputs, E[x xᵀ], [columns, columns]; null where nothing is known of them.</param>
    public static QuantizedMatrix Quantize(float[] weights, int rows, int columns, QuantizedMatrixFormat format, double[]? moments = null)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(weights.Length, rows * columns);
        var factor = moments is null ? null : FactorOfInverse(moments, columns);
        var importance = new double[columns];
        for (var c = 0; c < columns; c++)
        {
            // What rounding a column costs once the later ones have made up for it is one over the squared factor.
            importance[c] = factor is null ? 1 : 1 / (factor[(c * columns) + c] * factor[(c * columns) + c]);
        }

        var blocks = (columns + format.Block - 1) / format.Block;
        var levels = new sbyte[rows * blocks * format.Block];
        var scales = new float[rows * blocks];
        Parallel.For(
            0,
            rows,
            r =>
            {
                var row = new double[columns];
                for (var c = 0; c < columns; c++)
                {
                    row[c] = weights[(r * columns) + c];
                }

                QuantizeRow(
                    row,
                    format,
                    importance,
                    factor,
                    levels.AsSpan(r * blocks * format.Block, columns),
                    scales.AsSpan(r * blocks, blocks)
                );
            }
        );
        return new QuantizedMatrix(rows, columns, format, levels, scales);
    }

    private static void QuantizeRow(
        double[] row,
        QuantizedMatrixFormat format,
        double[] importance,
        double[]? factor,
        Span<sbyte> levels,
        Span<float> scales
    )
    {
        var columns = row.Length;
        var lowest = -QuantizedMatrix.Zero(format.Bits);
        for (var start = 0; start < columns; start += format.Block)
        {
            var end = Math.Min(start + format.Block, columns);
            var scale = BestScale(row.AsSpan(start..end), importance.AsSpan(start..end), lowest);
            scales[start / format.Block] = scale;
            for (var c = start; c < end; c++)
            {
                var level = Round(row[c], scale, lowest);
                levels[c] = (sbyte)level;
                if (factor is null)
                {
                    continue;
                }

                var line = factor.AsSpan(c * columns, columns);
                var error = (row[c] - (level * (double)scale)) / line[c];
                Subtract(row.AsSpan(c + 1), line[(c + 1)..], error);
            }
        }
    }

    /// <summary>
    /// The scale with the least weighted squared error. Its sign is part of the choice: there is one level more below zero than above, and it may
    /// serve the largest weight or the other side.
    /// </summary>
    private static float BestScale(ReadOnlySpan<double> row, ReadOnlySpan<double> importance, int lowest)
    {
        var peak = 0.0;
        foreach (var w in row)
        {
            peak = Math.Abs(w) > Math.Abs(peak) ? w : peak;
        }

        // A block of zeros, or of numbers too small for a scale, is a block of zeros.
        if (Math.Abs(peak) < 1e-30)
        {
            return 0;
        }

        var best = 0f;
        var least = double.PositiveInfinity;
        foreach (var reach in (ReadOnlySpan<int>)[lowest, -lowest - 1])
        {
            for (var i = 0; i < Shares; i++)
            {
                var scale = (float)(peak * (SmallestShare + (Step * i)) / reach);
                double error = 0;
                for (var c = 0; c < row.Length && error < least; c++)
                {
                    var difference = row[c] - (Round(row[c], scale, lowest) * (double)scale);
                    error += importance[c] * difference * difference;
                }

                if (error < least)
                {
                    (least, best) = (error, scale);
                }
            }
        }

        return best;
    }

    private static int Round(double weight, float scale, int lowest) =>
        scale == 0 ? 0 : (int)Math.Clamp(Math.Round(weight / scale), lowest, -lowest - 1);

    /// <summary>a − b × factor into a.</summary>
    private static void Subtract(Span<double> a, ReadOnlySpan<double> b, double factor)
    {
        var lanes = Vector<double>.Count;
        var scale = new Vector<double>(factor);
        var i = 0;
        for (; i <= a.Length - lanes; i += lanes)
        {
            (new Vector<double>(a[i..]) - (new Vector<double>(b[i..]) * scale)).CopyTo(a[i..]);
        }

        for (; i < a.Length; i++)
        {
            a[i] -= b[i] * factor;
        }
    }

    /// <summary>The upper triangular U with Uᵀ U = (H + damping)⁻¹, [n, n].</summary>
    internal static double[] FactorOfInverse(double[] moments, int n)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(moments.Length, n * n);

        // H with its rows and columns in reverse is L Lᵀ (Cholesky). L in reverse is an upper triangular R with H = R Rᵀ, so that
        // H⁻¹ = R⁻ᵀ R⁻¹, and U = R⁻¹ is L⁻¹ in reverse.
        double mean = 0;
        for (var i = 0; i < n; i++)
        {
            mean += moments[(i * n) + i] / n;
        }

        var damping = mean > 0 ? Damping * mean : 1;
        var lower = new double[n * n];
        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j <= i; j++)
            {
                var h = moments[((n - 1 - i) * n) + n - 1 - j] + (i == j ? damping : 0);
                var sum = h - Dot(lower.AsSpan(i * n, j), lower.AsSpan(j * n, j));
                lower[(i * n) + j] = i == j ? Math.Sqrt(sum) : sum / lower[(j * n) + j];
            }
        }

        // Row i of the inverse of a lower triangular matrix is (e_i − Σ_j<i l_ij row_j) / l_ii.
        var inverse = new double[n * n];
        for (var i = 0; i < n; i++)
        {
            var line = inverse.AsSpan(i * n, i + 1);
            for (var j = 0; j < i; j++)
            {
                Subtract(line[..(j + 1)], inverse.AsSpan(j * n, j + 1), lower[(i * n) + j]);
            }

            line[i] = 1;
            var diagonal = lower[(i * n) + i];
            foreach (ref var value in line)
            {
                value /= diagonal;
            }
        }

        Array.Reverse(inverse);
        return inverse;
    }

    private static double Dot(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        var lanes = Vector<double>.Count;
        var sums = Vector<double>.Zero;
        var i = 0;
        for (; i <= a.Length - lanes; i += lanes)
        {
            sums += new Vector<double>(a[i..]) * new Vector<double>(b[i..]);
        }

        var sum = Vector.Sum(sums);
        for (; i < a.Length; i++)
        {
            sum += a[i] * b[i];
        }

        return sum;
    }
}
