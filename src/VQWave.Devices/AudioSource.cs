namespace VQWave.Devices;

/// <summary>Interleaved frames from a file, whoever decodes it.</summary>
internal abstract class AudioSource : IDisposable
{
    /// <summary>Samples per second and channel.</summary>
    public abstract int SampleRate { get; }

    /// <summary>Interleaved channels.</summary>
    public abstract int Channels { get; }

    /// <summary>Fills the span with whole frames and returns how many frames came; fewer than fit only at the end.</summary>
    public abstract int Read(Span<float> interleaved);

    /// <inheritdoc />
    public abstract void Dispose();
}
