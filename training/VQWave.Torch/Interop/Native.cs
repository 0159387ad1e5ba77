using System.Runtime.InteropServices;

namespace VQWave.Torch;

/// <summary>The functions of libvqwave_torch, one for one; <c>training/native/src</c> says what each does.</summary>
/// <remarks>A tensor handle of zero is a failure (or, as an argument, a missing tensor); so is a non-zero status.</remarks>
internal static unsafe partial class Native
{
    internal const string Library = "vqwave_torch";

    // The number that vqt_abi_version returns for the signatures in this assembly.
    private const int AbiVersion = 2;
    private const string FileName = "libvqwave_torch.so";
    private const string Remedy = "Run `make train-setup`, which installs libtorch and builds the library.";

    private static readonly Lock Gate = new();
    private static nint loaded;

    static Native()
    {
        NativeLibrary.SetDllImportResolver(
            typeof(Native).Assembly,
            (name, _, _) => string.Equals(name, Library, StringComparison.Ordinal) ? Load() : 0
        );
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetEnvironment(string name, string value, int overwrite);

    private static nint Load()
    {
        lock (Gate)
        {
            if (loaded != 0)
            {
                return loaded;
            }

            // Threads that spin while they wait stall every other thread of a busy machine. OpenMP reads this as it loads.
            _ = SetEnvironment("OMP_WAIT_POLICY", "passive", 0);
            PreloadBlas();
            nint library = LoadShim();
            int abi = ((delegate* unmanaged[Cdecl]<int>)NativeLibrary.GetExport(library, "vqt_abi_version"))();
            if (abi != AbiVersion)
            {
                throw new TorchException(
                    $"{FileName} has interface version {abi}, this program needs {AbiVersion}: the library is from another build. {Remedy}"
                );
            }

            if (string.IsNullOrEmpty(Environment.GetEnvironmentVariable("OMP_NUM_THREADS")))
            {
                _ = ((delegate* unmanaged[Cdecl]<int, int>)NativeLibrary.GetExport(library, "vqt_set_num_threads"))(1);
            }

            loaded = library;
            return library;
        }
    }

    // Debian's libtorch takes whatever libblas.so.3 the process has, by default the reference one, which is 12 to 20 times
    // slower. A library of that name that is loaded already is used; a libtorch with a BLAS of its own does not look.
    private static void PreloadBlas()
    {
        string machine = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? "aarch64" : "x86_64";
        string folder = $"/usr/lib/{machine}-linux-gnu/openblas-openmp/";
        foreach (string name in (ReadOnlySpan<string>)["libblas.so.3", "liblapack.so.3"])
        {
            if (File.Exists(folder + name))
            {
                _ = NativeLibrary.TryLoad(folder + name, out _);
            }
        }
    }

    private static nint LoadShim()
    {
        string? chosen = Environment.GetEnvironmentVariable("VQWAVE_TORCH_LIBRARY");
        string path = string.IsNullOrEmpty(chosen) ? Path.Combine(AppContext.BaseDirectory, FileName) : chosen;
        if (!File.Exists(path))
        {
            throw new TorchException($"{path} is missing: training needs libtorch and this library over it. {Remedy}");
        }

        try
        {
            return NativeLibrary.Load(path);
        }
        catch (Exception error) when (error is DllNotFoundException or BadImageFormatException)
        {
            throw new TorchException($"{path} does not load ({error.Message.Trim()}). {Remedy}", error);
        }
    }
}
