using System.Diagnostics;
using VQWave.Controls;
using VQWave.Devices;
using VQWave.Instruments;
using VQWave.Player.Hosting;
using VQWave.Streaming;
using VQWave.Streaming.Resampling;

namespace VQWave.Player.Live;

/// <summary>The audio callback: gathers MIDI, plays the instrument on all channels through the inserts, and hands a copy to the take.</summary>
/// <remarks>
/// <see cref="Render"/> and <see cref="Capture"/> are real-time safe; one stream at a time calls them. The properties are for any thread.
/// </remarks>
internal sealed class InstrumentRenderer : IAudioRenderer, IAudioCapture
{
    private const int ChunkFrames = 8192;

    private readonly Instrument instrument;
    private readonly ParameterValues values;
    private readonly MidiGathering midi;
    private readonly float[] mono = new float[ChunkFrames];
    private readonly float[] captured = new float[ChunkFrames];
    private readonly float[] followed = new float[ChunkFrames];
    private int rate;
    private int channels;
    private long blocks;
    private long allocated;
    private TakeRecorder? recorder;
    private SoundTap? tap;
    private FollowInput? follow;
    private StreamingResampler? toModel;
    private JackClient? transportClient;
    private bool? wasRolling;

    /// <summary>Creates a renderer.</summary>
    /// <param name="instrument">What sounds.</param>
    /// <param name="values">Its parameters.</param>
    /// <param name="jack">MIDI from JACK, by frames.</param>
    /// <param name="own">MIDI from the program's own keys.</param>
    /// <param name="input">MIDI from controllers, by time; null for none.</param>
    public InstrumentRenderer(Instrument instrument, ParameterValues values, MidiQueue jack, MidiQueue own, MidiInput? input)
    {
        this.instrument = instrument;
        this.values = values;
        midi = new MidiGathering(jack, own, input);
    }

    /// <summary>Receives a copy of all that is played, or null. To change it, see <see cref="ExchangeRecorder"/>.</summary>
    public TakeRecorder? Recorder => Volatile.Read(ref recorder);

    /// <summary>Receives what is played, in one channel, for those who draw it, or null.</summary>
    public SoundTap? Tap
    {
        get => Volatile.Read(ref tap);
        set => Volatile.Write(ref tap, value);
    }

    /// <summary>The effects behind the instrument, or null for none. Set before the first stream is prepared.</summary>
    public InsertChain? Inserts { get; init; }

    /// <summary>Receives what comes in, at the model's rate, or null.</summary>
    public FollowInput? Follow
    {
        get => Volatile.Read(ref follow);
        set => Volatile.Write(ref follow, value);
    }

    /// <summary>
    /// The JACK client whose transport plays: where it starts rolling the piece begins from its seed, where it stops the sound is muted; null for
    /// none.
    /// </summary>
    public JackClient? TransportClient
    {
        get => Volatile.Read(ref transportClient);
        set => Volatile.Write(ref transportClient, value);
    }

    /// <summary>Frames a second of the stream.</summary>
    public int SampleRate => Volatile.Read(ref rate);

    /// <summary>Channels of the stream.</summary>
    public int Channels => Volatile.Read(ref channels);

    /// <summary>Blocks that were rendered.</summary>
    public long Blocks => Volatile.Read(ref blocks);

    /// <summary>Bytes that rendering has allocated on the managed heap: 0.</summary>
    public long AllocatedBytes => Volatile.Read(ref allocated);

    /// <summary>Which port the last MIDI message came from.</summary>
    public int LastSource => midi.LastSource;

    /// <summary>Sets the recorder and waits until no block goes to the one before. Control threads only.</summary>
    /// <returns>The one before.</returns>
    public TakeRecorder? ExchangeRecorder(TakeRecorder? next)
    {
        var before = Interlocked.Exchange(ref recorder, next);
        if (before is not null)
        {
            var seen = Blocks;
            var start = Stopwatch.GetTimestamp();
            while (Blocks < seen + 2 && Stopwatch.GetElapsedTime(start).TotalSeconds < 0.5)
            {
                Thread.Sleep(2);
            }
        }

        return before;
    }

    /// <inheritdoc/>
    public void Prepare(int sampleRate, int channels, int bufferFrames)
    {
        instrument.Prepare(sampleRate);
        toModel = new StreamingResampler(sampleRate, instrument.ModelRate, 1);
        Volatile.Write(ref rate, sampleRate);
        Volatile.Write(ref this.channels, channels);
        Inserts?.Prepare(sampleRate, bufferFrames);
        midi.Begin();
    }

    /// <inheritdoc/>
    public void Render(Span<float> interleaved, int channels, long sampleTime)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var frames = interleaved.Length / channels;
        FollowTransport();
        var events = midi.Gather(frames, sampleTime, rate);
        var first = 0;
        for (var at = 0; at < frames; at += ChunkFrames)
        {
            var size = Math.Min(ChunkFrames, frames - at);
            var last = first;
            while (last < events.Length && (events[last].Frame < at + size || at + size == frames))
            {
                events[last] = events[last] with { Frame = events[last].Frame - at };
                last++;
            }

            var block = mono.AsSpan(0, size);
            instrument.Render(block, events[first..last]);
            first = last;
            Spread(block, interleaved.Slice(at * channels, size * channels), channels);
        }

        Inserts?.Process(interleaved, channels);
        Recorder?.Push(interleaved);
        Tap?.Push(interleaved, channels);
        Volatile.Write(ref allocated, allocated + GC.GetAllocatedBytesForCurrentThread() - before);
        Volatile.Write(ref blocks, blocks + 1);
    }

    /// <inheritdoc/>
    public void Capture(ReadOnlySpan<float> interleaved, int channels, long sampleTime)
    {
        if (Follow is not { } target || toModel is null || channels == 0)
        {
            return;
        }

        var frames = interleaved.Length / channels;
        for (var at = 0; at < frames; at += ChunkFrames)
        {
            var size = Math.Min(ChunkFrames, frames - at);
            for (var i = 0; i < size; i++)
            {
                var sum = 0f;
                for (var channel = 0; channel < channels; channel++)
                {
                    sum += interleaved[((at + i) * channels) + channel];
                }

                captured[i] = sum / channels;
            }

            var rest = captured.AsSpan(0, size);
            while (rest.Length > 0)
            {
                toModel.Process(rest, followed, out var consumed, out var produced);
                target.Write(followed.AsSpan(0, produced));
                rest = rest[consumed..];
            }
        }
    }

    private static void Spread(ReadOnlySpan<float> mono, Span<float> interleaved, int channels)
    {
        if (channels == 2)
        {
            for (var i = 0; i < mono.Length; i++)
            {
                interleaved[2 * i] = mono[i];
                interleaved[(2 * i) + 1] = mono[i];
            }

            return;
        }

        for (var i = 0; i < mono.Length; i++)
        {
            interleaved.Slice(i * channels, channels).Fill(mono[i]);
        }
    }

    private void FollowTransport()
    {
        if (TransportClient is not { } client)
        {
            return;
        }

        var isRolling = client.Transport.State == JackTransportState.Rolling;
        if (isRolling == wasRolling)
        {
            return;
        }

        wasRolling = isRolling;
        values[ParameterId.Bypass] = isRolling ? 0 : 1;
        if (isRolling)
        {
            values.Fire(ParameterId.Reset);
        }
    }
}
