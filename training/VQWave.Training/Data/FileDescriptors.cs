using System.Runtime.InteropServices;

namespace VQWave.Training.Data;

/// <summary>A large corpus maps thousands of files at once, more than the usual soft limit of open files.</summary>
internal static partial class FileDescriptors
{
    private const int OpenFiles = 7; // RLIMIT_NOFILE on Linux

    /// <summary>Raises the soft limit to the hard one; where that is impossible the limit stays as it is.</summary>
    public static void RaiseLimit()
    {
        if (OperatingSystem.IsLinux() && GetLimit(OpenFiles, out var limit) == 0 && limit.Current < limit.Maximum)
        {
            limit.Current = limit.Maximum;
            _ = SetLimit(OpenFiles, in limit);
        }
    }

    [LibraryImport("libc", EntryPoint = "getrlimit")]
    private static partial int GetLimit(int resource, out Limit limit);

    [LibraryImport("libc", EntryPoint = "setrlimit")]
    private static partial int SetLimit(int resource, in Limit limit);

    [StructLayout(LayoutKind.Sequential)]
    private struct Limit
    {
        public nuint Current;
        public nuint Maximum;
    }
}
