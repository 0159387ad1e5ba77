using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace VQWave.Inference.Kernels;

/// <summary>Which instructions the kernels use. All paths give the same bits.</summary>
internal enum KernelPath
{
    /// <summary>128-bit vectors of whatever the processor has. Correct everywhere, fast nowhere.</summary>
    Portable,

    /// <summary>AVX2 and FMA.</summary>
    Avx2,

    /// <summary>AVX2, FMA and AVX-VNNI, whose one instruction multiplies and adds four bytes.</summary>
    AvxVnni,
}

/// <summary>What this processor can do.</summary>
internal static class KernelPaths
{
    /// <summary>The fastest path that the processor has.</summary>
    public static KernelPath Best { get; } = Choose();

    /// <summary>Whether the kernels are faster than ONNX Runtime here.</summary>
    public static bool IsFast => Best != KernelPath.Portable;

    /// <summary>The path's name as programs print it.</summary>
    public static string Name(KernelPath path) =>
        path switch
        {
            KernelPath.AvxVnni => "avx-vnni",
            KernelPath.Avx2 => "avx2",
            _ => "portable",
        };

    private static KernelPath Choose()
    {
        if (!Vector256.IsHardwareAccelerated || !Avx2.IsSupported || !Fma.IsSupported)
        {
            return KernelPath.Portable;
        }

        return AvxVnni.IsSupported ? KernelPath.AvxVnni : KernelPath.Avx2;
    }
}
