namespace VQWave.Devices;

/// <summary>Mono sound in memory.</summary>
/// <param name="Samples">The samples; full scale is −1 to 1.</param>
/// <param name="SampleRate">Samples per second.</param>
public sealed record AudioClip(float[] Samples, int SampleRate)
{
    /// <summary>How long the clip sounds.</summary>
    public TimeSpan Duration => TimeSpan.FromSeconds((double)Samples.Length / SampleRate);
}
