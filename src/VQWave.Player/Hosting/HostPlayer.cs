using VQWave.Controls;
using VQWave.Instruments;
using VQWave.Vst3;

namespace VQWave.Player.Hosting;

/// <summary>Plays a plug-in block by block: a song, parameter points, live MIDI and sound go in, sound comes out.</summary>
/// <remarks>
/// Rendering and live play both use this, so that both sound alike. <see cref="Process"/> is real-time safe on this side and for one thread;
/// <see cref="Prepare"/> does not overlap it; the counters are for any. Blocks are divided at parameter points: a plug-in that reads but one point
/// of a block is still on time.
/// </remarks>
internal sealed class HostPlayer
{
    private const int UsualFrames = 512;
    private const int MostFrames = 8192;

    private readonly Vst3Plugin plugin;
    private readonly IReadOnlyList<MidiFileEvent> song;
    private readonly ParameterPoint[] points;
    private readonly int inputBuses;
    private readonly long[] songFrames;
    private readonly long[] pointFrames;
    private Vst3ProcessBlock? block;
    private int maxFrames;
    private int nextEvent;
    private int nextPoint;
    private long position;
    private int failedCode;
    private long failedBlocks;
    private long firstBad = -1;
    private float peak;

    /// <summary>Takes a plug-in that is not configured; it stays the caller's.</summary>
    /// <param name="plugin">The plug-in.</param>
    /// <param name="song">Messages in the order of time; may be empty.</param>
    /// <param name="points">Parameters that are set at times.</param>
    public HostPlayer(Vst3Plugin plugin, IReadOnlyList<MidiFileEvent> song, IEnumerable<ParameterPoint> points)
    {
        this.plugin = plugin;
        this.song = song;
        foreach (var point in points.Where(p => p.Seconds == 0))
        {
            plugin.SetParameter(point.Id, point.Normalized);
        }

        this.points = [.. points.Where(p => p.Seconds > 0).OrderBy(p => p.Seconds)];
        songFrames = new long[song.Count];
        pointFrames = new long[this.points.Length];
        inputBuses = plugin.GetBuses(Vst3MediaType.Audio, Vst3BusDirection.Input).Count;
        OutputChannels = plugin.GetBuses(Vst3MediaType.Audio, Vst3BusDirection.Output) is [var main, ..] ? main.ChannelCount : 0;
    }

    /// <summary>Channels of the plug-in's main output.</summary>
    public int OutputChannels { get; }

    /// <summary>Frames that were played.</summary>
    public long Position => Volatile.Read(ref position);

    /// <summary>Blocks for which the plug-in gave an error.</summary>
    public long FailedBlocks => Volatile.Read(ref failedBlocks);

    /// <summary>The last such error.</summary>
    public int FailedCode => Volatile.Read(ref failedCode);

    /// <summary>The first frame that was not a finite number; −1 for none. Silence stands in for such blocks.</summary>
    public long FirstBadFrame => Volatile.Read(ref firstBad);

    /// <summary>The largest absolute sample since it was last taken.</summary>
    public float TakePeak() => Interlocked.Exchange(ref peak, 0);

    /// <summary>Configures and activates the plug-in; the first time, or for another format.</summary>
    /// <exception cref="Vst3Exception">It refuses.</exception>
    public void Prepare(int sampleRate, int bufferFrames, Vst3ProcessMode mode)
    {
        var frames = bufferFrames is > 0 and <= MostFrames ? bufferFrames : UsualFrames;
        if (plugin.IsActive && plugin.Setup is { } setup && setup.SampleRate == sampleRate && setup.MaxBlockFrames == frames)
        {
            return;
        }

        var seconds = plugin.Setup is { } old ? position / old.SampleRate : 0;
        plugin.Deactivate();
        plugin.Configure(sampleRate, frames, mode);
        plugin.Activate();
        block = plugin.Block!;
        block.Context.State |= Vst3ContextFlags.Playing;
        maxFrames = frames;
        // After a change of the device's rate the song goes on where it was.
        position = (long)Math.Round(seconds * sampleRate);
        for (var i = 0; i < songFrames.Length; i++)
        {
            songFrames[i] = (long)Math.Round(song[i].Seconds * sampleRate);
        }

        for (var i = 0; i < points.Length; i++)
        {
            pointFrames[i] = (long)Math.Round(points[i].Seconds * sampleRate);
        }
    }

    /// <summary>Real-time safe. Plays the next block.</summary>
    /// <param name="input">What goes into the main input; fewer frames than the output are followed by silence.</param>
    /// <param name="inputChannels">Interleaved channels of the input; one goes to all of the plug-in's.</param>
    /// <param name="output">Receives the sound.</param>
    /// <param name="outputChannels">Interleaved channels of the output.</param>
    /// <param name="midi">Live messages in the order of frames.</param>
    public void Process(
        ReadOnlySpan<float> input,
        int inputChannels,
        Span<float> output,
        int outputChannels,
        ReadOnlySpan<InstrumentEvent> midi
    )
    {
        if (block is not { } now)
        {
            output.Clear();
            return;
        }

        var frames = output.Length / outputChannels;
        var nextMidi = 0;
        for (var at = 0; at < frames; )
        {
            var size = Divide(now, Math.Min(maxFrames, frames - at));
            for (; nextEvent < songFrames.Length && songFrames[nextEvent] < position + size; nextEvent++)
            {
                Send(song[nextEvent].Message, (int)Math.Max(0, songFrames[nextEvent] - position));
            }

            for (; nextMidi < midi.Length && (midi[nextMidi].Frame < at + size || at + size == frames); nextMidi++)
            {
                Send(midi[nextMidi].Message, Math.Clamp(midi[nextMidi].Frame - at, 0, size - 1));
            }

            if (inputBuses > 0)
            {
                var start = Math.Min(input.Length, at * inputChannels);
                FillInput(now, input[start..Math.Min(input.Length, start + (size * inputChannels))], inputChannels, size);
            }

            Take(now, plugin.Process(size), output.Slice(at * outputChannels, size * outputChannels), outputChannels, size);
            at += size;
            Volatile.Write(ref position, position + size);
        }
    }

    // Puts the points of this frame into the block, and ends the block at the next.
    private int Divide(Vst3ProcessBlock now, int size)
    {
        for (; nextPoint < points.Length && pointFrames[nextPoint] <= position; nextPoint++)
        {
            now.InputParameters.Add(points[nextPoint].Id, 0, points[nextPoint].Normalized);
        }

        return nextPoint < points.Length ? (int)Math.Min(size, pointFrames[nextPoint] - position) : size;
    }

    private void Send(MidiMessage message, int frame) => plugin.AddMidi(frame, message.Status, message.Data1, message.Data2);

    private static void FillInput(Vst3ProcessBlock now, ReadOnlySpan<float> input, int channels, int size)
    {
        var buses = now.InputChannels(0);
        var frames = channels > 0 ? input.Length / channels : 0;
        for (var bus = 0; bus < buses; bus++)
        {
            var target = now.Input32(0, bus)[..size];
            target[frames..].Clear();
            if (buses == 1)
            {
                for (var i = 0; i < frames; i++)
                {
                    var sum = 0f;
                    for (var c = 0; c < channels; c++)
                    {
                        sum += input[(i * channels) + c];
                    }

                    target[i] = sum / channels;
                }
            }
            else if (channels == 1 || bus < channels)
            {
                var from = channels == 1 ? 0 : bus;
                for (var i = 0; i < frames; i++)
                {
                    target[i] = input[(i * channels) + from];
                }
            }
            else
            {
                target.Clear();
            }
        }
    }

    private void Take(Vst3ProcessBlock now, int code, Span<float> output, int channels, int size)
    {
        var given = OutputChannels;
        if (code != Vst3Result.Ok || given == 0)
        {
            output.Clear();
            if (code != Vst3Result.Ok)
            {
                Volatile.Write(ref failedCode, code);
                Volatile.Write(ref failedBlocks, failedBlocks + 1);
            }

            return;
        }

        var highest = 0f;
        for (var channel = 0; channel < channels; channel++)
        {
            // Mono goes to all channels; a mono device hears the mean of the first two.
            var from = given == 1 ? 0 : channel;
            if (from >= given)
            {
                continue;
            }

            ReadOnlySpan<float> first = now.Output32(0, from)[..size];
            ReadOnlySpan<float> second = channels == 1 && given > 1 ? now.Output32(0, 1)[..size] : first;
            for (var i = 0; i < size; i++)
            {
                var sample = 0.5f * (first[i] + second[i]);
                output[(i * channels) + channel] = sample;
                if (!float.IsFinite(sample))
                {
                    if (firstBad < 0)
                    {
                        Volatile.Write(ref firstBad, position + i);
                    }

                    output.Clear();
                    return;
                }

                highest = MathF.Max(highest, MathF.Abs(sample));
            }
        }

        if (highest > peak)
        {
            Volatile.Write(ref peak, highest);
        }
    }
}
