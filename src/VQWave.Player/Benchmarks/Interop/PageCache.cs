using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace VQWave.Player.Benchmarks.Interop;

/// <summary>What of files the system keeps in memory.</summary>
internal static partial class PageCache
{
    // POSIX_FADV_DONTNEED of Linux on x86-64 and arm64.
    private const int NotNeeded = 4;

    /// <summary>Has the system drop a file's contents from memory, so that reading it next reads the disk.</summary>
    /// <returns>Whether the system was told; it keeps what is mapped by somebody or not yet written.</returns>
    public static bool Drop(string path)
    {
        if (!OperatingSystem.IsLinux() || !Environment.Is64BitProcess)
        {
            return false;
        }

        using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        return Advise(file, 0, 0, NotNeeded) == 0;
    }

    [LibraryImport("libc", EntryPoint = "posix_fadvise")]
    private static partial int Advise(SafeFileHandle file, long offset, long length, int advice);
}
