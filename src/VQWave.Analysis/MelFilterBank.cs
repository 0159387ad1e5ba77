namespace VQWave.Analysis;

/// <summary>
/// Triangular filters equally spaced in mel, m = 2595·log10(1 + f/700) (O'Shaughnessy 1987), from 0 Hz to the Nyquist frequency,
/// each with weights that sum to 1.
/// </summary>
/// <remarks>Immutable; any thread.</remarks>
public sealed class MelFilterBank
{
    private readonly float[][] weights;
    private readonly int[] firstBins;

    /// <summary>Designs the filters.</summary>
    /// <param name="sampleRate">Samples per second.</param>
    /// <param name="size">The window's length of the spectra, in samples.</param>
    /// <param name="bands">How many bands.</param>
    public MelFilterBank(int sampleRate, int size = 2048, int bands = 80)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(sampleRate, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 4);
        ArgumentOutOfRangeException.ThrowIfLessThan(bands, 1);
        SampleRate = sampleRate;
        Size = size;
        Bands = bands;
        weights = new float[bands][];
        firstBins = new int[bands];
        double top = ToMel(sampleRate / 2.0);
        double binWidth = (double)sampleRate / size;
        for (int band = 0; band < bands; band++)
        {
            double low = ToHertz(top * band / (bands + 1));
            double centre = ToHertz(top * (band + 1) / (bands + 1));
            double high = ToHertz(top * (band + 2) / (bands + 1));
            int first = (int)Math.Ceiling(low / binWidth);
            int last = Math.Min(size / 2, (int)Math.Floor(high / binWidth));
            double[] triangle = new double[Math.Max(0, last - first + 1)];
            for (int i = 0; i < triangle.Length; i++)
            {
                double frequency = (first + i) * binWidth;
                double rising = (frequency - low) / (centre - low);
                double falling = (high - frequency) / (high - centre);
                triangle[i] = Math.Max(0, Math.Min(rising, falling));
            }

            double sum = triangle.Sum();
            if (sum <= 0)
            {
                // A band narrower than a bin, at the bottom, takes the bin that is nearest.
                first = Math.Min(size / 2, (int)Math.Round(centre / binWidth));
                triangle = [1];
                sum = 1;
            }

            firstBins[band] = first;
            weights[band] = Array.ConvertAll(triangle, weight => (float)(weight / sum));
        }
    }

    /// <summary>Samples per second.</summary>
    public int SampleRate { get; }

    /// <summary>The window's length of the spectra, in samples.</summary>
    public int Size { get; }

    /// <summary>Bands.</summary>
    public int Bands { get; }

    /// <summary>Natural logarithms of a signal's mel magnitudes.</summary>
    /// <param name="samples">Mono samples at the bank's rate.</param>
    /// <param name="hop">Samples from frame to frame.</param>
    /// <param name="floor">Magnitudes below this share of full scale count as this; 1e-5 is −100 dB.</param>
    /// <returns>One array of <see cref="Bands"/> values a frame.</returns>
    /// <exception cref="ArgumentException">The signal is empty.</exception>
    public float[][] LogMagnitudes(ReadOnlySpan<float> samples, int hop = 512, double floor = 1e-5)
    {
        Spectrogram spectrogram = Spectrogram.Of(samples, Size, hop);
        float[][] frames = new float[spectrogram.Frames][];
        for (int frame = 0; frame < frames.Length; frame++)
        {
            ReadOnlySpan<float> magnitudes = spectrogram[frame];
            float[] values = new float[Bands];
            for (int band = 0; band < Bands; band++)
            {
                double sum = 0;
                float[] filter = weights[band];
                for (int i = 0; i < filter.Length; i++)
                {
                    sum += filter[i] * magnitudes[firstBins[band] + i];
                }

                values[band] = (float)Math.Log(Math.Max(sum, floor));
            }

            frames[frame] = values;
        }

        return frames;
    }

    private static double ToMel(double hertz) => 2595 * Math.Log10(1 + (hertz / 700));

    private static double ToHertz(double mel) => 700 * (Math.Pow(10, mel / 2595) - 1);
}
