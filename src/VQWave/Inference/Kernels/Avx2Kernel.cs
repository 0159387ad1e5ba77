using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace VQWave.Inference.Kernels;

/// <summary>
/// vpmaddubsw and vpmaddwd. The sum of two products must fit in 16 bits: 8-bit weights are signed again and the activation takes the
/// weight's sign (at most 2 × 128 × 127); 4-bit weights are small enough as they are.
/// </summary>
internal readonly unsafe struct Avx2Kernel : IBlockKernel
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Product8(byte* weights, float* scales, sbyte* activations, int steps, int sum, float activationScale, float* y)
    {
        var a0 = Vector256<int>.Zero;
        var a1 = a0;
        var a2 = a0;
        var a3 = a0;
        var a4 = a0;
        var a5 = a0;
        var a6 = a0;
        var a7 = a0;
        var end = weights + ((long)steps * 256);
        while (weights < end)
        {
            var a = Vector256.Create(*(int*)activations).AsSByte();
            a0 = Add8(a0, weights, a);
            a1 = Add8(a1, weights + 32, a);
            a2 = Add8(a2, weights + 64, a);
            a3 = Add8(a3, weights + 96, a);
            a4 = Add8(a4, weights + 128, a);
            a5 = Add8(a5, weights + 160, a);
            a6 = Add8(a6, weights + 192, a);
            a7 = Add8(a7, weights + 224, a);
            weights += 256;
            activations += 4;
        }

        var scale = Vector256.Create(activationScale);
        Accumulate(a0, scales, scale, y);
        Accumulate(a1, scales + 8, scale, y + 8);
        Accumulate(a2, scales + 16, scale, y + 16);
        Accumulate(a3, scales + 24, scale, y + 24);
        Accumulate(a4, scales + 32, scale, y + 32);
        Accumulate(a5, scales + 40, scale, y + 40);
        Accumulate(a6, scales + 48, scale, y + 48);
        Accumulate(a7, scales + 56, scale, y + 56);
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
            a0 = Add4(a0, weights, mask, low, high);
            a1 = Add4(a1, weights + 32, mask, low, high);
            a2 = Add4(a2, weights + 64, mask, low, high);
            a3 = Add4(a3, weights + 96, mask, low, high);
            a4 = Add4(a4, weights + 128, mask, low, high);
            a5 = Add4(a5, weights + 160, mask, low, high);
            a6 = Add4(a6, weights + 192, mask, low, high);
            a7 = Add4(a7, weights + 224, mask, low, high);
            weights += 256;
            activations += 8;
        }

        var scale = Vector256.Create(activationScale);
        Accumulate(a0, scales, scale, y);
        Accumulate(a1, scales + 8, scale, y + 8);
        Accumulate(a2, scales + 16, scale, y + 16);
        Accumulate(a3, scales + 24, scale, y + 24);
        Accumulate(a4, scales + 32, scale, y + 32);
        Accumulate(a5, scales + 40, scale, y + 40);
        Accumulate(a6, scales + 48, scale, y + 48);
        Accumulate(a7, scales + 56, scale, y + 56);
    }

    /// <summary>Eight rows' sums, scaled and added to y.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Accumulate(Vector256<int> sums, float* scales, Vector256<float> activationScale, float* y)
    {
        var scale = Vector256.Load(scales) * activationScale;
        Fma.MultiplyAdd(Avx.ConvertToVector256Single(sums), scale, Vector256.Load(y)).Store(y);
    }

    /// <summary>The high four bits of each byte.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> HighHalves(Vector256<byte> w, Vector256<byte> mask) => (w.AsUInt16() >>> 4).AsByte() & mask;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Add8(Vector256<int> sum, byte* weights, Vector256<sbyte> a)
    {
        var w = (Vector256.Load(weights) ^ Vector256.Create((byte)128)).AsSByte();
        var pairs = Avx2.MultiplyAddAdjacent(Avx2.Abs(w), Avx2.Sign(a, w));
        return sum + Avx2.MultiplyAddAdjacent(pairs, Vector256<short>.One);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Add4(Vector256<int> sum, byte* weights, Vector256<byte> mask, Vector256<sbyte> low, Vector256<sbyte> high)
    {
        var w = Vector256.Load(weights);
        var pairs = Avx2.MultiplyAddAdjacent(w & mask, low) + Avx2.MultiplyAddAdjacent(HighHalves(w, mask), high);
        return sum + Avx2.MultiplyAddAdjacent(pairs, Vector256<short>.One);
    }
}
