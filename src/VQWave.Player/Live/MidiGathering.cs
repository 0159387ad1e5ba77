using System.Diagnostics;
using VQWave.Controls;
using VQWave.Devices;
using VQWave.Instruments;

namespace VQWave.Player.Live;

/// <summary>Puts the MIDI of a block together: from JACK, from the program's own keys and from controllers.</summary>
/// <remarks>
/// <see cref="Gather"/> is real-time safe and for the audio thread; the properties are for any. MIDI that comes with a time of arrival instead of a
/// frame is played one block later, at the same place in the block, so that blocks do not make it jitter.
/// </remarks>
internal sealed class MidiGathering
{
    private const int MaximumEvents = 512;

    private readonly MidiQueue jack;
    private readonly MidiQueue own;
    private readonly MidiInput? input;
    private readonly InstrumentEvent[] events = new InstrumentEvent[MaximumEvents];
    private long lastStart;
    private int lastSource;

    /// <summary>Creates a gathering.</summary>
    /// <param name="jack">MIDI from JACK, by frames.</param>
    /// <param name="own">MIDI from the program's own keys.</param>
    /// <param name="input">MIDI from controllers, by time; null for none.</param>
    public MidiGathering(MidiQueue jack, MidiQueue own, MidiInput? input)
    {
        this.jack = jack;
        this.own = own;
        this.input = input;
    }

    /// <summary>Which port the last MIDI message came from.</summary>
    public int LastSource => Volatile.Read(ref lastSource);

    /// <summary>The stream begins now.</summary>
    public void Begin() => lastStart = Stopwatch.GetTimestamp();

    /// <summary>Real-time safe. The messages of the next block in the order of frames; valid until the next call.</summary>
    /// <param name="frames">Frames of the block.</param>
    /// <param name="sampleTime">The number of its first frame.</param>
    /// <param name="sampleRate">Frames a second.</param>
    public Span<InstrumentEvent> Gather(int frames, long sampleTime, int sampleRate)
    {
        var now = Stopwatch.GetTimestamp();
        var count = 0;
        while (count < MaximumEvents && own.TryRead(out var message))
        {
            Add(ref count, 0, message);
        }

        while (count < MaximumEvents && jack.TryPeek(out var message) && message.Time < sampleTime + frames)
        {
            jack.TryRead(out message);
            Add(ref count, (int)Math.Max(0, message.Time - sampleTime), message);
        }

        while (count < MaximumEvents && input is not null && input.TryRead(out var message))
        {
            var frame = (message.Time - lastStart) * (double)sampleRate / Stopwatch.Frequency;
            Add(ref count, (int)Math.Clamp(frame, 0, Math.Max(0, frames - 1)), message);
        }

        lastStart = now;
        return events.AsSpan(0, count);
    }

    // Kept in the order of frames; among equal ones in the order of arrival.
    private void Add(ref int count, int frame, in TimedMidi message)
    {
        var at = count;
        while (at > 0 && events[at - 1].Frame > frame)
        {
            events[at] = events[at - 1];
            at--;
        }

        events[at] = InstrumentEvent.Midi(frame, new MidiMessage(message.Status, message.Data1, message.Data2));
        count++;
        Volatile.Write(ref lastSource, message.Source);
    }
}
