namespace VQWave.Surface;

/// <summary>What the server's own garbage collector does: it halts pages, never play.</summary>
internal static class ServerHealth
{
    private static double longest;
    private static long seen = -1;

    /// <summary>Collections so far, the longest pause that was seen and their sum in milliseconds, and the bytes that were allocated.</summary>
    public static object Now()
    {
        Look();
        return new
        {
            collections = GC.CollectionCount(0),
            longest_pause_ms = Math.Round(longest, 3),
            all_pauses_ms = Math.Round(GC.GetTotalPauseDuration().TotalMilliseconds, 3),
            allocated_bytes = GC.GetTotalAllocatedBytes(),
        };
    }

    /// <summary>Notes the latest collection's pause; once a second is enough, for there is hardly one.</summary>
    public static void Look()
    {
        var info = GC.GetGCMemoryInfo();
        if (info.Index != seen)
        {
            seen = info.Index;
            foreach (var pause in info.PauseDurations)
            {
                longest = Math.Max(longest, pause.TotalMilliseconds);
            }
        }
    }
}
