namespace VQWave.Corpus.Rendering;

/// <summary>Averaged power spectra.</summary>
internal static class Spectrum
{
    /// <summary>
    /// One-sided power in <paramref name="window"/> / 2 + 1 bins, summed over Hann windows that overlap by half, the ends
    /// padded with silence so that every sample counts.
    /// </summary>
    /// <param name="samples">Mono samples.</param>
    /// <param name="window">Window length, a power of two.</param>
    public static double[] AveragePower(float[] samples, int window)
    {
        if (window < 4 || !System.Numerics.BitOperations.IsPow2(window))
        {
            throw new ArgumentException($"the window length {window} is not a power of two above 2", nameof(window));
        }

        int hop = window / 2;
        var hann = new double[window];
        for (int i = 0; i < window; i++)
        {
            hann[i] = 0.5 * (1 - Math.Cos(2 * Math.PI * i / window));
        }

        var power = new double[hop + 1];
        var real = new double[window];
        var imaginary = new double[window];
        for (int start = -hop; start < samples.Length; start += hop)
        {
            for (int i = 0; i < window; i++)
            {
                int at = start + i;
                real[i] = at >= 0 && at < samples.Length ? samples[at] * hann[i] : 0;
                imaginary[i] = 0;
            }

            Transform(real, imaginary);
            for (int bin = 0; bin <= hop; bin++)
            {
                double twice = bin == 0 || bin == hop ? 1 : 2;
                power[bin] += twice * ((real[bin] * real[bin]) + (imaginary[bin] * imaginary[bin]));
            }
        }

        return power;
    }

    /// <summary>In-place radix-2 Fourier transform (Cooley and Tukey).</summary>
    internal static void Transform(double[] real, double[] imaginary)
    {
        int n = real.Length;
        for (int i = 1, j = 0; i < n; i++)
        {
            int bit = n >> 1;
            for (; (j & bit) != 0; bit >>= 1)
            {
                j ^= bit;
            }

            j ^= bit;
            if (i < j)
            {
                (real[i], real[j]) = (real[j], real[i]);
                (imaginary[i], imaginary[j]) = (imaginary[j], imaginary[i]);
            }
        }

        for (int size = 2; size <= n; size <<= 1)
        {
            int half = size / 2;
            double angle = -2 * Math.PI / size;
            for (int k = 0; k < half; k++)
            {
                double cosine = Math.Cos(angle * k);
                double sine = Math.Sin(angle * k);
                for (int a = k; a < n; a += size)
                {
                    int b = a + half;
                    double re = (real[b] * cosine) - (imaginary[b] * sine);
                    double im = (real[b] * sine) + (imaginary[b] * cosine);
                    real[b] = real[a] - re;
                    imaginary[b] = imaginary[a] - im;
                    real[a] += re;
                    imaginary[a] += im;
                }
            }
        }
    }
}
