using System.Diagnostics;
using System.Numerics;

namespace VQWave.Streaming;

/// <summary>A histogram of durations in preallocated buckets, eight to an octave: quantiles are right within an eighth.</summary>
/// <remarks>
/// Threading: one thread records, any may read while it does; what they read may be a tick behind. Nothing allocates, locks or waits.
/// </remarks>
public sealed class TickStatistics
{
    private const int Parts = 8;
    private readonly long[] buckets = new long[64 * Parts];
    private long count;
    private long worst;

    /// <summary>Number of durations.</summary>
    public long Count => Volatile.Read(ref count);

    /// <summary>The longest, in seconds; 0 without any.</summary>
    public double Worst => Volatile.Read(ref worst) * 1e-9;

    /// <summary>Adds a duration.</summary>
    /// <param name="duration">In units of <see cref="Stopwatch"/>.</param>
    public void Record(long duration)
    {
        var nanoseconds = (long)(Math.Max(duration, 0) * (1e9 / Stopwatch.Frequency));
        buckets[Bucket(nanoseconds)]++;
        Volatile.Write(ref worst, Math.Max(worst, nanoseconds));
        Volatile.Write(ref count, count + 1);
    }

    /// <summary>The duration that a share of all does not exceed, rounded up to its bucket's end; 0 without any.</summary>
    /// <param name="share">0 to 1: 0.5 is the median.</param>
    /// <returns>Seconds.</returns>
    public double Quantile(double share)
    {
        var rank = Math.Max(1, (long)Math.Ceiling(Math.Clamp(share, 0, 1) * Count));
        long sum = 0;
        for (var i = 0; i < buckets.Length && Count > 0; i++)
        {
            sum += Volatile.Read(ref buckets[i]);
            if (sum >= rank)
            {
                return Math.Min(End(i) * 1e-9, Worst);
            }
        }

        return Worst;
    }

    /// <summary>Forgets all; for the recording thread.</summary>
    public void Clear()
    {
        Array.Clear(buckets);
        Volatile.Write(ref worst, 0);
        Volatile.Write(ref count, 0);
    }

    private static int Bucket(long nanoseconds)
    {
        if (nanoseconds < Parts)
        {
            return (int)nanoseconds;
        }

        var octave = BitOperations.Log2((ulong)nanoseconds);
        return ((octave - 2) * Parts) + (int)((nanoseconds >> (octave - 3)) & (Parts - 1));
    }

    private static double End(int bucket) => bucket < Parts ? bucket : Math.ScaleB(Parts + (bucket % Parts) + 1, (bucket / Parts) - 1);
}
