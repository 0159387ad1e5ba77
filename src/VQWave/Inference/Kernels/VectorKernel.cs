using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace VQWave.Inference.Kernels;

/// <summary>256-bit vectors: a panel's 64 rows in eight sums that stay in registers, multiplied by what an instruction set has for bytes.</summary>
/// <typeparam name="TProducts">The instructions.</typeparam>
internal readonly unsafe struct VectorKernel<TProducts> : IBlockKernel
    where TProducts : struct, IByteProducts
{
    private const int StepBytes = 256;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Product8(byte* weights, float* scales, sbyte* activations, int steps, int sum, float activationScale, float* y)
    {
        var a0 = Vector256.Create(TProducts.Begin8(sum));
        var a1 = a0;
        var a2 = a0;
        var a3 = a0;
        var a4 = a0;
        var a5 = a0;
        var a6 = a0;
        var a7 = a0;
        var end = weights + ((long)steps * StepBytes);
        while (weights < end)
        {
            var a = Vector256.Create(*(int*)activations).AsSByte();
            a0 = TProducts.Add8(a0, Vector256.Load(weights), a);
            a1 = TProducts.Add8(a1, Vector256.Load(weights + 32), a);
            a2 = TProducts.Add8(a2, Vector256.Load(weights + 64), a);
            a3 = TProducts.Add8(a3, Vector256.Load(weights + 96), a);
            a4 = TProducts.Add8(a4, Vector256.Load(weights + 128), a);
            a5 = TProducts.Add8(a5, Vector256.Load(weights + 160), a);
            a6 = TProducts.Add8(a6, Vector256.Load(weights + 192), a);
            a7 = TProducts.Add8(a7, Vector256.Load(weights + 224), a);
            weights += StepBytes;
            activations += 4;
        }

        Accumulate(a0, a1, a2, a3, a4, a5, a6, a7, scales, activationScale, y);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Product4(byte* weights, float* scales, sbyte* activations, int steps, int sum, float activationScale, float* y)
    {
        // Stored with 8 added.
        var a0 = Vector256.Create(-8 * sum);
        var a1 = a0;
        var a2 = a0;
        var a3 = a0;
        var a4 = a0;
        var a5 = a0;
        var a6 = a0;
        var a7 = a0;
        var end = weights + ((long)steps * StepBytes);
        while (weights < end)
        {
            var low = Vector256.Create(*(int*)activations).AsSByte();
            var high = Vector256.Create(*(int*)(activations + 4)).AsSByte();
            a0 = Add4(a0, weights, low, high);
            a1 = Add4(a1, weights + 32, low, high);
            a2 = Add4(a2, weights + 64, low, high);
            a3 = Add4(a3, weights + 96, low, high);
            a4 = Add4(a4, weights + 128, low, high);
            a5 = Add4(a5, weights + 160, low, high);
            a6 = Add4(a6, weights + 192, low, high);
            a7 = Add4(a7, weights + 224, low, high);
            weights += StepBytes;
            activations += 8;
        }

        Accumulate(a0, a1, a2, a3, a4, a5, a6, a7, scales, activationScale, y);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Add4(Vector256<int> sum, byte* weights, Vector256<sbyte> low, Vector256<sbyte> high)
    {
        var mask = Vector256.Create((byte)15);
        var w = Vector256.Load(weights);
        return TProducts.Add4(sum, w & mask, low, (w.AsUInt16() >>> 4).AsByte() & mask, high);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Accumulate(
        Vector256<int> a0,
        Vector256<int> a1,
        Vector256<int> a2,
        Vector256<int> a3,
        Vector256<int> a4,
        Vector256<int> a5,
        Vector256<int> a6,
        Vector256<int> a7,
        float* scales,
        float activationScale,
        float* y
    )
    {
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

    // Eight rows' sums, scaled and added to y.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Accumulate(Vector256<int> sums, float* scales, Vector256<float> activationScale, float* y)
    {
        var scale = Vector256.Load(scales) * activationScale;
        Fma.MultiplyAdd(Avx.ConvertToVector256Single(sums), scale, Vector256.Load(y)).Store(y);
    }
}
