namespace VQWave.Devices;

/// <summary>Takes what an audio stream records: called on the audio thread, for each block before it is rendered.</summary>
/// <remarks>Real-time safe, like <see cref="IAudioRenderer.Render"/>: no allocation, lock, log, wait or exception.</remarks>
public interface IAudioCapture
{
    /// <summary>Real-time safe. Takes the block that was recorded.</summary>
    /// <param name="interleaved">Frames × channels samples, full scale −1 to 1; valid during the call only.</param>
    /// <param name="channels">Channels of a frame.</param>
    /// <param name="sampleTime">The number of the block's first frame, the same as the rendered block's.</param>
    void Capture(ReadOnlySpan<float> interleaved, int channels, long sampleTime);
}
