namespace VQWave.Analysis;

/// <summary>Measures how loud a sound is, block by block.</summary>
public sealed class SoundLevelMeter
{
    private const float FullScale = 32767f / 32768f;
    private double squares;
    private double sum;
    private float peak;
    private long clipped;
    private long count;

    /// <summary>The level of all that was added; zeros where nothing was.</summary>
    public SoundLevel Level
    {
        get
        {
            double samples = Math.Max(1, count);
            return new SoundLevel(Math.Sqrt(squares / samples), peak, sum / samples, clipped / samples);
        }
    }

    /// <summary>Adds samples.</summary>
    /// <param name="samples">Samples, full scale −1 to 1; those of several channels may be interleaved.</param>
    public void Add(ReadOnlySpan<float> samples)
    {
        foreach (float sample in samples)
        {
            float magnitude = MathF.Abs(sample);
            squares += (double)sample * sample;
            sum += sample;
            peak = MathF.Max(peak, magnitude);
            clipped += magnitude >= FullScale ? 1 : 0;
        }

        count += samples.Length;
    }
}
