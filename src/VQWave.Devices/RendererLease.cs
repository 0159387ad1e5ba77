namespace VQWave.Devices;

/// <summary>Lends a renderer to one stream, and takes it back even from a stream that does not end.</summary>
/// <remarks>Rendering is real-time safe; taking back waits for a block that is being rendered.</remarks>
internal sealed class RendererLease(IAudioRenderer renderer) : IAudioRenderer
{
    private int isInside;
    private int isRevoked;
    private long nextSampleTime;

    /// <summary>The number of the frame after the last that was rendered through this lease.</summary>
    internal long NextSampleTime
    {
        get => Volatile.Read(ref nextSampleTime);
        set => Volatile.Write(ref nextSampleTime, value);
    }

    public void Prepare(int sampleRate, int channels, int bufferFrames) => renderer.Prepare(sampleRate, channels, bufferFrames);

    public void Render(Span<float> interleaved, int channels, long sampleTime)
    {
        // The order matters, as in Revoke: each side first says what it does, then looks at the other.
        Interlocked.Exchange(ref isInside, 1);
        if (Volatile.Read(ref isRevoked) == 0)
        {
            // The flag must fall whatever happens, or taking back would wait for nothing.
            try
            {
                renderer.Render(interleaved, channels, sampleTime);
                Volatile.Write(ref nextSampleTime, sampleTime + (interleaved.Length / channels));
            }
            finally
            {
                Volatile.Write(ref isInside, 0);
            }
        }
        else
        {
            Volatile.Write(ref isInside, 0);
        }
    }

    /// <summary>From its return on the renderer is not called through this lease.</summary>
    /// <param name="patience">How long to wait for a block that is being rendered.</param>
    /// <returns>Whether the renderer is free; false when a block did not end in time.</returns>
    internal bool Revoke(TimeSpan patience)
    {
        Interlocked.Exchange(ref isRevoked, 1);
        return SpinWait.SpinUntil(() => Volatile.Read(ref isInside) == 0, patience);
    }
}
