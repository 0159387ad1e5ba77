using System.Reflection;
using System.Runtime.InteropServices;

namespace VQWave.KerasImport.Interop;

/// <summary>
/// The few functions of the HDF5 C library that reading takes. An identifier (hid_t) has 64 bits since HDF5 1.10; a negative one is an
/// error. The usual builds of the library are not thread-safe: callers hold <see cref="Gate"/>.
/// </summary>
internal static unsafe partial class Hdf5Native
{
    public const long Default = 0;

    private const string LibraryName = "hdf5";

    // Debian's and Ubuntu's serial builds, other distributions, macOS, Windows.
    private static readonly string[] Candidates =
    [
        "libhdf5_serial.so.103",
        "libhdf5_serial.so.310",
        "libhdf5_serial.so",
        "libhdf5.so.103",
        "libhdf5.so.200",
        "libhdf5.so.310",
        "libhdf5.so",
        "libhdf5.dylib",
        "hdf5.dll",
    ];

    private static nint library;
    private static bool started;

    static Hdf5Native() => NativeLibrary.SetDllImportResolver(typeof(Hdf5Native).Assembly, Resolve);

    /// <summary>Guards every use of the library.</summary>
    public static Lock Gate { get; } = new();

    /// <summary>Loads the library, and silences what it would print about errors.</summary>
    /// <exception cref="VQWaveException">It is not installed or does not start.</exception>
    public static void Open()
    {
        try
        {
            lock (Gate)
            {
                // Reading leaves nothing to flush, and the library's own cleaning up at exit trips over damaged files. It
                // takes this only before anything else.
                if (!started)
                {
                    _ = H5dont_atexit();
                    started = true;
                }
            }

            if (H5open() < 0 || H5Eset_auto2(Default, 0, 0) < 0)
            {
                throw new VQWaveException("The HDF5 library does not start: install it again (package libhdf5-103-1).");
            }
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException or BadImageFormatException)
        {
            throw new VQWaveException(
                "Keras weights are HDF5 files, and the HDF5 library is not installed: run 'make train-setup', or install the package libhdf5-103-1.",
                e
            );
        }
    }

    /// <summary>Address of a function or variable of the library.</summary>
    public static nint Export(string name)
    {
        Open();
        return NativeLibrary.GetExport(library, name);
    }

    [LibraryImport(LibraryName)]
    private static partial int H5dont_atexit();

    [LibraryImport(LibraryName)]
    private static partial int H5open();

    [LibraryImport(LibraryName)]
    private static partial int H5Eset_auto2(long stack, nint function, nint data);

    [LibraryImport(LibraryName, StringMarshalling = StringMarshalling.Utf8)]
    public static partial long H5Fopen(string name, uint flags, long access);

    [LibraryImport(LibraryName)]
    public static partial int H5Fclose(long file);

    [LibraryImport(LibraryName, StringMarshalling = StringMarshalling.Utf8)]
    public static partial long H5Gopen2(long location, string name, long access);

    [LibraryImport(LibraryName)]
    public static partial int H5Gclose(long group);

    /// <summary>Name of a group's n-th link; its length, or less than 0 past the last one. Sizes are size_t.</summary>
    [LibraryImport(LibraryName, StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint H5Lget_name_by_idx(
        long location,
        string group,
        int index,
        int order,
        ulong n,
        byte* name,
        nuint size,
        long access
    );

    [LibraryImport(LibraryName, StringMarshalling = StringMarshalling.Utf8)]
    public static partial long H5Dopen2(long location, string name, long access);

    [LibraryImport(LibraryName)]
    public static partial long H5Dget_space(long dataset);

    [LibraryImport(LibraryName)]
    public static partial long H5Dget_type(long dataset);

    [LibraryImport(LibraryName)]
    public static partial int H5Dread(long dataset, long memoryType, long memorySpace, long fileSpace, long transfer, float* data);

    [LibraryImport(LibraryName)]
    public static partial int H5Dclose(long dataset);

    [LibraryImport(LibraryName)]
    public static partial int H5Sget_simple_extent_ndims(long space);

    [LibraryImport(LibraryName)]
    public static partial int H5Sget_simple_extent_dims(long space, ulong* sizes, ulong* maximum);

    [LibraryImport(LibraryName)]
    public static partial int H5Sclose(long space);

    [LibraryImport(LibraryName)]
    public static partial int H5Tget_class(long type);

    [LibraryImport(LibraryName)]
    public static partial int H5Tclose(long type);

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? path)
    {
        if (name != LibraryName)
        {
            return 0;
        }

        foreach (var candidate in Candidates)
        {
            if (library == 0 && NativeLibrary.TryLoad(candidate, assembly, path, out var handle))
            {
                library = handle;
            }
        }

        return library;
    }
}
