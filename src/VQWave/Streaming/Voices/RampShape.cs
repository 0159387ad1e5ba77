namespace VQWave.Streaming.Voices;

/// <summary>How a <see cref="SmoothedValue"/> moves from one value to the next.</summary>
public enum RampShape
{
    /// <summary>By the same difference each sample.</summary>
    Linear,

    /// <summary>By the same factor each sample: even to the ear for frequencies and gains. Where one of the ends is not positive, linear.</summary>
    Exponential,
}
