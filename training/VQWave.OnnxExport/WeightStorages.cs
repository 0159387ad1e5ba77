namespace VQWave.OnnxExport;

/// <summary>What a storage does to a weight.</summary>
public static class WeightStorages
{
    private static readonly float Largest = (float)Half.MaxValue;

    /// <summary>
    /// Whether a weight is rounded to float16: matrices, kernels and tables are, unless one of their values is beyond 65,504. Biases and norms
    /// are not; nor is the codebook of a VQ-VAE whose latents have grown, as it may in training without quantisation, and could without a bound.
    /// </summary>
    public static bool IsRounded(WeightStorage storage, long[] shape, float[] data)
    {
        ArgumentNullException.ThrowIfNull(shape);
        return storage == WeightStorage.Float16 && shape.Length >= 2 && Array.TrueForAll(data, v => Math.Abs(v) <= Largest);
    }

    /// <summary>The values that are left after a storage; the same array where nothing changes.</summary>
    public static float[] Stored(WeightStorage storage, long[] shape, float[] data) =>
        IsRounded(storage, shape, data) ? Array.ConvertAll(data, v => (float)(Half)v) : data;
}
