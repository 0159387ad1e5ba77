using System.Runtime.InteropServices;

namespace VQWave.Interop;

/// <summary>Asks the system to run a thread before ordinary ones.</summary>
public static partial class ThreadScheduling
{
    /// <summary>A priority for threads that work ahead: low among real-time ones, since audio callbacks have less to do and come first.</summary>
    public const int Ahead = 2;

    /// <summary>A priority for threads that stand in for an audio callback.</summary>
    public const int Callback = 5;

    // <sched.h> of Linux.
    private const int Ordinary = 0;
    private const int RoundRobin = 2;

    // <sys/resource.h>.
    private const int Process = 0;
    private const int Niceness = -11;

    /// <summary>
    /// Raises the calling thread: to real-time scheduling where the user may have it (on Linux RLIMIT_RTPRIO, which audio users are usually
    /// given), else as far as is allowed.
    /// </summary>
    /// <param name="priority">The real-time priority, 1 to 99.</param>
    /// <returns>Whether it is scheduled in real time.</returns>
    public static bool TryRaise(int priority = Ahead)
    {
        if (!OperatingSystem.IsLinux())
        {
            // Elsewhere the runtime passes priorities on to the system; on Linux it does not.
            Thread.CurrentThread.Priority = ThreadPriority.Highest;
            return false;
        }

        try
        {
            var parameters = new SchedulingParameters { Priority = priority };
            if (SetScheduler(0, RoundRobin, parameters) == 0)
            {
                return true;
            }

            // 0 is the calling thread, as niceness is a thread's on Linux. Refused without a right to it, which changes nothing.
            _ = SetPriority(Process, 0, Niceness);
        }
        catch (EntryPointNotFoundException)
        {
            // A C library without these: ordinary scheduling.
        }

        return false;
    }

    /// <summary>Takes the calling thread's real-time scheduling back: it would leave nothing to others where it never rests.</summary>
    public static void Lower()
    {
        if (OperatingSystem.IsLinux())
        {
            try
            {
                _ = SetScheduler(0, Ordinary, default);
            }
            catch (EntryPointNotFoundException)
            {
                // It was never raised.
            }
        }
    }

    [LibraryImport("libc", EntryPoint = "sched_setscheduler")]
    private static partial int SetScheduler(int process, int policy, in SchedulingParameters parameters);

    [LibraryImport("libc", EntryPoint = "setpriority")]
    private static partial int SetPriority(int which, uint who, int priority);

    [StructLayout(LayoutKind.Sequential)]
    private struct SchedulingParameters
    {
        public int Priority;
    }
}
