using System.Diagnostics;
using System.Runtime.InteropServices;

namespace VQWave.Player.Hosting.Interop;

/// <summary>How long the calling thread has been at work, whatever else the machine did meanwhile.</summary>
internal static partial class ThreadTime
{
    private const int ThreadClock = 3;

    /// <summary>Real-time safe. Seconds of the processor's time; where the system does not tell exactly, of any time.</summary>
    public static double Now =>
        OperatingSystem.IsLinux() && ReadClock(ThreadClock, out var time) == 0
            ? time.Seconds + (time.Nanoseconds * 1e-9)
            : Stopwatch.GetTimestamp() / (double)Stopwatch.Frequency;

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static partial int ReadClock(int clock, out TimeSpec time);

    // struct timespec of 64-bit systems.
    [StructLayout(LayoutKind.Sequential)]
    private struct TimeSpec
    {
        public nint Seconds;
        public nint Nanoseconds;
    }
}
