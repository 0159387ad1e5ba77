using VQWave.Vst3;

namespace VQWave.Plugin;

/// <summary>What the module counts about itself, over all instances. Any thread; real-time safe.</summary>
internal static class Counters
{
    private static long liveBlocks;
    private static long liveBytes;
    private static long voices;
    private static long exactWaits;

    /// <summary>A block was processed in live mode.</summary>
    /// <param name="bytes">What it allocated on the managed heap.</param>
    public static void CountBlock(long bytes)
    {
        Interlocked.Increment(ref liveBlocks);
        if (bytes != 0)
        {
            Interlocked.Add(ref liveBytes, bytes);
        }
    }

    /// <summary>A block waited for samples or for a pack: never in live mode.</summary>
    public static void CountWait() => Interlocked.Increment(ref exactWaits);

    /// <summary>A voice was made or disposed of.</summary>
    public static void CountVoice(int change) => Interlocked.Add(ref voices, change);

    /// <summary>A reading by number: live blocks, bytes allocated in them, voices alive, interface objects alive, worker threads, waits.</summary>
    public static long Read(int which) =>
        which switch
        {
            0 => Interlocked.Read(ref liveBlocks),
            1 => Interlocked.Read(ref liveBytes),
            2 => Interlocked.Read(ref voices),
            3 => Vst3Exports.AliveObjects,
            4 => Workshop.IsOpen ? 1 : 0,
            5 => Interlocked.Read(ref exactWaits),
            _ => -1,
        };
}
