namespace VQWave.Analysis;

/// <summary>
/// Distance of log magnitudes over several window lengths (Yamamoto, Song and Kim 2020, Parallel WaveGAN, without its
/// convergence term, which <see cref="SpectralConvergence"/> gives).
/// </summary>
public static class MultiScaleStftDistance
{
    /// <summary>Magnitudes below this share of full scale (−100 dB) count as this.</summary>
    public const double Floor = 1e-5;

    private static readonly int[] Sizes = [2048, 1024, 512, 256];

    /// <summary>
    /// The mean over windows of 2048, 1024, 512 and 256 samples (hop: a quarter) of the mean of |ln M − ln M̂|.
    /// </summary>
    /// <param name="reference">The original.</param>
    /// <param name="estimate">What is judged, of the same length.</param>
    /// <returns>Nepers (1 is 8.69 dB); 0 for equal magnitudes.</returns>
    /// <exception cref="ArgumentException">The signals are empty or of different lengths.</exception>
    public static double Nepers(ReadOnlySpan<float> reference, ReadOnlySpan<float> estimate)
    {
        Pair.Guard(reference, estimate);
        double total = 0;
        foreach (int size in Sizes)
        {
            ReadOnlySpan<float> wanted = Spectrogram.Of(reference, size, size / 4).Values;
            ReadOnlySpan<float> got = Spectrogram.Of(estimate, size, size / 4).Values;
            double sum = 0;
            for (int i = 0; i < wanted.Length; i++)
            {
                sum += Math.Abs(Math.Log(Math.Max(wanted[i], Floor)) - Math.Log(Math.Max(got[i], Floor)));
            }

            total += sum / wanted.Length;
        }

        return total / Sizes.Length;
    }
}
