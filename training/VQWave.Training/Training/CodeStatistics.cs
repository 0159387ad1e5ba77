namespace VQWave.Training.Training;

/// <summary>How often each code was chosen.</summary>
public sealed class CodeStatistics(int size)
{
    private readonly long[] _counts = new long[size];

    /// <summary>Codes counted.</summary>
    public long Total { get; private set; }

    /// <summary>How many different codes were chosen.</summary>
    public int Used => _counts.Count(c => c > 0);

    /// <summary>Entropy of the histogram in bits.</summary>
    public double EntropyBits
    {
        get
        {
            double bits = 0;
            foreach (var count in _counts)
            {
                if (count > 0)
                {
                    var p = (double)count / Total;
                    bits -= p * Math.Log2(p);
                }
            }

            return bits;
        }
    }

    /// <summary>2 to the entropy: how many equally likely codes would carry as much.</summary>
    public double Perplexity => Math.Pow(2, EntropyBits);

    /// <summary>Counts codes.</summary>
    public void Add(ReadOnlySpan<long> codes)
    {
        foreach (var code in codes)
        {
            _counts[code]++;
        }

        Total += codes.Length;
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
