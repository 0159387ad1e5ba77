using VQWave.Streaming;

namespace VQWave.Player.Live;

/// <summary>A copy of what is played, in one channel, for pictures of it: where nobody reads it, it is full and the rest is left out.</summary>
/// <remarks>Threading: <see cref="Push"/> is real-time safe and belongs to the audio thread; one other thread reads.</remarks>
internal sealed class SoundTap
{
    private const int Capacity = 1 << 16;
    private const int ChunkFrames = 1024;

    private readonly SampleRing ring = new(Capacity);
    private readonly float[] chunk = new float[ChunkFrames];

    /// <summary>Adds a block.</summary>
    /// <param name="interleaved">Whole frames.</param>
    /// <param name="channels">Samples of a frame, whose mean is kept.</param>
    public void Push(ReadOnlySpan<float> interleaved, int channels)
    {
        var share = 1f / channels;
        for (var rest = interleaved; rest.Length >= channels; )
        {
            var frames = Math.Min(ChunkFrames, rest.Length / channels);
            for (var i = 0; i < frames; i++)
            {
                var sum = 0f;
                for (var channel = 0; channel < channels; channel++)
                {
                    sum += rest[(i * channels) + channel];
                }

                chunk[i] = sum * share;
            }

            ring.Write(chunk.AsSpan(0, frames));
            rest = rest[(frames * channels)..];
        }
    }

    /// <summary>Takes what has come.</summary>
    /// <returns>The number of samples.</returns>
    public int Read(Span<float> destination) => ring.Read(destination);
}
