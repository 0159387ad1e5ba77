using System.Numerics;

namespace VQWave.Generation;

/// <summary>
/// Draws a code from logits: temperature, then top-k, then the inverse of the cumulative distribution in the order of the codes.
/// </summary>
/// <remarks>Threading: one caller at a time; allocates nothing after its construction, fit for a real-time thread.</remarks>
public sealed class CodeSampler
{
    private readonly float[] weights;
    private readonly float[] ranked;

    /// <summary>Creates a sampler with its scratch memory.</summary>
    /// <param name="codebookSize">Number of logits.</param>
    public CodeSampler(int codebookSize)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(codebookSize, 1);
        CodebookSize = codebookSize;
        // Whole vectors, so that every code's weight comes from the same instructions.
        var lanes = Vector<float>.Count;
        weights = new float[(codebookSize + lanes - 1) / lanes * lanes];
        ranked = new float[codebookSize];
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
        var best = 0;
        for (var i = 1; i < values.Length; i++)
        {
            if (values[i] > values[best] || (float.IsNaN(values[best]) && !float.IsNaN(values[i])))
            {
                best = i;
            }
        }

        return best;
    }

    // exp((logit − largest) / temperature): at most 1, and 1 for the largest, whatever the temperature.
    private void Weigh(ReadOnlySpan<float> logits, float largest, float temperature)
    {
        logits.CopyTo(weights);
        weights.AsSpan(logits.Length).Fill(float.NegativeInfinity);
        var maximum = new Vector<float>(largest);
        var divisor = new Vector<float>(temperature);
        for (var i = 0; i < weights.Length; i += Vector<float>.Count)
        {
            var scaled = (new Vector<float>(weights, i) - maximum) / divisor;
            Vector.Exp(scaled).CopyTo(weights, i);
        }
    }

    private void Restrict(ReadOnlySpan<float> logits, int topK)
    {
        logits.CopyTo(ranked);
        var threshold = SelectLargest(ranked, topK);
        var above = 0;
        foreach (var logit in logits)
        {
            above += logit > threshold ? 1 : 0;
        }

        var equals = topK - above;
        for (var i = 0; i < logits.Length; i++)
        {
            if (logits[i] > threshold)
            {
                continue;
            }

            if (logits[i] == threshold && equals > 0)
            {
                equals--;
                continue;
            }

            weights[i] = 0;
        }
    }

    private int Draw(double uniform, int best)
    {
        double total = 0;
        for (var i = 0; i < CodebookSize; i++)
        {
            total += Weight(i);
        }

        var target = uniform * total;
        double sum = 0;
        var last = best;
        for (var i = 0; i < CodebookSize; i++)
        {
            var weight = Weight(i);
            if (weight > 0)
            {
                sum += weight;
                last = i;
                if (target < sum)
                {
                    return i;
                }
            }
        }

        return last;
    }

    // A NaN logit has a NaN weight, which must not poison the sum.
    private float Weight(int index) => weights[index] > 0 ? weights[index] : 0;

    /// <summary>The <paramref name="rank"/>-th largest value (from 1); reorders the values. Hoare's selection with the middle of three.</summary>
    private static float SelectLargest(Span<float> values, int rank)
    {
        // NaN compares with nothing: as the smallest it is left out first.
        foreach (ref var value in values)
        {
            value = float.IsNaN(value) ? float.NegativeInfinity : value;
        }

        var wanted = rank - 1;
        var low = 0;
        var high = values.Length - 1;
        while (low < high)
        {
            var pivot = Median(values[low], values[low + ((high - low) / 2)], values[high]);
            var i = low;
            var j = high;
            while (i <= j)
            {
                while (values[i] > pivot)
                {
                    i++;
                }

                while (values[j] < pivot)
                {
                    j--;
                }

                if (i <= j)
                {
                    (values[i], values[j]) = (values[j], values[i]);
                    i++;
                    j--;
                }
            }

            if (wanted <= j)
            {
                high = j;
            }
            else if (wanted >= i)
            {
                low = i;
            }
            else
            {
                break;
            }
        }

        return values[wanted];
    }

    private static float Median(float a, float b, float c) => Math.Max(Math.Min(a, b), Math.Min(Math.Max(a, b), c));
}
