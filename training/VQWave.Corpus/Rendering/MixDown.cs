namespace VQWave.Corpus.Rendering;

/// <summary>Turns fluidsynth's stereo at 44,100 Hz into the corpus's mono at 22,050 Hz, faded and levelled.</summary>
internal static class MixDown
{
    /// <summary>Rate of the corpus in hertz.</summary>
    public const int SampleRate = 22050;

    /// <summary>Loudness that each piece is brought to: root mean square, dB relative to full scale.</summary>
    public const double TargetRmsDb = -18;

    /// <summary>No piece peaks above this, dB relative to full scale; a piece that would is left a little quieter.</summary>
    public const double PeakCeilingDb = -1.2;

    private const double FadeSeconds = 1.2;
    private const int HalfTaps = 64;

    private static readonly double[] HalfBand = DesignLowPass();

    /// <summary>
    /// Mixes to mono, halves the rate, cuts or pads to <paramref name="length"/> samples, fades the end out, sets the
    /// level and takes the noise out.
    /// </summary>
    /// <param name="stereo">Interleaved samples at 44,100 Hz.</param>
    /// <param name="length">Samples of the result.</param>
    /// <param name="softHz">The corner of a low-pass that softens the sound, in Hz; null for none.</param>
    /// <exception cref="CorpusException">The rendering is silent.</exception>
    public static float[] Process(float[] stereo, int length, double? softHz = null)
    {
        int frames = stereo.Length / 2;
        var mono = new double[frames];
        for (int i = 0; i < frames; i++)
        {
            mono[i] = 0.5 * ((double)stereo[2 * i] + stereo[(2 * i) + 1]);
        }

        var samples = new double[length];
        for (int i = 0; i < length; i++)
        {
            int centre = 2 * i;
            int first = Math.Max(0, centre - HalfTaps);
            int last = Math.Min(frames - 1, centre + HalfTaps);
            double sum = 0;
            for (int j = first; j <= last; j++)
            {
                sum += mono[j] * HalfBand[j - centre + HalfTaps];
            }

            samples[i] = sum;
        }

        if (softHz is { } corner)
        {
            Soften(samples, corner);
        }

        int fade = Math.Min(length, (int)(FadeSeconds * SampleRate));
        for (int i = 0; i < fade; i++)
        {
            samples[length - 1 - i] *= 0.5 * (1 - Math.Cos(Math.PI * i / fade));
        }

        return NoiseReduction.Apply(Level(samples));
    }

    /// <summary>A second-order Butterworth low-pass (bilinear transform): 3 dB down at the corner, 12 dB an octave above it.</summary>
    private static void Soften(double[] samples, double corner)
    {
        double k = Math.Tan(Math.PI * corner / SampleRate);
        double norm = 1 / (1 + (Math.Sqrt(2) * k) + (k * k));
        double b0 = k * k * norm;
        double a1 = 2 * ((k * k) - 1) * norm;
        double a2 = (1 - (Math.Sqrt(2) * k) + (k * k)) * norm;
        double s1 = 0;
        double s2 = 0;
        for (int i = 0; i < samples.Length; i++)
        {
            double x = samples[i];
            double y = (b0 * x) + s1;
            s1 = (2 * b0 * x) - (a1 * y) + s2;
            s2 = (b0 * x) - (a2 * y);
            samples[i] = y;
        }
    }

    private static float[] Level(double[] samples)
    {
        double energy = 0;
        double peak = 0;
        foreach (double sample in samples)
        {
            energy += sample * sample;
            peak = Math.Max(peak, Math.Abs(sample));
        }

        double rms = Math.Sqrt(energy / samples.Length);
        if (!(rms > 1e-6))
        {
            throw new CorpusException("a piece rendered to silence: the soundfont may lack General MIDI presets");
        }

        double gain = Math.Min(FromDb(TargetRmsDb) / rms, FromDb(PeakCeilingDb) / peak);
        return Array.ConvertAll(samples, s => (float)(s * gain));
    }

    private static double FromDb(double db) => Math.Pow(10, db / 20);

    /// <summary>Blackman-windowed sinc: flat to 9.9 kHz, below −70 dB from 11.9 kHz, unit gain at 0 Hz.</summary>
    private static double[] DesignLowPass()
    {
        const double cutoff = 10800.0 / FluidSynth.SampleRate;
        var taps = new double[(2 * HalfTaps) + 1];
        double sum = 0;
        for (int i = 0; i < taps.Length; i++)
        {
            double x = i - HalfTaps;
            double sinc = x == 0 ? 2 * cutoff : Math.Sin(2 * Math.PI * cutoff * x) / (Math.PI * x);
            double phase = Math.PI * (x + HalfTaps + 1) / (HalfTaps + 1);
            taps[i] = sinc * (0.42 - (0.5 * Math.Cos(phase)) + (0.08 * Math.Cos(2 * phase)));
            sum += taps[i];
        }

        return Array.ConvertAll(taps, t => t / sum);
    }
}
