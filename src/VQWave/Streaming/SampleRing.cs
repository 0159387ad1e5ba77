namespace VQWave.Streaming;

/// <summary>A ring of samples between one writing and one reading thread.</summary>
/// <remarks>
/// Threading: one writer and one reader at a time. All members are real-time safe: they allocate nothing, lock nothing and wait for nothing.
/// </remarks>
public sealed class SampleRing
{
    private readonly float[] samples;
    private readonly int mask;
    private SpscIndexes indexes;

    /// <summary>Creates an empty ring.</summary>
    /// <param name="capacity">At least so many samples fit; rounded up to a power of two.</param>
    public SampleRing(int capacity)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(capacity, 1 << 30);
        samples = new float[(int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)capacity)];
        mask = samples.Length - 1;
    }

    /// <summary>How many samples fit.</summary>
    public int Capacity => samples.Length;

    /// <summary>Samples that wait to be read: at least so many for the reader, at most so many for the writer.</summary>
    public int Available => (int)(Volatile.Read(ref indexes.Written) - Volatile.Read(ref indexes.Taken));

    /// <summary>Samples that still fit: at least so many for the writer.</summary>
    public int Free => samples.Length - Available;

    /// <summary>Samples written since the ring was made.</summary>
    public long Written => Volatile.Read(ref indexes.Written);

    /// <summary>Samples read since the ring was made.</summary>
    public long Taken => Volatile.Read(ref indexes.Taken);

    /// <summary>Writes as many samples as fit.</summary>
    /// <returns>The number written.</returns>
    public int Write(ReadOnlySpan<float> source)
    {
        var written = indexes.Written;
        var count = (int)Math.Min(source.Length, samples.Length - (written - Volatile.Read(ref indexes.Taken)));
        var at = (int)written & mask;
        var first = Math.Min(count, samples.Length - at);
        source[..first].CopyTo(samples.AsSpan(at));
        source[first..count].CopyTo(samples);
        Volatile.Write(ref indexes.Written, written + count);
        return count;
    }

    /// <summary>Reads as many samples as are there.</summary>
    /// <returns>The number read; the rest of <paramref name="destination"/> is left as it is.</returns>
    public int Read(Span<float> destination)
    {
        var taken = indexes.Taken;
        var count = (int)Math.Min(destination.Length, Volatile.Read(ref indexes.Written) - taken);
        var at = (int)taken & mask;
        var first = Math.Min(count, samples.Length - at);
        samples.AsSpan(at, first).CopyTo(destination);
        samples.AsSpan(0, count - first).CopyTo(destination[first..]);
        Volatile.Write(ref indexes.Taken, taken + count);
        return count;
    }
}
