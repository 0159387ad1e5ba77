namespace VQWave.Corpus;

/// <summary>
/// SplitMix64 (Steele, Lea and Flood, 2014). System.Random promises no stable sequence from one .NET version to the next,
/// and the corpus must be the same wherever it is composed.
/// </summary>
internal sealed class SeededRandom
{
    private ulong _state;

    public SeededRandom(ulong seed) => _state = seed;

    /// <summary>A stream of its own for item <paramref name="index"/> of <paramref name="seed"/>.</summary>
    public static SeededRandom ForItem(ulong seed, int index)
    {
        var outer = new SeededRandom(seed);
        return new SeededRandom(outer.NextUInt64() + (0xD1B54A32D192ED03UL * (ulong)(index + 1)));
    }

    public ulong NextUInt64()
    {
        _state += 0x9E3779B97F4A7C15UL;
        ulong z = _state;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
        return z ^ (z >> 31);
    }

    /// <summary>A whole number in [0, <paramref name="bound"/>).</summary>
    public int Next(int bound)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(bound);
        return (int)Math.BigMul(NextUInt64(), (ulong)bound, out _);
    }

    /// <summary>A whole number in [<paramref name="low"/>, <paramref name="high"/>], both ends included.</summary>
    public int Between(int low, int high) => low + Next(high - low + 1);

    /// <summary>A number in [0, 1).</summary>
    public double NextDouble() => (NextUInt64() >> 11) * (1.0 / (1UL << 53));

    public bool Chance(double probability) => NextDouble() < probability;

    public T Pick<T>(IReadOnlyList<T> items) => items[Next(items.Count)];
}
