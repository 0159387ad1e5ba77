namespace VQWave.Corpus.Rendering;

/// <summary>
/// Takes the hiss of the soundfont's samples out of a mix: a downward expander on each bin of a short-time spectrum. What lies far below
/// the music is noise that no small codec can learn and nobody plays for.
/// </summary>
internal static class NoiseReduction
{
    /// <summary>Bins below this level are silenced, in dB relative to a sine at full scale.</summary>
    public const double SilentBelowDb = -84;

    /// <summary>Bins above this level pass unchanged, in dB relative to a sine at full scale.</summary>
    public const double UnchangedAboveDb = -72;

    private const int Window = 2048;
    private const int Hop = Window / 4;

    /// <summary>The samples with quiet bins expanded downwards.</summary>
    public static float[] Apply(float[] samples)
    {
        var hann = new double[Window];
        for (int i = 0; i < Window; i++)
        {
            hann[i] = 0.5 * (1 - Math.Cos(2 * Math.PI * i / Window));
        }

        // A sine at full scale reads Window / 4 under a Hann window; squared Hann windows a quarter apart add up to 1.5.
        double silent = FromDb(SilentBelowDb) * Window / 4;
        double unchanged = FromDb(UnchangedAboveDb) * Window / 4;
        var result = new double[samples.Length];
        var real = new double[Window];
        var imaginary = new double[Window];
        for (int start = Hop - Window; start < samples.Length; start += Hop)
        {
            for (int i = 0; i < Window; i++)
            {
                int at = start + i;
                real[i] = at >= 0 && at < samples.Length ? samples[at] * hann[i] : 0;
                imaginary[i] = 0;
            }

            Spectrum.Transform(real, imaginary);
            for (int bin = 0; bin < Window; bin++)
            {
                double magnitude = Math.Sqrt((real[bin] * real[bin]) + (imaginary[bin] * imaginary[bin]));
                double gain = Gain(magnitude, silent, unchanged);
                real[bin] *= gain;

                // The conjugate's forward transform, conjugated, is the inverse transform.
                imaginary[bin] *= -gain;
            }

            Spectrum.Transform(real, imaginary);
            for (int i = 0; i < Window; i++)
            {
                int at = start + i;
                if (at >= 0 && at < samples.Length)
                {
                    result[at] += real[i] * hann[i] / (1.5 * Window);
                }
            }
        }

        return Array.ConvertAll(result, s => (float)s);
    }

    private static double Gain(double magnitude, double silent, double unchanged)
    {
        if (magnitude <= silent)
        {
            return 0;
        }

        double share = Math.Log(magnitude / silent) / Math.Log(unchanged / silent);
        return share >= 1 ? 1 : 0.5 * (1 - Math.Cos(Math.PI * share));
    }

    private static double FromDb(double db) => Math.Pow(10, db / 20);
}
