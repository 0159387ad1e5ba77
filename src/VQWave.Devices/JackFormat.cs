namespace VQWave.Devices;

/// <summary>The rate and block length of a JACK server.</summary>
/// <param name="sampleRate">Frames per second.</param>
/// <param name="bufferFrames">Frames of a block.</param>
public sealed class JackFormat(int sampleRate, int bufferFrames) : EventArgs
{
    /// <summary>Frames per second.</summary>
    public int SampleRate { get; } = sampleRate;

    /// <summary>Frames of a block.</summary>
    public int BufferFrames { get; } = bufferFrames;
}
