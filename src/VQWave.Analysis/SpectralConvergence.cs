namespace VQWave.Analysis;

/// <summary>Spectral convergence (Arik, Jun and Diamos 2018, "Fast spectrogram inversion").</summary>
public static class SpectralConvergence
{
    /// <summary>‖M − M̂‖ / ‖M‖ in the Frobenius norm over the magnitudes of a short-time Fourier transform.</summary>
    /// <param name="reference">The original.</param>
    /// <param name="estimate">What is judged, of the same length.</param>
    /// <param name="size">The window's length in samples, a power of two.</param>
    /// <param name="hop">Samples from frame to frame.</param>
    /// <returns>A ratio without unit; 0 for equal magnitudes, 1 for a silent estimate, NaN for a silent reference.</returns>
    /// <exception cref="ArgumentException">The signals are empty or of different lengths.</exception>
    public static double Ratio(ReadOnlySpan<float> reference, ReadOnlySpan<float> estimate, int size = 2048, int hop = 512)
    {
        Pair.Guard(reference, estimate);
        ReadOnlySpan<float> wanted = Spectrogram.Of(reference, size, hop).Values;
        ReadOnlySpan<float> got = Spectrogram.Of(estimate, size, hop).Values;
        double difference = 0;
        double energy = 0;
        for (int i = 0; i < wanted.Length; i++)
        {
            double error = (double)wanted[i] - got[i];
            difference += error * error;
            energy += (double)wanted[i] * wanted[i];
        }

        return Math.Sqrt(difference / energy);
    }
}
