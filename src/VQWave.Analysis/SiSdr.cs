namespace VQWave.Analysis;

/// <summary>Scale-invariant signal-to-distortion ratio (Le Roux, Wisdom, Erdogan and Hershey 2019, "SDR: half-baked or well done?").</summary>
public static class SiSdr
{
    /// <summary>
    /// 10·log10(‖αs‖² / ‖αs − ŝ‖²) with α = ⟨ŝ, s⟩ / ‖s‖². Means are not removed.
    /// </summary>
    /// <param name="reference">s, the original.</param>
    /// <param name="estimate">ŝ, of the same length.</param>
    /// <returns>
    /// Decibels; higher is better. Positive infinity where the estimate is an exact multiple, negative infinity where it is
    /// silent or orthogonal to the reference, NaN where the reference is silent.
    /// </returns>
    /// <exception cref="ArgumentException">The signals are empty or of different lengths.</exception>
    public static double Decibels(ReadOnlySpan<float> reference, ReadOnlySpan<float> estimate)
    {
        Pair.Guard(reference, estimate);
        double product = 0;
        double energy = 0;
        for (int i = 0; i < reference.Length; i++)
        {
            product += (double)reference[i] * estimate[i];
            energy += (double)reference[i] * reference[i];
        }

        if (energy == 0)
        {
            return double.NaN;
        }

        double alpha = product / energy;
        double noise = 0;
        for (int i = 0; i < reference.Length; i++)
        {
            double difference = (alpha * reference[i]) - estimate[i];
            noise += difference * difference;
        }

        double target = alpha * alpha * energy;
        return target == 0 ? double.NegativeInfinity : 10 * Math.Log10(target / noise);
    }
}
