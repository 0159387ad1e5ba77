using System.Runtime.Intrinsics;

namespace VQWave.Inference.Kernels;

/// <summary>How an instruction set multiplies bytes: in each lane of 32 bits, four products of a weight and an activation are added, exactly.</summary>
internal interface IByteProducts
{
    /// <summary>What a sum of products with 8-bit weights begins with, to make up for their offset of 128.</summary>
    /// <param name="sum">Sum of the activations.</param>
    static abstract int Begin8(int sum);

    /// <summary>Adds products with 8-bit weights, stored with 128 added.</summary>
    static abstract Vector256<int> Add8(Vector256<int> sum, Vector256<byte> weights, Vector256<sbyte> activations);

    /// <summary>Adds two sets of products with weights of 0 to 15.</summary>
    static abstract Vector256<int> Add4(
        Vector256<int> sum,
        Vector256<byte> lowWeights,
        Vector256<sbyte> lowActivations,
        Vector256<byte> highWeights,
        Vector256<sbyte> highActivations
    );
}
