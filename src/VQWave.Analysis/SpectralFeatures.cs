namespace VQWave.Analysis;

/// <summary>
/// What a sound's spectrum looks like, by windows of 2048 samples with hop 512. Frames below −60 dBFS (RMS of the spectrum) are
/// left out of the means, so that rests do not count.
/// </summary>
public static class SpectralFeatures
{
    private const int Size = 2048;
    private const int Hop = 512;

    // Of the sum of squared magnitudes; a full-scale sine spreads 1.5 of them over three bins.
    private const double QuietPower = 1.5e-6;

    /// <summary>
    /// Spectral centroid: the mean over frames of Σ f·M / Σ M (Grey and Gordon 1978; magnitudes as in librosa).
    /// </summary>
    /// <param name="samples">Mono samples.</param>
    /// <param name="sampleRate">Samples per second.</param>
    /// <returns>Hertz; 0 for silence.</returns>
    /// <exception cref="ArgumentException">The signal is empty.</exception>
    public static double CentroidHertz(ReadOnlySpan<float> samples, int sampleRate)
    {
        Spectrogram spectrogram = Spectrogram.Of(samples, Size, Hop);
        double total = 0;
        int frames = 0;
        for (int frame = 0; frame < spectrogram.Frames; frame++)
        {
            ReadOnlySpan<float> magnitudes = spectrogram[frame];
            if (Power(magnitudes) < QuietPower)
            {
                continue;
            }

            double sum = 0;
            double moment = 0;
            for (int bin = 0; bin < magnitudes.Length; bin++)
            {
                sum += magnitudes[bin];
                moment += magnitudes[bin] * (double)bin;
            }

            total += moment / sum * sampleRate / Size;
            frames++;
        }

        return frames == 0 ? 0 : total / frames;
    }

    /// <summary>
    /// Spectral flatness: the mean over frames of the geometric over the arithmetic mean of the power spectrum (Gray and Markel
    /// 1974), without the bins at 0 Hz and at the Nyquist frequency; powers below −200 dB count as that.
    /// </summary>
    /// <param name="samples">Mono samples.</param>
    /// <returns>0 for a tone to 1 for an even spectrum; white noise, whose bins scatter, reads exp(−0.577) = 0.56. 0 for silence.</returns>
    /// <exception cref="ArgumentException">The signal is empty.</exception>
    public static double Flatness(ReadOnlySpan<float> samples)
    {
        Spectrogram spectrogram = Spectrogram.Of(samples, Size, Hop);
        double total = 0;
        int frames = 0;
        for (int frame = 0; frame < spectrogram.Frames; frame++)
        {
            ReadOnlySpan<float> magnitudes = spectrogram[frame][1..^1];
            if (Power(magnitudes) < QuietPower)
            {
                continue;
            }

            double logs = 0;
            double sum = 0;
            foreach (float magnitude in magnitudes)
            {
                double power = Math.Max((double)magnitude * magnitude, 1e-20);
                logs += Math.Log(power);
                sum += power;
            }

            total += Math.Exp(logs / magnitudes.Length) / (sum / magnitudes.Length);
            frames++;
        }

        return frames == 0 ? 0 : total / frames;
    }

    /// <summary>The share of the energy that lies at and above a frequency.</summary>
    /// <param name="samples">Mono samples.</param>
    /// <param name="sampleRate">Samples per second.</param>
    /// <param name="hertz">The frequency.</param>
    /// <returns>0 to 1; 0 for silence.</returns>
    /// <exception cref="ArgumentException">The signal is empty.</exception>
    public static double EnergyShareAbove(ReadOnlySpan<float> samples, int sampleRate, double hertz)
    {
        Spectrogram spectrogram = Spectrogram.Of(samples, Size, Hop);
        int limit = Math.Clamp((int)Math.Ceiling(hertz * Size / sampleRate), 0, spectrogram.Bins);
        double above = 0;
        double all = 0;
        for (int frame = 0; frame < spectrogram.Frames; frame++)
        {
            above += Power(spectrogram[frame][limit..]);
            all += Power(spectrogram[frame]);
        }

        return all == 0 ? 0 : above / all;
    }

    /// <summary>
    /// Chroma: the energy of each pitch class, C to B at A4 = 440 Hz, summed over octaves from 110 to 5000 Hz by windows of 8192
    /// samples (Fujishima 1999).
    /// </summary>
    /// <param name="samples">Mono samples.</param>
    /// <param name="sampleRate">Samples per second.</param>
    /// <returns>12 shares that sum to 1; all 0 for silence.</returns>
    /// <exception cref="ArgumentException">The signal is empty.</exception>
    public static double[] Chroma(ReadOnlySpan<float> samples, int sampleRate)
    {
        const int ChromaSize = 8192;
        Spectrogram spectrogram = Spectrogram.Of(samples, ChromaSize, ChromaSize / 4);
        double[] classes = new double[12];
        int first = (int)Math.Ceiling(110.0 * ChromaSize / sampleRate);
        int last = (int)Math.Min(spectrogram.Bins - 1, Math.Floor(5000.0 * ChromaSize / sampleRate));
        for (int frame = 0; frame < spectrogram.Frames; frame++)
        {
            ReadOnlySpan<float> magnitudes = spectrogram[frame];
            for (int bin = first; bin <= last; bin++)
            {
                double note = 69 + (12 * Math.Log2((double)bin * sampleRate / ChromaSize / 440));
                int pitchClass = (int)Math.Round(note) % 12;
                classes[pitchClass] += (double)magnitudes[bin] * magnitudes[bin];
            }
        }

        double sum = classes.Sum();
        return sum == 0 ? classes : Array.ConvertAll(classes, value => value / sum);
    }

    private static double Power(ReadOnlySpan<float> magnitudes)
    {
        double sum = 0;
        foreach (float magnitude in magnitudes)
        {
            sum += (double)magnitude * magnitude;
        }

        return sum;
    }
}
