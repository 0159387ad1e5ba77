using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace VQWave.Inference.Kernels;

/// <summary>vpdpbusd: four products of an unsigned and a signed byte, added to 32 bits. The offset of the unsigned weights is taken from the
/// sum's beginning.</summary>
internal readonly unsafe struct AvxVnniKernel : IBlockKernel
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Product8(byte* weights, float* scales, sbyte* activations, int steps, int sum, float activationScale, float* y)
    {
        var offset = Vector256.Create(-128 * sum);
        Vector256<int> a0 = offset,
            a1 = offset,
            a2 = offset,
            a3 = offset,
            a4 = offset,
            a5 = offset,
            a6 = offset,
            a7 = offset;
        var end = weights + ((long)steps * 256);
        while (weights < end)
        {
            var a = Vector256.Create(*(int*)activations).AsSByte();
            a0 = AvxVnni.MultiplyWideningAndAdd(a0, Vector256.Load(weights), a);
            a1 = AvxVnni.MultiplyWideningAndAdd(a1, Vector256.Load(weights + 32), a);
            a2 = AvxVnni.MultiplyWideningAndAdd(a2, Vector256.Load(weights + 64), a);
            a3 = AvxVnni.MultiplyWideningAndAdd(a3, Vector256.Load(weights + 96), a);
            a4 = AvxVnni.MultiplyWideningAndAdd(a4, Vector256.Load(weights + 128), a);
            a5 = AvxVnni.MultiplyWideningAndAdd(a5, Vector256.Load(weights + 160), a);
            a6 = AvxVnni.MultiplyWideningAndAdd(a6, Vector256.Load(weights + 192), a);
            a7 = AvxVnni.MultiplyWideningAndAdd(a7, Vector256.Load(weights + 224), a);
            weights += 256;
            activations += 4;
        }

        var scale = Vector256.Create(activationScale);
        Avx2Kernel.Accumulate(a0, scales, scale, y);
        Avx2Kernel.Accumulate(a1, scales + 8, scale, y + 8);
        Avx2Kernel.Accumulate(a2, scales + 16, scale, y + 16);
        Avx2Kernel.Accumulate(a3, scales + 24, scale, y + 24);
        Avx2Kernel.Accumulate(a4, scales + 32, scale, y + 32);
        Avx2Kernel.Accumulate(a5, scales + 40, scale, y + 40);
        Avx2Kernel.Accumulate(a6, scales + 48, scale, y + 48);
        Avx2Kernel.Accumulate(a7, scales + 56, scale, y + 56);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Product4(byte* weights, float* scales, sbyte* activations, int steps, int sum, float activationScale, float* y)
    {
        var offset = Vector256.Create(-8 * sum);
        var mask = Vector256.Create((byte)15);
        Vector256<int> a0 = offset,
            a1 = offset,
            a2 = offset,
            a3 = offset,
            a4 = offset,
            a5 = offset,
            a6 = offset,
            a7 = offset;
        var end = weights + ((long)steps * 256);
        while (weights < end)
        {
            var low = Vector256.Create(*(int*)activations).AsSByte();
            var high = Vector256.Create(*(int*)(activations + 4)).AsSByte();
            a0 = Both(a0, Vector256.Load(weights), mask, low, high);
            a1 = Both(a1, Vector256.Load(weights + 32), mask, low, high);
            a2 = Both(a2, Vector256.Load(weights + 64), mask, low, high);
            a3 = Both(a3, Vector256.Load(weights + 96), mask, low, high);
            a4 = Both(a4, Vector256.Load(weights + 128), mask, low, high);
            a5 = Both(a5, Vector256.Load(weights + 160), mask, low, high);
            a6 = Both(a6, Vector256.Load(weights + 192), mask, low, high);
            a7 = Both(a7, Vector256.Load(weights + 224), mask, low, high);
            weights += 256;
            activations += 8;
        }

        var scale = Vector256.Create(activationScale);
        Avx2Kernel.Accumulate(a0, scales, scale, y);
        Avx2Kernel.Accumulate(a1, scales + 8, scale, y + 8);
        Avx2Kernel.Accumulate(a2, scales + 16, scale, y + 16);
        Avx2Kernel.Accumulate(a3, scales + 24, scale, y + 24);
        Avx2Kernel.Accumulate(a4, scales + 32, scale, y + 32);
        Avx2Kernel.Accumulate(a5, scales + 40, scale, y + 40);
        Avx2Kernel.Accumulate(a6, scales + 48, scale, y + 48);
        Avx2Kernel.Accumulate(a7, scales + 56, scale, y + 56);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Both(
        Vector256<int> a,
        Vector256<byte> w,
        Vector256<byte> mask,
        Vector256<sbyte> low,
        Vector256<sbyte> high
    )
    {
        a = AvxVnni.MultiplyWideningAndAdd(a, w & mask, low);
        return AvxVnni.MultiplyWideningAndAdd(a, Avx2Kernel.HighHalves(w, mask), high);
    }
}
