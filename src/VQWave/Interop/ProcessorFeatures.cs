using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace VQWave.Interop;

/// <summary>What kind of processor this is, as far as code may depend on it.</summary>
internal static class ProcessorFeatures
{
    /// <summary>A text that is the same on processors of the same kind with the same instructions, and another on others.</summary>
    public static string Description { get; } = Describe();

    private static string Describe()
    {
        var architecture = $"{RuntimeInformation.OSArchitecture} {RuntimeInformation.ProcessArchitecture}";
        if (!X86Base.IsSupported)
        {
            return architecture;
        }

        // Intel, "CPUID": model and features. Leaf 1's EBX is left out, which says on which core this runs.
        var model = X86Base.CpuId(1, 0);
        var more = X86Base.CpuId(7, 0);
        var newest = X86Base.CpuId(7, 1);
        return $"{architecture} {model.Eax:x8} {model.Ecx:x8} {model.Edx:x8} {more.Ebx:x8} {more.Ecx:x8} {more.Edx:x8} {newest.Eax:x8} {newest.Edx:x8}";
    }
}
