using System.Runtime.Intrinsics;

namespace VQWave.Inference.Kernels;

/// <summary>
/// Float weights to 8 or 4 bits, when a pack is loaded. The same operations on every processor, so that a pack gives the same numbers on
/// all of them.
/// </summary>
internal static unsafe class BlockQuantizer
{
    /// <summary>Columns that share a scale with 8 bits.</summary>
    public const int Block8 = 128;

    /// <summary>Columns that share a scale with 4 bits: the scales are then an eighth of what is read.</summary>
    public const int Block4 = 64;

    // Scales that are tried for 4 bits, as parts of the one that takes in the largest weight, of either sign.
    private const int Candidates = 12;
    private const float CandidateStep = 0.035f;
    private const float CandidateMost = 1.05f;

    /// <summary>Quantises a matrix.</summary>
    /// <param name="values">[columns × rows].</param>
    /// <param name="rows">Outputs.</param>
    /// <param name="segments">Numbers of columns whose sizes are unlike, each in blocks of its own: a layer's input and its state.</param>
    /// <param name="bits">8 or 4.</param>
    public static BlockMatrix Quantize(ReadOnlySpan<float> values, int rows, ReadOnlySpan<int> segments, int bits)
    {
        var starts = Starts(segments, bits == 8 ? Block8 : Block4);
        var matrix = new BlockMatrix(rows, starts, bits);
        var block = new float[Block8];
        for (var row = 0; row < rows; row++)
        {
            for (var b = 0; b < matrix.Blocks; b++)
            {
                var count = starts[b + 1] - starts[b];
                for (var i = 0; i < count; i++)
                {
                    block[i] = values[((starts[b] + i) * rows) + row];
                }

                block.AsSpan(count).Clear();
                var target = matrix.Values.AsSpan((row * matrix.Columns) + starts[b], count);
                matrix.Scales[(row * matrix.Blocks) + b] = bits == 8 ? To8(block.AsSpan(0, count), target) : To4(block, target);
            }
        }

        return matrix;
    }

    private static int[] Starts(ReadOnlySpan<int> segments, int size)
    {
        var starts = new List<int> { 0 };
        foreach (var segment in segments)
        {
            var end = starts[^1] + segment;
            while (starts[^1] < end)
            {
                starts.Add(Math.Min(starts[^1] + size, end));
            }
        }

        return [.. starts];
    }

    private static float To8(ReadOnlySpan<float> block, Span<sbyte> target)
    {
        var scale = Magnitude(block) / 127;
        Round(block, scale, -127, 127, target);
        return scale;
    }

    private static float To4(ReadOnlySpan<float> block, Span<sbyte> target)
    {
        var full = Magnitude(block) / 8;
        var best = full;
        var least = float.PositiveInfinity;
        for (var i = 0; i < 2 * Candidates; i++)
        {
            var part = full * (CandidateMost - (CandidateStep * (i / 2)));
            var scale = i % 2 == 0 ? part : -part;
            var error = SquaredError(block, scale);
            if (error < least)
            {
                least = error;
                best = scale;
            }
        }

        Round(block[..target.Length], best, -8, 7, target);

        // With the values chosen, the scale of least squares.
        double products = 0;
        double squares = 0;
        for (var i = 0; i < target.Length; i++)
        {
            products += (double)block[i] * target[i];
            squares += (double)target[i] * target[i];
        }

        return squares > 0 ? (float)(products / squares) : 0;
    }

    private static float Magnitude(ReadOnlySpan<float> block)
    {
        var most = 0f;
        foreach (var value in block)
        {
            most = Math.Max(most, Math.Abs(value));
        }

        return most;
    }

    private static void Round(ReadOnlySpan<float> block, float scale, int least, int most, Span<sbyte> target)
    {
        for (var i = 0; i < target.Length; i++)
        {
            target[i] = scale == 0 ? (sbyte)0 : (sbyte)Math.Clamp((int)MathF.Round(block[i] / scale), least, most);
        }
    }

    private static float SquaredError(ReadOnlySpan<float> block, float scale)
    {
        if (scale == 0)
        {
            return 0;
        }

        var inverse = Vector256.Create(1 / scale);
        var step = Vector256.Create(scale);
        var least = Vector256.Create(-8f);
        var most = Vector256.Create(7f);
        var sum = Vector256<float>.Zero;
        fixed (float* x = block)
        {
            for (var i = 0; i < block.Length; i += 8)
            {
                var value = Vector256.Load(x + i);
                var rounded = Vector256.Round(Vector256.Min(Vector256.Max(value * inverse, least), most));
                var error = value - (rounded * step);
                sum += error * error;
            }
        }

        return Vector256.Sum(sum);
    }
}
