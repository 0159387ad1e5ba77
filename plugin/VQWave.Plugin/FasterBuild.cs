using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using VQWave.Plugin.Interop;

namespace VQWave.Plugin;

/// <summary>
/// The same module compiled for processors with AVX2, which lies beside this one: NativeAOT decides when it compiles whether code with AVX2 can
/// run, and a module that needs it would end the host on an older processor. What the host calls in this one is passed on to it.
/// </summary>
internal static unsafe class FasterBuild
{
    /// <summary>Instruction sets that the other module is compiled for, as VQWave.Plugin.csproj says, by Linux's names.</summary>
    private static readonly string[] Needed = ["avx2", "fma", "bmi1", "bmi2", "abm", "movbe", "popcnt"];

    private static readonly Lazy<nint> Module = new(Load);

    /// <summary>An export of the other module; 0 where this one is to answer itself.</summary>
    public static nint Find(string export) =>
        Module.Value != 0 && NativeLibrary.TryGetExport(Module.Value, export, out var address) ? address : 0;

    private static nint Load()
    {
        try
        {
            if (Avx2.IsSupported || !OperatingSystem.IsLinux() || BundleLocation.OwnPath() is not { } own || !IsFit())
            {
                return 0;
            }

            var other = Path.Combine(Path.GetDirectoryName(own)!, $"{Path.GetFileNameWithoutExtension(own)}-avx2{Path.GetExtension(own)}");
            return File.Exists(other) && NativeLibrary.TryLoad(other, out var module) ? module : 0;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return 0;
        }
    }

    // The kernel lists what it lets programs use, not only what the processor has.
    private static bool IsFit()
    {
        var flags = File.ReadLines("/proc/cpuinfo").FirstOrDefault(l => l.StartsWith("flags", StringComparison.Ordinal));
        return flags is not null && !Needed.Except(flags.Split(' '), StringComparer.Ordinal).Any();
    }
}
