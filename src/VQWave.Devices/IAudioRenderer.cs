namespace VQWave.Devices;

/// <summary>What an audio stream plays: called on the audio thread, block after block.</summary>
/// <remarks>
/// <see cref="Render"/> must be real-time safe: it allocates nothing, takes no lock, logs nothing, waits for nothing and throws
/// nothing. <see cref="Prepare"/> is called on an ordinary thread while nothing renders. One stream at a time calls a renderer.
/// </remarks>
public interface IAudioRenderer
{
    /// <summary>Announces what the next blocks will be like; called before the first of them, and again for each new stream.</summary>
    /// <param name="sampleRate">Frames per second.</param>
    /// <param name="channels">Interleaved channels.</param>
    /// <param name="bufferFrames">Frames that a block usually has, 0 where the device varies it. Blocks may be shorter or longer.</param>
    void Prepare(int sampleRate, int channels, int bufferFrames) { }

    /// <summary>Real-time safe. Renders the next block.</summary>
    /// <param name="interleaved">
    /// Receives frames × channels samples, full scale −1 to 1, the channels of a frame side by side; it comes filled with silence.
    /// </param>
    /// <param name="channels">Channels of a frame.</param>
    /// <param name="sampleTime">The number of the block's first frame; each block begins where the one before it ended.</param>
    void Render(Span<float> interleaved, int channels, long sampleTime);
}
