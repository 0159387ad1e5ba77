namespace VQWave.Corpus.Rendering;

/// <summary>
/// What is measured of a piece: energy is the sum of squared samples, the shares above 1 and 4 kHz come from a
/// Hann-windowed power spectrum over the whole piece, levels are in dB relative to full scale.
/// </summary>
internal sealed record AudioFigures(double Energy, double ShareAbove1kHz, double ShareAbove4kHz, double RmsDb, double PeakDb)
{
    private const int Window = 2048;

    public static AudioFigures Measure(float[] samples, int sampleRate)
    {
        double energy = 0;
        double peak = 0;
        foreach (float sample in samples)
        {
            energy += (double)sample * sample;
            peak = Math.Max(peak, Math.Abs(sample));
        }

        double[] power = Spectrum.AveragePower(samples, Window);
        double total = power.Sum();
        double Above(double hertz) => total > 0 ? power.Skip((int)Math.Ceiling(hertz * Window / sampleRate)).Sum() / total : 0;
        return new AudioFigures(
            energy,
            Above(1000),
            Above(4000),
            10 * Math.Log10((energy / Math.Max(1, samples.Length)) + 1e-20),
            20 * Math.Log10(peak + 1e-10)
        );
    }
}
