namespace VQWave.Analysis;

/// <summary>Distance of log mel magnitudes, the measure that HiFi-GAN (Kong, Kim and Bae 2020) and DAC train and judge with.</summary>
public static class MelDistance
{
    /// <summary>
    /// The mean over frames and 80 mel bands of |ln M − ln M̂|; windows of 2048 samples, hop 512, floor −100 dB of full scale.
    /// </summary>
    /// <param name="reference">The original.</param>
    /// <param name="estimate">What is judged, of the same length.</param>
    /// <param name="sampleRate">Samples per second of both.</param>
    /// <returns>Nepers (1 is 8.69 dB); 0 for equal magnitudes.</returns>
    /// <exception cref="ArgumentException">The signals are empty or of different lengths.</exception>
    public static double Nepers(ReadOnlySpan<float> reference, ReadOnlySpan<float> estimate, int sampleRate)
    {
        Pair.Guard(reference, estimate);
        MelFilterBank bank = new(sampleRate);
        float[][] wanted = bank.LogMagnitudes(reference);
        float[][] got = bank.LogMagnitudes(estimate);
        double sum = 0;
        for (int frame = 0; frame < wanted.Length; frame++)
        {
            for (int band = 0; band < bank.Bands; band++)
            {
                sum += Math.Abs(wanted[frame][band] - got[frame][band]);
            }
        }

        return sum / ((double)wanted.Length * bank.Bands);
    }
}
