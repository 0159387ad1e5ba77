namespace VQWave.Inference.Kernels;

/// <summary>A product with a constant matrix and a bias, as a graph stores it: either in float or in blocks.</summary>
/// <param name="Rows">Outputs.</param>
/// <param name="Columns">Inputs.</param>
/// <param name="Weights">[columns × rows], or null.</param>
/// <param name="Blocks">The quantised matrix, or null.</param>
/// <param name="Bias">[rows].</param>
internal sealed record LinearLayer(int Rows, int Columns, float[]? Weights, BlockMatrix? Blocks, float[] Bias);
