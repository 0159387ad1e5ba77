namespace VQWave.Training.Training;

/// <summary>Counts codes as they come; the measures of the histogram are those of <see cref="Analysis.CodeStatistics"/>.</summary>
public sealed class CodeStatistics(int size)
{
    private readonly long[] _counts = new long[size];

    /// <summary>Codes counted.</summary>
    public long Total { get; private set; }

    /// <summary>How many different codes were chosen.</summary>
    public int Used => Now.Used;

    /// <summary>Entropy of the histogram in bits; 0 before anything was counted.</summary>
    public double EntropyBits => Now.EntropyBits;

    /// <summary>2 to the entropy: how many equally likely codes would carry as much.</summary>
    public double Perplexity => Now.Perplexity;

    private Analysis.CodeStatistics Now => Analysis.CodeStatistics.FromHistogram(_counts);

    /// <summary>The counts, one for each code, for a checkpoint.</summary>
    public long[] Counts
    {
        get => [.. _counts];
        set
        {
            ArgumentOutOfRangeException.ThrowIfNotEqual(value.Length, _counts.Length);
            value.CopyTo(_counts, 0);
            Total = value.Sum();
        }
    }

    /// <summary>Counts codes.</summary>
    public void Add(ReadOnlySpan<long> codes)
    {
        foreach (var code in codes)
        {
            _counts[code]++;
        }

        Total += codes.Length;
    }

    /// <summary>Adds a histogram: how often each code was chosen.</summary>
    public void AddCounts(ReadOnlySpan<float> counts)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(counts.Length, _counts.Length);
        for (var i = 0; i < counts.Length; i++)
        {
            _counts[i] += (long)counts[i];
            Total += (long)counts[i];
        }
    }

    /// <summary>Counts codes.</summary>
    public void Add(ReadOnlySpan<ushort> codes)
    {
        foreach (var code in codes)
        {
            _counts[code]++;
        }

        Total += codes.Length;
    }

    /// <summary>Bits per code of other codes under this histogram with one added to every count: the unigram's cross entropy.</summary>
    public double CrossEntropyBits(CodeStatistics other)
    {
        double bits = 0;
        for (var i = 0; i < _counts.Length; i++)
        {
            bits -= other._counts[i] * Math.Log2((_counts[i] + 1.0) / (Total + _counts.Length));
        }

        return bits / Math.Max(other.Total, 1);
    }

    /// <summary>Forgets all counts.</summary>
    public void Clear()
    {
        Array.Clear(_counts);
        Total = 0;
    }
}
