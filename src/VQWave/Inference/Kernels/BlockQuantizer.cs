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

    private const int Tile = 16;

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
        var block = new float[Tile * Block8];
        for (var first = 0; first < rows; first += Tile)
        {
            var end = Math.Min(first + Tile, rows);
            for (var b = 0; b < matrix.Blocks; b++)
            {
                // Some rows at a time, turned, so that what is read lies together.
                var count = starts[b + 1] - starts[b];
                block.AsSpan().Clear();
                for (var i = 0; i < count; i++)
                {
                    var column = values.Slice(((starts[b] + i) * rows) + first, end - first);
                    for (var r = 0; r < column.Length; r++)
                    {
                        block[(r * Block8) + i] = column[r];
                    }
                }

                for (var row = first; row < end; row++)
                {
                    var own = block.AsSpan((row - first) * Block8, Block8);
                    var target = matrix.Values.AsSpan((row * matrix.Columns) + starts[b], count);
                    matrix.Scales[(row * matrix.Blocks) + b] = bits == 8 ? To8(own, target) : To4(own, target);
                }
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

        Round(block, best, -8, 7, target);

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

    // Of a whole number of vectors.
    private static float Magnitude(ReadOnlySpan<float> block)
    {
        var most = Vector256<float>.Zero;
        for (var i = 0; i < block.Length; i += Vector256<float>.Count)
        {
            most = Vector256.Max(most, Vector256.Abs(Vector256.Create(block[i..])));
        }

        var largest = 0f;
        for (var lane = 0; lane < Vector256<float>.Count; lane++)
        {
            largest = Math.Max(largest, most[lane]);
        }

        return largest;
    }

    // The block is of a whole number of vectors, the target of as many values as count.
    private static void Round(ReadOnlySpan<float> block, float scale, int least, int most, Span<sbyte> target)
    {
        if (scale == 0)
        {
            target.Clear();
            return;
        }

        var divisor = Vector256.Create(scale);
        var low = Vector256.Create((float)least);
        var high = Vector256.Create((float)most);
        Span<int> rounded = stackalloc int[Vector256<int>.Count];
        for (var i = 0; i < target.Length; i += rounded.Length)
        {
            var value = Vector256.Round(Vector256.Create(block[i..]) / divisor);
            Vector256.ConvertToInt32(Vector256.Min(Vector256.Max(value, low), high)).CopyTo(rounded);
            for (var k = 0; k < Math.Min(rounded.Length, target.Length - i); k++)
            {
                target[i + k] = (sbyte)rounded[k];
            }
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
