using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace VQWave.Inference.Kernels;

/// <summary>vpdpbusd: four products of an unsigned and a signed byte, added to 32 bits. The offset of the unsigned weights is taken from the
/// sum's beginning.</summary>
internal readonly struct AvxVnniProducts : IByteProducts
{
    public static int Begin8(int sum) => -128 * sum;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Add8(Vector256<int> sum, Vector256<byte> weights, Vector256<sbyte> activations) =>
        AvxVnni.MultiplyWideningAndAdd(sum, weights, activations);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Add4(
        Vector256<int> sum,
        Vector256<byte> lowWeights,
        Vector256<sbyte> lowActivations,
        Vector256<byte> highWeights,
        Vector256<sbyte> highActivations
    ) => AvxVnni.MultiplyWideningAndAdd(AvxVnni.MultiplyWideningAndAdd(sum, lowWeights, lowActivations), highWeights, highActivations);
}
