namespace VQWave.Analysis;

/// <summary>How evenly the codes of a codebook are used.</summary>
/// <param name="Total">Codes counted.</param>
/// <param name="Size">Codes in the codebook.</param>
/// <param name="Used">Different codes that occur.</param>
/// <param name="EntropyBits">H = −Σ p·log2 p in bits per code (Shannon 1948): the cost of coding each code by itself.</param>
public sealed record CodeStatistics(long Total, int Size, int Used, double EntropyBits)
{
    /// <summary>The share of the codebook that occurs, 0 to 1.</summary>
    public double Usage => (double)Used / Size;

    /// <summary>2^H, the number of evenly used codes that would have this entropy; 1 to <see cref="Size"/>.</summary>
    public double Perplexity => Math.Pow(2, EntropyBits);

    /// <summary>Measures a histogram.</summary>
    /// <param name="counts">How often each code of the codebook occurs; the codebook's size is its length.</param>
    /// <returns>The statistics; entropy 0 where nothing was counted.</returns>
    /// <exception cref="ArgumentException">The histogram is empty or holds a negative count.</exception>
    public static CodeStatistics FromHistogram(ReadOnlySpan<long> counts)
    {
        if (counts.IsEmpty)
        {
            throw new ArgumentException("A codebook has at least one code.", nameof(counts));
        }

        long total = 0;
        int used = 0;
        foreach (long count in counts)
        {
            if (count < 0)
            {
                throw new ArgumentException($"A code cannot occur {count} times.", nameof(counts));
            }

            total += count;
            used += count > 0 ? 1 : 0;
        }

        double entropy = 0;
        foreach (long count in counts)
        {
            if (count > 0)
            {
                double share = (double)count / total;
                entropy -= share * Math.Log2(share);
            }
        }

        return new CodeStatistics(total, counts.Length, used, Math.Max(0, entropy));
    }

    /// <summary>Counts and measures codes.</summary>
    /// <param name="codes">Codes, 0 to size − 1.</param>
    /// <param name="size">Codes in the codebook.</param>
    /// <returns>The statistics.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A code is not in the codebook.</exception>
    public static CodeStatistics FromCodes(ReadOnlySpan<int> codes, int size)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        long[] counts = new long[size];
        foreach (int code in codes)
        {
            if ((uint)code >= (uint)size)
            {
                throw new ArgumentOutOfRangeException(nameof(codes), code, $"The codebook has the codes 0 to {size - 1}.");
            }

            counts[code]++;
        }

        return FromHistogram(counts);
    }
}
