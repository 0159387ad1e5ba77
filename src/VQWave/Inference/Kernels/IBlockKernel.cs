namespace VQWave.Inference.Kernels;

/// <summary>
/// The inner product of one panel of 64 rows with one block of columns: y += weight scale × activation scale × Σ (weight × activation). The sum
/// is of integers and exact; the rest is one product and one fused multiplication and addition for each row.
/// </summary>
/// <remarks>
/// Weights lie as <see cref="BlockPanels"/> packs them. Static, so that each path is compiled with its kernel inlined.
/// </remarks>
internal unsafe interface IBlockKernel
{
    /// <summary>8-bit weights, stored with 128 added; a step is 4 columns.</summary>
    /// <param name="weights">256 bytes for each step.</param>
    /// <param name="scales">64 values.</param>
    /// <param name="activations">4 values for each step, −127 … 127.</param>
    /// <param name="steps">Number of steps.</param>
    /// <param name="sum">Sum of the activations.</param>
    /// <param name="activationScale">Their scale.</param>
    /// <param name="y">64 values.</param>
    static abstract void Product8(byte* weights, float* scales, sbyte* activations, int steps, int sum, float activationScale, float* y);

    /// <summary>4-bit weights, stored with 8 added, columns 0–3 of a step in low and 4–7 in high halves; a step is 8 columns.</summary>
    /// <inheritdoc cref="Product8"/>
    static abstract void Product4(byte* weights, float* scales, sbyte* activations, int steps, int sum, float activationScale, float* y);
}
