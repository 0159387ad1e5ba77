namespace VQWave.Player.Tests.Live;

/// <summary>Measures what a thread allocates.</summary>
internal static class AllocationMeter
{
    /// <summary>Bytes that a thing that is done again and again allocates in 300 times, once it is warm.</summary>
    public static long Measure(Action<int> action)
    {
        // Past the JIT's last tier: 30 calls, and its thread's time.
        for (var i = 0; i < 200; i++)
        {
            action(i);
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 200; i < 500; i++)
        {
            action(i);
        }

        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
