using VQWave.Devices;

namespace VQWave.Player.Hosting;

/// <summary>An audio file as frames at a wanted rate, all channels, block by block.</summary>
internal sealed class HostInput : IDisposable
{
    private const int BlockFrames = 4096;

    private readonly AudioFileReader reader;
    private readonly SincResampler[] resamplers;
    private readonly float[] block;
    private readonly float[] channel = new float[BlockFrames];
    private bool ended;

    /// <summary>Opens a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="sampleRate">The rate wanted; null for the file's own.</param>
    /// <exception cref="AudioFileException">It is missing or no audio.</exception>
    public HostInput(string path, int? sampleRate)
    {
        reader = new AudioFileReader(path);
        SampleRate = sampleRate ?? reader.SourceRate;
        resamplers =
            SampleRate == reader.SourceRate
                ? []
                : [.. Enumerable.Range(0, reader.SourceChannels).Select(_ => new SincResampler(reader.SourceRate, SampleRate))];
        block = new float[BlockFrames * reader.SourceChannels];
    }

    /// <summary>Frames a second.</summary>
    public int SampleRate { get; }

    /// <summary>Interleaved channels.</summary>
    public int Channels => reader.SourceChannels;

    /// <summary>Reads everything.</summary>
    /// <exception cref="AudioFileException">The file is damaged, or holds more than an array can.</exception>
    public float[] ReadToEnd()
    {
        var all = new List<float>();
        var part = new float[BlockFrames * Channels];
        while (Read(part) is > 0 and var frames)
        {
            if (all.Count > Array.MaxLength - part.Length)
            {
                throw new AudioFileException($"'{reader.Path}' is too long to be played live: render it with --output.");
            }

            all.AddRange(part.AsSpan(0, frames * Channels));
        }

        return [.. all];
    }

    /// <summary>Reads further frames.</summary>
    /// <returns>How many; fewer than fit only at the end.</returns>
    /// <exception cref="AudioFileException">The file is damaged.</exception>
    public int Read(Span<float> interleaved)
    {
        var frames = 0;
        while (frames * Channels < interleaved.Length)
        {
            var rest = interleaved[(frames * Channels)..];
            var got = resamplers.Length == 0 ? reader.ReadFrames(rest) : ReadResampled(rest);
            if (got == 0)
            {
                break;
            }

            frames += got;
        }

        return frames;
    }

    /// <inheritdoc/>
    public void Dispose() => reader.Dispose();

    private int ReadResampled(Span<float> interleaved)
    {
        while (true)
        {
            var wanted = Math.Min(BlockFrames, interleaved.Length / Channels);
            var got = 0;
            for (var c = 0; c < Channels; c++)
            {
                // Channels are alike in number: each resampler has been given as much.
                got = resamplers[c].Read(channel.AsSpan(0, wanted));
                for (var i = 0; i < got; i++)
                {
                    interleaved[(i * Channels) + c] = channel[i];
                }
            }

            if (got > 0 || ended)
            {
                return got;
            }

            var frames = reader.ReadFrames(block);
            ended = frames == 0;
            for (var c = 0; c < Channels; c++)
            {
                for (var i = 0; i < frames; i++)
                {
                    channel[i] = block[(i * Channels) + c];
                }

                resamplers[c].Write(channel.AsSpan(0, frames));
                if (ended)
                {
                    resamplers[c].Finish();
                }
            }
        }
    }
}
