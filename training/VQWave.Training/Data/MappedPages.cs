using System.Runtime.InteropServices;

namespace VQWave.Training.Data;

/// <summary>Pages of mapped files, which count as the process's resident memory once they were read.</summary>
internal static unsafe partial class MappedPages
{
    private const int DontNeed = 4; // MADV_DONTNEED on Linux

    // The system maps up to this many bytes around the page that was asked for.
    private const nuint Around = 65536;

    /// <summary>
    /// Lets go of the pages of a read-only mapping around some bytes. They stay in the system's cache, and reading them again maps them again; but a
    /// corpus that is walked through does not pile up in the process.
    /// </summary>
    /// <param name="start">Where the mapping begins, on a page.</param>
    /// <param name="length">Bytes of the mapping.</param>
    /// <param name="offset">First byte that was read.</param>
    /// <param name="count">Bytes that were read.</param>
    public static void Release(void* start, long length, long offset, long count)
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        var from = (nuint)offset / Around * Around;
        var to = Math.Min((nuint)length, (((nuint)(offset + count) / Around) + 1) * Around);
        _ = Advise((byte*)start + from, to - from, DontNeed);
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(void* address, nuint length, int advice);
}
