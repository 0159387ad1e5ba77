using System.Diagnostics;

namespace VQWave.Devices.Interop;

/// <summary>Closing what native threads still call.</summary>
internal static class NativeCallbacks
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(1);

    /// <summary>Waits until no callback is at work, and a moment longer for one that has left its count but not yet its frame.</summary>
    /// <param name="inside">How many are at work; each counts itself.</param>
    public static void Await(ref int inside)
    {
        long start = Stopwatch.GetTimestamp();
        do
        {
            Thread.Sleep(1);
        } while (Volatile.Read(ref inside) != 0 && Stopwatch.GetElapsedTime(start) < Timeout);
    }
}
