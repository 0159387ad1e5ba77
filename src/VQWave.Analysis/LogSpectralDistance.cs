namespace VQWave.Analysis;

/// <summary>Log-spectral distance (Gray and Markel 1976, "Distance measures for speech processing").</summary>
public static class LogSpectralDistance
{
    /// <summary>The window's length in samples.</summary>
    public const int Size = 2048;

    /// <summary>Samples from frame to frame.</summary>
    public const int Hop = 512;

    /// <summary>Magnitudes below −100 dB of a full-scale sine count as that, so that digital silence is not infinitely far.</summary>
    public const double Floor = 1e-5;

    /// <summary>
    /// −80 dB of a full-scale sine: a floor that leaves out what lies so far below music that only its noise is compared. Two noises
    /// of one level are 7.8 dB apart in each bin however alike they sound.
    /// </summary>
    public const double AudibleFloor = 1e-4;

    /// <summary>
    /// For each frame the root of the mean over frequencies of (20·log10(M / M̂))²; then the mean over frames.
    /// </summary>
    /// <param name="reference">The original.</param>
    /// <param name="estimate">What is judged, of the same length.</param>
    /// <param name="floor">Magnitudes below this count as this, relative to a full-scale sine.</param>
    /// <returns>Decibels; 0 for equal magnitudes. A gain of g dB alone, above the floor, reads |g|.</returns>
    /// <exception cref="ArgumentException">The signals are empty or of different lengths.</exception>
    public static double Decibels(ReadOnlySpan<float> reference, ReadOnlySpan<float> estimate, double floor = Floor)
    {
        Pair.Guard(reference, estimate);
        Spectrogram wanted = Spectrogram.Of(reference, Size, Hop);
        Spectrogram got = Spectrogram.Of(estimate, Size, Hop);
        double total = 0;
        for (int frame = 0; frame < wanted.Frames; frame++)
        {
            ReadOnlySpan<float> a = wanted[frame];
            ReadOnlySpan<float> b = got[frame];
            double sum = 0;
            for (int bin = 0; bin < a.Length; bin++)
            {
                double difference = 20 * Math.Log10(Math.Max(a[bin], floor) / Math.Max(b[bin], floor));
                sum += difference * difference;
            }

            total += Math.Sqrt(sum / a.Length);
        }

        return total / wanted.Frames;
    }
}
