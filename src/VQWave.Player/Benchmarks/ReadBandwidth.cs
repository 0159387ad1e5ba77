using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace VQWave.Player.Benchmarks;

/// <summary>How fast this machine reads memory again and again, by the size of what is read: the bound of a step that must read all of its weights.</summary>
internal static class ReadBandwidth
{
    private const int Alignment = 64;

    /// <summary>Measures.</summary>
    /// <param name="bytes">What each thread reads over and over; its own memory.</param>
    /// <param name="threads">Threads at the same time.</param>
    /// <param name="seconds">How long.</param>
    /// <returns>Bytes a second of one thread, the mean of all.</returns>
    public static double Measure(long bytes, int threads, double seconds)
    {
        var rates = new double[threads];
        using var barrier = new Barrier(threads);
        var workers = Enumerable
            .Range(0, threads)
            .Select(i => new Thread(() => rates[i] = Run(bytes, seconds, barrier)) { IsBackground = true })
            .ToList();
        workers.ForEach(w => w.Start());
        workers.ForEach(w => w.Join());
        return rates.Average();
    }

    private static unsafe double Run(long bytes, double seconds, Barrier barrier)
    {
        var size = (nuint)Math.Max(4096, bytes / 4096 * 4096);
        var memory = (byte*)NativeMemory.AlignedAlloc(size, Alignment);
        try
        {
            NativeMemory.Fill(memory, size, 1);
            var sum = Read(memory, size);
            barrier.SignalAndWait();
            var start = Stopwatch.GetTimestamp();
            long passes = 0;
            double elapsed;
            do
            {
                sum ^= Read(memory, size);
                passes++;
                elapsed = Stopwatch.GetElapsedTime(start).TotalSeconds;
            } while (elapsed < seconds);
            GC.KeepAlive(sum);
            return passes * (double)size / elapsed;
        }
        finally
        {
            NativeMemory.AlignedFree(memory);
        }
    }

    private static unsafe Vector256<int> Read(byte* memory, nuint size)
    {
        Vector256<int> a = default,
            b = default,
            c = default,
            d = default;
        for (nuint i = 0; i < size; i += 256)
        {
            a ^= Vector256.Load((int*)(memory + i)) ^ Vector256.Load((int*)(memory + i + 32));
            b ^= Vector256.Load((int*)(memory + i + 64)) ^ Vector256.Load((int*)(memory + i + 96));
            c ^= Vector256.Load((int*)(memory + i + 128)) ^ Vector256.Load((int*)(memory + i + 160));
            d ^= Vector256.Load((int*)(memory + i + 192)) ^ Vector256.Load((int*)(memory + i + 224));
        }

        return a ^ b ^ c ^ d;
    }
}
