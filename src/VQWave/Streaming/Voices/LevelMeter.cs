namespace VQWave.Streaming.Voices;

/// <summary>Measures what is played: peak with a slow fall, peak hold, RMS, and samples over full scale. Real-time safe.</summary>
/// <remarks>
/// The peak rises at once and falls by 20 dB in 1.7 s (IEC 60268-10, type I); the hold keeps the highest peak for 2 s; the RMS is the root
/// of a one-pole mean of squares with a time constant of 300 ms (the integration time of a VU meter). Block sizes make no difference.
/// Threading: <see cref="Process"/> and <see cref="Reset"/> on the audio thread; the readings may be read from any other thread.
/// Nothing allocates, locks or waits.
/// </remarks>
public sealed class LevelMeter
{
    private const double FallDecibelsPerSecond = 20 / 1.7;
    private const double RmsSeconds = 0.3;
    private const double HoldSeconds = 2;

    private readonly double fall;
    private readonly double smoothing;
    private readonly int holdSamples;
    private double peak;
    private double meanSquare;
    private double held;
    private int holdRemaining;
    private float publishedPeak;
    private float publishedHold;
    private float publishedRms;
    private long clipped;

    /// <summary>Creates a meter at rest.</summary>
    /// <param name="sampleRate">Samples per second, 1 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">The rate is out of range.</exception>
    public LevelMeter(int sampleRate)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(sampleRate, 1);
        fall = Math.Pow(10, -FallDecibelsPerSecond / 20 / sampleRate);
        smoothing = 1 - Math.Exp(-1 / (RmsSeconds * sampleRate));
        holdSamples = (int)(HoldSeconds * sampleRate);
    }

    /// <summary>The falling peak, linear; 1 is full scale.</summary>
    public float Peak => Volatile.Read(ref publishedPeak);

    /// <summary>The highest peak of the last two seconds, linear.</summary>
    public float PeakHold => Volatile.Read(ref publishedHold);

    /// <summary>The RMS, linear: 0.707 for a full-scale sine.</summary>
    public float Rms => Volatile.Read(ref publishedRms);

    /// <summary>Samples whose magnitude was over full scale (or not a number) since the last <see cref="Reset"/>.</summary>
    public long Clipped => Volatile.Read(ref clipped);

    /// <summary>A linear level in dB; −∞ for 0.</summary>
    /// <param name="level">0 or more; 1 is 0 dB.</param>
    public static double Decibels(double level) => 20 * Math.Log10(level);

    /// <summary>Measures further samples.</summary>
    /// <param name="samples">What is played.</param>
    public void Process(ReadOnlySpan<float> samples)
    {
        var over = clipped;
        foreach (var sample in samples)
        {
            double magnitude = Math.Abs(sample);
            if (!(magnitude <= 1))
            {
                over++;
                // A NaN would stay in the mean for ever, and an infinity too.
                magnitude = double.IsFinite(magnitude) ? magnitude : 0;
            }

            peak = Math.Max(magnitude, peak * fall);
            meanSquare += smoothing * ((magnitude * magnitude) - meanSquare);
            if (magnitude >= held)
            {
                held = magnitude;
                holdRemaining = holdSamples;
            }
            else if (holdRemaining > 0)
            {
                holdRemaining--;
            }
            else
            {
                held = peak;
            }
        }

        // Far below what is shown: denormal numbers would be slow, and would never reach 0.
        peak = peak < 1e-12 ? 0 : peak;
        meanSquare = meanSquare < 1e-24 ? 0 : meanSquare;

        Volatile.Write(ref publishedPeak, (float)peak);
        Volatile.Write(ref publishedHold, (float)held);
        Volatile.Write(ref publishedRms, (float)Math.Sqrt(meanSquare));
        Volatile.Write(ref clipped, over);
    }

    /// <summary>Back to silence, and the count of clipped samples to 0.</summary>
    public void Reset()
    {
        peak = 0;
        meanSquare = 0;
        held = 0;
        holdRemaining = 0;
        Volatile.Write(ref publishedPeak, 0);
        Volatile.Write(ref publishedHold, 0);
        Volatile.Write(ref publishedRms, 0);
        Volatile.Write(ref clipped, 0);
    }
}
