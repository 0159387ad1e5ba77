using System.Text;

namespace VQWave.Corpus.Midi;

/// <summary>
/// Collects the events of one MIDI track and encodes them with running status. Events at one tick are ordered: meta and
/// set-up first, then note-offs, then note-ons, so that a repeated note never cuts itself.
/// </summary>
internal sealed class MidiTrack
{
    private readonly List<(int Tick, int Rank, int Order, byte[] Bytes)> _events = [];

    public void AddText(int tick, byte type, string text) => AddMeta(tick, type, Encoding.ASCII.GetBytes(text));

    public void AddTempo(int tick, int microsecondsPerQuarter) =>
        AddMeta(tick, 0x51, [(byte)(microsecondsPerQuarter >> 16), (byte)(microsecondsPerQuarter >> 8), (byte)microsecondsPerQuarter]);

    /// <summary>Time signature over quarter notes, with the usual 24 clocks a click.</summary>
    public void AddMeter(int tick, int quartersPerBar) => AddMeta(tick, 0x58, [(byte)quartersPerBar, 2, 24, 8]);

    public void AddProgram(int tick, int channel, int program) => Add(tick, 1, [(byte)(0xC0 | channel), (byte)program]);

    public void AddControl(int tick, int channel, int controller, int value) =>
        Add(tick, 1, [(byte)(0xB0 | channel), (byte)controller, (byte)value]);

    public void AddNote(MidiNote note)
    {
        // A note-on of velocity 0 ends a note, which lets running status cover a whole phrase.
        Add(note.End, 2, [(byte)(0x90 | note.Channel), (byte)note.Key, 0]);
        Add(note.Start, 3, [(byte)(0x90 | note.Channel), (byte)note.Key, (byte)note.Velocity]);
    }

    /// <summary>The whole chunk, header and end-of-track at <paramref name="endTick"/> included.</summary>
    public byte[] Encode(int endTick)
    {
        _events.Sort(
            (a, b) =>
                a.Tick != b.Tick ? a.Tick.CompareTo(b.Tick)
                : a.Rank != b.Rank ? a.Rank.CompareTo(b.Rank)
                : a.Order.CompareTo(b.Order)
        );
        var body = new List<byte>();
        int tick = 0;
        int status = -1;
        foreach (var (eventTick, _, _, bytes) in _events)
        {
            WriteVariableLength(body, eventTick - tick);
            tick = eventTick;
            bool isMeta = bytes[0] == 0xFF;
            body.AddRange(!isMeta && bytes[0] == status ? bytes[1..] : bytes);
            // Meta events cancel running status.
            status = isMeta ? -1 : bytes[0];
        }

        WriteVariableLength(body, Math.Max(0, endTick - tick));
        body.AddRange([0xFF, 0x2F, 0]);
        return [.. "MTrk"u8, (byte)(body.Count >> 24), (byte)(body.Count >> 16), (byte)(body.Count >> 8), (byte)body.Count, .. body];
    }

    private static void WriteVariableLength(List<byte> destination, int value)
    {
        for (int shift = 21; shift > 0; shift -= 7)
        {
            if (value >> shift != 0)
            {
                destination.Add((byte)(0x80 | ((value >> shift) & 0x7F)));
            }
        }

        destination.Add((byte)(value & 0x7F));
    }

    private void AddMeta(int tick, byte type, byte[] data)
    {
        var length = new List<byte>();
        WriteVariableLength(length, data.Length);
        Add(tick, 0, [0xFF, type, .. length, .. data]);
    }

    private void Add(int tick, int rank, byte[] bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(tick);
        _events.Add((tick, rank, _events.Count, bytes));
    }
}
