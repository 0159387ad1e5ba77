using System.Diagnostics;

namespace VQWave.Devices.Interop;

/// <summary>Closing what native threads still call.</summary>
internal static class NativeCallbacks
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(20);

    /// <summary>
    /// Waits until no callback has been at work for a while: one may have left its count but not yet its frame, and several may follow
    /// each other in one block.
    /// </summary>
    /// <param name="inside">How many are at work; each counts itself.</param>
    /// <returns>False if one hangs: what it is called by must not be closed.</returns>
    public static bool Await(ref int inside)
    {
        long start = Stopwatch.GetTimestamp();
        long quiet = start;
        while (Stopwatch.GetElapsedTime(quiet) < Quiet)
        {
            Thread.Sleep(1);
            if (Volatile.Read(ref inside) != 0)
            {
                quiet = Stopwatch.GetTimestamp();
                if (Stopwatch.GetElapsedTime(start) > Timeout)
                {
                    return false;
                }
            }
        }

        return true;
    }
}
