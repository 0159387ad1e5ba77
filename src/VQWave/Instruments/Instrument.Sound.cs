using VQWave.Controls;
using VQWave.Streaming.Voices;

namespace VQWave.Instruments;

// Samples, and what other threads read.
public sealed partial class Instrument
{
    private readonly byte[] publishedNotes = new byte[128];
    private int publishedCount;
    private double publishedBend;
    private long lastMidi;
    private long midiMessages;
    private Preset? lastProgram;

    /// <summary>How many MIDI messages have come.</summary>
    public long MidiMessages => Volatile.Read(ref midiMessages);

    /// <summary>The last MIDI message; its kind is <see cref="MidiMessageKind.None"/> before the first.</summary>
    public MidiMessage LastMidi
    {
        get
        {
            var packed = Volatile.Read(ref lastMidi);
            return new MidiMessage((byte)(packed >> 16), (byte)(packed >> 8), (byte)packed);
        }
    }

    /// <summary>The wheel's bend in semitones.</summary>
    public double Bend => Volatile.Read(ref publishedBend);

    /// <summary>Copies the numbers of the notes that are held, the sounding one last.</summary>
    /// <param name="destination">Receives as many as fit.</param>
    /// <returns>How many.</returns>
    public int ReadNotes(Span<byte> destination)
    {
        var count = Math.Min(Volatile.Read(ref publishedCount), destination.Length);
        publishedNotes.AsSpan(0, count).CopyTo(destination);
        return count;
    }

    /// <summary>Takes the preset that a program change has recalled since the last call.</summary>
    public Preset? TakeProgram() => Interlocked.Exchange(ref lastProgram, null);

    // As much of it as does not pass a moment at which something changes; returns how much.
    private int RenderPiece(Span<float> output)
    {
        if (isNotes && gate.IsSilent)
        {
            return RenderSilence(output);
        }

        if (!gate.IsOpen && isNotes)
        {
            // Silence begins at its very frame, whatever the blocks.
            output = output[..Math.Min(output.Length, gate.Remaining)];
        }

        var needed = resampler.InputNeeded(output.Length);
        var samples = input.AsSpan(0, needed);
        ReadEngine(samples);
        resampler.Process(samples, output, out _, out _);
        gate.Apply(output);
        velocity.Apply(output);
        gain.Apply(output);
        return output.Length;
    }

    // The stream runs on to the beginning of the next piece and waits there.
    private int RenderSilence(Span<float> output)
    {
        output.Clear();
        if (!isIdle)
        {
            isIdle = true;
            silentFrames = 0;
            UpdatePitch();
            if (engine.Position > pieceStart)
            {
                BeginPiece();
            }
        }

        gain.Skip(output.Length);
        velocity.Skip(output.Length);
        if (isParked)
        {
            return output.Length;
        }

        var before = silentFrames * engine.SampleRate / SampleRate;
        silentFrames += output.Length;
        var count = (silentFrames * engine.SampleRate / SampleRate) - before;
        var toPiece = Math.Min(count, Math.Max(0, pieceStart - engine.Position));
        ReadEngine(input.AsSpan(0, (int)toPiece));
        SeekOnset(count - toPiece);
        return output.Length;
    }

    // A piece may begin with silence, and a note must not: sample by sample, so that what waits is the first that is heard.
    private void SeekOnset(long count)
    {
        for (; count > 0 && !isParked; count--)
        {
            var before = engine.Position;
            ReadEngine(input.AsSpan(0, 1));
            if (engine.Position == before)
            {
                return;
            }

            isParked = Math.Abs(input[0]) > OnsetLevel || engine.Position - pieceStart > LongestSilence * engine.SampleRate;
        }
    }

    private void ReadEngine(Span<float> samples)
    {
        if (!IsExact)
        {
            engine.Read(samples);
        }
        else if (engine.ReadExactly(samples, Patience) < samples.Length)
        {
            throw new VQWaveException("The engine has given no sound for a minute: the machine is too busy.");
        }
    }

    private void NoteLast(in MidiMessage message)
    {
        Volatile.Write(ref lastMidi, (message.Status << 16) | (message.Data1 << 8) | message.Data2);
        Volatile.Write(ref midiMessages, midiMessages + 1);
    }

    private void Publish()
    {
        var held = notes.Notes;
        for (var i = 0; i < held.Length; i++)
        {
            publishedNotes[i] = held[i].Note;
        }

        Volatile.Write(ref publishedCount, held.Length);
        Volatile.Write(ref publishedBend, NoteControl.BendSemitones(bend, Value(ParameterId.BendRange)));
    }
}
