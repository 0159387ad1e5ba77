namespace VQWave.Analysis;

/// <summary>How loud a sound is.</summary>
/// <param name="Rms">Root of the mean square; 1 is that of a full-scale square wave.</param>
/// <param name="Peak">The largest absolute sample.</param>
/// <param name="Mean">The mean, that is the offset from 0.</param>
/// <param name="ClippedShare">The share, 0 to 1, of samples at or beyond ±32767/32768, where 16-bit files end.</param>
public sealed record SoundLevel(double Rms, double Peak, double Mean, double ClippedShare)
{
    /// <summary>RMS in dB of full scale; a full-scale sine reads −3.01, silence negative infinity.</summary>
    public double RmsDecibels => 20 * Math.Log10(Rms);

    /// <summary>Peak in dB of full scale; silence reads negative infinity.</summary>
    public double PeakDecibels => 20 * Math.Log10(Peak);

    /// <summary>Crest factor, peak over RMS, in dB: 3.01 for a sine; 0 for silence.</summary>
    public double CrestDecibels => Rms == 0 ? 0 : 20 * Math.Log10(Peak / Rms);

    /// <summary>Measures a signal.</summary>
    /// <param name="samples">Samples, full scale −1 to 1.</param>
    /// <returns>The level.</returns>
    /// <exception cref="ArgumentException">The signal is empty.</exception>
    public static SoundLevel Of(ReadOnlySpan<float> samples)
    {
        if (samples.IsEmpty)
        {
            throw new ArgumentException("An empty signal has no level.", nameof(samples));
        }

        var meter = new SoundLevelMeter();
        meter.Add(samples);
        return meter.Level;
    }
}
