using System.Runtime.InteropServices;

namespace VQWave.Training.Distributed;

/// <summary>
/// The end of a process that another one of its run is missing from: its checkpoint and its message are written, and what libtorch's threads may still wait for is of no use.
/// </summary>
internal static partial class AbruptEnd
{
    /// <summary>Ends this process without any clean-up of libtorch's or the runtime's.</summary>
    public static void Now(int exitCode)
    {
        if (OperatingSystem.IsWindows())
        {
            Environment.Exit(exitCode);
        }
        else
        {
            Exit(exitCode);
        }
    }

    [LibraryImport("libc", EntryPoint = "_exit")]
    private static partial void Exit(int exitCode);
}
