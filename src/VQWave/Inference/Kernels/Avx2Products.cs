using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace VQWave.Inference.Kernels;

/// <summary>
/// vpmaddubsw and vpmaddwd. The sum of two products must fit in 16 bits: 8-bit weights are signed again and the activation takes the
/// weight's sign (at most 2 × 128 × 127); 4-bit weights are small enough as they are.
/// </summary>
internal readonly struct Avx2Products : IByteProducts
{
    public static int Begin8(int sum) => 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Add8(Vector256<int> sum, Vector256<byte> weights, Vector256<sbyte> activations)
    {
        var w = (weights ^ Vector256.Create((byte)128)).AsSByte();
        var pairs = Avx2.MultiplyAddAdjacent(Avx2.Abs(w), Avx2.Sign(activations, w));
        return sum + Avx2.MultiplyAddAdjacent(pairs, Vector256<short>.One);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Add4(
        Vector256<int> sum,
        Vector256<byte> lowWeights,
        Vector256<sbyte> lowActivations,
        Vector256<byte> highWeights,
        Vector256<sbyte> highActivations
    )
    {
        var pairs = Avx2.MultiplyAddAdjacent(lowWeights, lowActivations) + Avx2.MultiplyAddAdjacent(highWeights, highActivations);
        return sum + Avx2.MultiplyAddAdjacent(pairs, Vector256<short>.One);
    }
}
