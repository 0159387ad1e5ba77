namespace VQWave.Analysis;

/// <summary>
/// Finds where notes begin: half-wave rectified spectral flux of compressed magnitudes, and the picking of its peaks above a
/// moving median (Dixon 2006, "Onset detection revisited"; Böck, Krebs and Schedl 2012).
/// </summary>
public static class OnsetDetector
{
    private const int Size = 1024;
    private const int Hop = 256;
    private const double Compression = 100;
    private const double MinimumGapSeconds = 0.05;
    private const double MedianSeconds = 0.4;
    private const double MedianFactor = 1.6;

    // Of ln(1 + 100·M) a bin: what a soft attack over most of the spectrum exceeds, and the flutter of a steady tone does not.
    private const double MinimumFlux = 0.004;

    /// <summary>The times of the onsets.</summary>
    /// <param name="samples">Mono samples, full scale −1 to 1.</param>
    /// <param name="sampleRate">Samples per second.</param>
    /// <returns>Seconds, ascending; each is the middle of the frame whose flux peaks.</returns>
    /// <exception cref="ArgumentException">The signal is empty.</exception>
    public static double[] Seconds(ReadOnlySpan<float> samples, int sampleRate)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(sampleRate, 1);
        double[] flux = Flux(Spectrogram.Of(samples, Size, Hop));
        double frameRate = (double)sampleRate / Hop;
        int reach = Math.Max(1, (int)Math.Round(MedianSeconds / 2 * frameRate));
        int gap = Math.Max(1, (int)Math.Round(MinimumGapSeconds * frameRate));
        List<double> onsets = [];
        int lastOnset = int.MinValue / 2;
        double[] neighbours = new double[(2 * reach) + 1];
        for (int frame = 1; frame < flux.Length; frame++)
        {
            double value = flux[frame];
            if (value < MinimumFlux || frame - lastOnset < gap || !IsPeak(flux, frame, gap / 2))
            {
                continue;
            }

            int from = Math.Max(0, frame - reach);
            int to = Math.Min(flux.Length - 1, frame + reach);
            Span<double> around = neighbours.AsSpan(0, to - from + 1);
            flux.AsSpan(from, around.Length).CopyTo(around);
            around.Sort();
            if (value >= (MedianFactor * around[around.Length / 2]) + MinimumFlux)
            {
                onsets.Add(((frame * (double)Hop) + (Size / 2)) / sampleRate);
                lastOnset = frame;
            }
        }

        return [.. onsets];
    }

    /// <summary>Onsets per second.</summary>
    /// <param name="samples">Mono samples, full scale −1 to 1.</param>
    /// <param name="sampleRate">Samples per second.</param>
    /// <returns>The number of onsets over the signal's duration.</returns>
    /// <exception cref="ArgumentException">The signal is empty.</exception>
    public static double Rate(ReadOnlySpan<float> samples, int sampleRate) =>
        Seconds(samples, sampleRate).Length / ((double)samples.Length / sampleRate);

    private static double[] Flux(Spectrogram spectrogram)
    {
        double[] flux = new double[spectrogram.Frames];
        for (int frame = 1; frame < flux.Length; frame++)
        {
            ReadOnlySpan<float> before = spectrogram[frame - 1];
            ReadOnlySpan<float> now = spectrogram[frame];
            double sum = 0;
            for (int bin = 0; bin < now.Length; bin++)
            {
                if (now[bin] > before[bin])
                {
                    sum += Math.Log((1 + (Compression * now[bin])) / (1 + (Compression * before[bin])));
                }
            }

            flux[frame] = sum / now.Length;
        }

        return flux;
    }

    private static bool IsPeak(double[] flux, int frame, int reach)
    {
        for (int other = Math.Max(0, frame - reach); other <= Math.Min(flux.Length - 1, frame + reach); other++)
        {
            // Of equal neighbours the first is the peak.
            if (flux[other] > flux[frame] || (flux[other] == flux[frame] && other < frame))
            {
                return false;
            }
        }

        return true;
    }
}
