namespace VQWave.Streaming.Resampling;

/// <summary>
/// The low-pass filter of <see cref="StreamingResampler"/>: a Kaiser-windowed sinc (Kaiser and Schafer, 1980), as a polyphase table for
/// one pair of rates and as a fine table from which any narrower filter is read.
/// </summary>
/// <remarks>Immutable after construction and shared by all resamplers of a pair of rates; safe on any thread.</remarks>
internal sealed class SincKernel
{
    /// <summary>Input samples to each side of the centre where the output rate is not the lower one.</summary>
    internal const int HalfWidth = 80;

    /// <summary>Entries of <see cref="Prototype"/> per input sample.</summary>
    internal const int Resolution = 1024;

    // Stop-band attenuation. With 160 taps the transition is then 0.0453 cycles a sample wide (Kaiser's formula), so that
    // 22,050 Hz passes to 10,026 Hz and stops at 11,025 Hz.
    private const double StopbandDecibels = 112;

    // Linear interpolation between 1,024 phases errs by less than (pi / 1024)^2 / 8, -118 dB, at the Nyquist frequency.
    private const int MinimumPhases = 1024;

    // A table of exact phases may be this large (2 MB); a pair of rates that needs more is interpolated.
    private const int MaximumTableLength = 512 * 1024;

    private static readonly double Beta = 0.1102 * (StopbandDecibels - 8.7);
    private static readonly double Cutoff = 0.5 - (0.5 * (StopbandDecibels - 7.95) / (14.36 * 2 * HalfWidth));
    private static readonly double WindowScale = 1 / BesselI0(Beta);

    private static readonly Lock CacheLock = new();
    private static readonly Dictionary<(int Numerator, int Denominator), WeakReference<SincKernel>> Cache = [];
    private static readonly Lazy<float[]> SharedPrototype = new(DesignPrototype);

    private SincKernel(int numerator, int denominator)
    {
        var stretch = Math.Max(1.0, (double)numerator / denominator);
        // Whole vectors: no remainder in the dot products.
        Half = (int)Math.Ceiling(HalfWidth * stretch / 8) * 8;
        Taps = 2 * Half;
        var needed = (int)Math.Ceiling(MinimumPhases / stretch);
        var exact = (long)denominator * ((needed + denominator - 1) / denominator);
        Phases = exact * Taps <= MaximumTableLength ? (int)exact : needed;
        Table = new float[(Phases + 1) * Taps];
        for (var phase = 0; phase <= Phases; phase++)
        {
            for (var tap = 0; tap < Taps; tap++)
            {
                var time = tap - Half + 1 - ((double)phase / Phases);
                Table[(phase * Taps) + tap] = (float)(Evaluate(time / stretch) / stretch);
            }
        }

        Prototype = SharedPrototype.Value;
    }

    /// <summary>Taps to each side in <see cref="Table"/>.</summary>
    internal int Half { get; }

    /// <summary>Taps of each phase, a multiple of 16.</summary>
    internal int Taps { get; }

    /// <summary>Phases per input sample.</summary>
    internal int Phases { get; }

    /// <summary><c>[Phases + 1, Taps]</c>: the filter at the pair's own ratio; tap t of phase p is for the input t − Half + 1 − p / Phases away.</summary>
    internal float[] Table { get; }

    /// <summary>
    /// Pairs of (value, difference to the next value) of the unstretched filter at distances from 0 in steps of 1 / <see cref="Resolution"/>.
    /// </summary>
    internal float[] Prototype { get; }

    /// <summary>The filter for a ratio of input to output rate in lowest terms.</summary>
    internal static SincKernel For(int numerator, int denominator)
    {
        lock (CacheLock)
        {
            if (Cache.TryGetValue((numerator, denominator), out var reference) && reference.TryGetTarget(out var kernel))
            {
                return kernel;
            }

            kernel = new SincKernel(numerator, denominator);
            Cache[(numerator, denominator)] = new WeakReference<SincKernel>(kernel);
            return kernel;
        }
    }

    private static float[] DesignPrototype()
    {
        const int Length = (HalfWidth * Resolution) + 2;
        var pairs = new float[2 * Length];
        for (var i = 0; i < Length; i++)
        {
            var value = Evaluate((double)i / Resolution);
            pairs[2 * i] = (float)value;
            pairs[(2 * i) + 1] = (float)(Evaluate((double)(i + 1) / Resolution) - value);
        }

        return pairs;
    }

    private static double Evaluate(double time)
    {
        var ratio = time / HalfWidth;
        if (ratio * ratio >= 1)
        {
            return 0;
        }

        var angle = 2 * Math.PI * Cutoff * time;
        var sinc = Math.Abs(angle) < 1e-9 ? 1 : Math.Sin(angle) / angle;
        return 2 * Cutoff * sinc * BesselI0(Beta * Math.Sqrt(1 - (ratio * ratio))) * WindowScale;
    }

    // The modified Bessel function of the first kind and order 0 by its power series (Abramowitz and Stegun 9.6.10).
    private static double BesselI0(double x)
    {
        var quarter = x * x / 4;
        double term = 1;
        double sum = 1;
        for (var k = 1; term > sum * 1e-17; k++)
        {
            term *= quarter / ((double)k * k);
            sum += term;
        }

        return sum;
    }
}
