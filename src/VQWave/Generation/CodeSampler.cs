using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using VQWave.Inference.Kernels;

namespace VQWave.Generation;

/// <summary>
/// Draws a code from logits: temperature, then top-k, then the inverse of the cumulative distribution in the order of the codes.
/// </summary>
/// <remarks>
/// Threading: one caller at a time; allocates nothing after its construction, fit for a real-time thread. The same operations in the same order on every
/// processor.
/// </remarks>
public sealed unsafe class CodeSampler
{
    /// <summary>Below this, e^x is no normal float: no code is drawn that is so unlikely.</summary>
    internal const float Least = -87;

    // Codes whose weights are summed first: a draw then looks for its block, and for the code within it.
    private const int Block = 16;
    private const int Lanes = 8;

    private readonly float[] weights;
    private readonly int[] keys;
    private readonly double[] sums;

    /// <summary>Creates a sampler with its scratch memory.</summary>
    /// <param name="codebookSize">Number of logits.</param>
    public CodeSampler(int codebookSize)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(codebookSize, 1);
        CodebookSize = codebookSize;
        var blocks = (codebookSize + Block - 1) / Block;
        // Whole blocks, on the pinned heap: what fills the last one has the weight 0 and the smallest key.
        weights = GC.AllocateArray<float>(blocks * Block, pinned: true);
        keys = GC.AllocateArray<int>(blocks * Block, pinned: true);
        sums = new double[blocks];
    }

    /// <summary>Number of logits.</summary>
    public int CodebookSize { get; }

    /// <summary>Draws one code.</summary>
    /// <param name="logits">One value for each code. A NaN is never chosen unless all are.</param>
    /// <param name="temperature">0 or more; 0 is greedy.</param>
    /// <param name="topK">How many of the largest logits take part, the lower codes first among equals; 0 or too many is all, 1 is greedy.</param>
    /// <param name="uniform">A number in [0, 1).</param>
    /// <returns>The code. Greedy choice takes the lowest of equals.</returns>
    public int Sample(ReadOnlySpan<float> logits, float temperature, int topK, double uniform)
    {
        if (logits.Length != CodebookSize)
        {
            throw new ArgumentException($"{logits.Length} logits for {CodebookSize} codes.", nameof(logits));
        }

        var best = ArgMax(logits);
        if (temperature == 0 || topK == 1 || !float.IsFinite(logits[best]))
        {
            return best;
        }

        Weigh(logits, logits[best], temperature);
        if (topK > 1 && topK < CodebookSize)
        {
            Restrict(logits, topK);
        }

        return Draw(uniform, best);
    }

    /// <summary>The index of the largest value, the lowest among equals; NaNs are passed over.</summary>
    public static int ArgMax(ReadOnlySpan<float> values)
    {
        var largest = float.NegativeInfinity;
        var i = 0;
        fixed (float* v = values)
        {
            if (values.Length >= Lanes)
            {
                // A comparison with a NaN is false.
                var most = Vector256.Create(float.NegativeInfinity);
                for (; i + Lanes <= values.Length; i += Lanes)
                {
                    var next = Vector256.Load(v + i);
                    most = Vector256.ConditionalSelect(Vector256.GreaterThan(next, most), next, most);
                }

                for (var lane = 0; lane < Lanes; lane++)
                {
                    largest = most[lane] > largest ? most[lane] : largest;
                }
            }

            for (; i < values.Length; i++)
            {
                largest = v[i] > largest ? v[i] : largest;
            }
        }

        return Math.Max(0, IndexOf(values, largest));
    }

    private static int IndexOf(ReadOnlySpan<float> values, float value)
    {
        var wanted = Vector256.Create(value);
        var i = 0;
        fixed (float* v = values)
        {
            for (; i + Lanes <= values.Length; i += Lanes)
            {
                var equal = Vector256.Equals(Vector256.Load(v + i), wanted).ExtractMostSignificantBits();
                if (equal != 0)
                {
                    return i + BitOperations.TrailingZeroCount(equal);
                }
            }

            for (; i < values.Length; i++)
            {
                if (v[i] == value)
                {
                    return i;
                }
            }
        }

        return -1;
    }

    // exp((logit − largest) / temperature): at most 1, and 1 for the largest, whatever the temperature. A NaN weighs nothing.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Weigh(ReadOnlySpan<float> logits, float largest, float temperature)
    {
        logits.CopyTo(weights);
        weights.AsSpan(logits.Length).Fill(float.NegativeInfinity);
        var maximum = Vector256.Create(largest);
        var divisor = Vector256.Create(temperature);
        var least = Vector256.Create(Least);
        fixed (float* w = weights)
        {
            for (var i = 0; i < weights.Length; i += Lanes)
            {
                var scaled = (Vector256.Load(w + i) - maximum) / divisor;
                Vector256
                    .ConditionalSelect(Vector256.GreaterThan(scaled, least), VectorMath.Exp(scaled), Vector256<float>.Zero)
                    .Store(w + i);
            }
        }
    }

    // The weights of all but the largest logits become 0.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Restrict(ReadOnlySpan<float> logits, int topK)
    {
        Order(logits);
        var threshold = Threshold(topK, out var count);
        fixed (float* w = weights)
        fixed (int* k = keys)
        {
            var limit = Vector256.Create(threshold);
            for (var i = 0; i < keys.Length; i += Lanes)
            {
                var kept = Vector256.GreaterThanOrEqual(Vector256.Load(k + i), limit);
                (Vector256.Load(w + i) & kept.AsSingle()).Store(w + i);
            }
        }

        // Of those that equal the threshold the higher codes are too many.
        for (var i = CodebookSize - 1; count > topK; i--)
        {
            if (keys[i] == threshold)
            {
                weights[i] = 0;
                count--;
            }
        }
    }

    // Integers in the order of the logits: −0 is 0, and a NaN is below all else.
    private void Order(ReadOnlySpan<float> logits)
    {
        fixed (float* l = logits)
        fixed (int* k = keys)
        {
            var i = 0;
            for (; i + Lanes <= logits.Length; i += Lanes)
            {
                Keys(Vector256.Load(l + i)).Store(k + i);
            }

            for (; i < logits.Length; i++)
            {
                k[i] = Keys(Vector256.Create(l[i]))[0];
            }

            keys.AsSpan(i).Fill(int.MinValue);
        }
    }

    private static Vector256<int> Keys(Vector256<float> values)
    {
        var bits = (values + Vector256<float>.Zero).AsInt32();
        var ordered = bits ^ ((bits >> 31) & Vector256.Create(int.MaxValue));
        return Vector256.ConditionalSelect(Vector256.Equals(values, values).AsInt32(), ordered, Vector256.Create(int.MinValue));
    }

    // The greatest key that at least so many keys reach, bit by bit; ends early where exactly so many do.
    private int Threshold(int wanted, out int count)
    {
        var threshold = int.MinValue;
        count = CodebookSize;
        for (var bit = 31; bit >= 0 && count != wanted; bit--)
        {
            var higher = bit == 31 ? 0 : threshold | (1 << bit);
            var reaching = CountReaching(higher);
            if (reaching >= wanted)
            {
                threshold = higher;
                count = reaching;
            }
        }

        return threshold;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int CountReaching(int key)
    {
        var limit = Vector256.Create(key);
        var negative = Vector256<int>.Zero;
        fixed (int* k = keys)
        {
            for (var i = 0; i < keys.Length; i += Lanes)
            {
                negative += Vector256.GreaterThanOrEqual(Vector256.Load(k + i), limit);
            }
        }

        return -Vector256.Sum(negative);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int Draw(double uniform, int best)
    {
        double total = 0;
        fixed (float* w = weights)
        {
            for (var block = 0; block < sums.Length; block++)
            {
                total += Sum(w + (block * Block));
                sums[block] = total;
            }
        }

        var target = uniform * total;
        var found = 0;
        while (found < sums.Length && sums[found] <= target)
        {
            found++;
        }

        // Rounding may leave the target a hair above what the codes of the block add up to: then it is the last of them.
        var sum = found == 0 ? 0 : sums[found - 1];
        var last = best;
        for (var i = found * Block; i < Math.Min((found + 1) * Block, CodebookSize); i++)
        {
            if (weights[i] > 0)
            {
                sum += weights[i];
                last = i;
                if (target < sum)
                {
                    return i;
                }
            }
        }

        return last;
    }

    // A block's weights in double precision, in a fixed order.
    private static double Sum(float* weights)
    {
        var (a, b) = Vector256.Widen(Vector256.Load(weights));
        var (c, d) = Vector256.Widen(Vector256.Load(weights + Lanes));
        var four = (a + b) + (c + d);
        return (four[0] + four[1]) + (four[2] + four[3]);
    }
}
