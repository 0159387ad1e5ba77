namespace VQWave.Controls;

/// <summary>One MIDI message of up to three bytes. System-exclusive data is not represented. Real-time safe.</summary>
/// <param name="Status">The status byte, 0x80 to 0xFF.</param>
/// <param name="Data1">The first data byte, 0 to 127; 0 where there is none.</param>
/// <param name="Data2">The second data byte, 0 to 127; 0 where there is none.</param>
public readonly record struct MidiMessage(byte Status, byte Data1, byte Data2)
{
    /// <summary>
    /// What the message is. A note-on of velocity 0 is a <see cref="MidiMessageKind.NoteOff"/>, as MIDI has it.
    /// </summary>
    public MidiMessageKind Kind =>
        Status < 0x80 ? MidiMessageKind.None
        : (Status & 0xF0) == 0x90 && Data2 == 0 ? MidiMessageKind.NoteOff
        : (MidiMessageKind)(Status & 0xF0);

    /// <summary>The channel, 0 to 15; without meaning in system messages.</summary>
    public int Channel => Status & 0x0F;

    /// <summary>The bend of a <see cref="MidiMessageKind.PitchBend"/>, 0 to 16,383; 8,192 is the centre.</summary>
    public int Bend => Data1 | (Data2 << 7);

    /// <summary>How many bytes the message has, 1 to 3; 0 for a status that is none or begins system-exclusive data.</summary>
    public int Length =>
        Status < 0x80 ? 0
        : 1 + DataLength(Status) is var length and > 0 ? length
        : 0;

    /// <summary>A note-on.</summary>
    public static MidiMessage NoteOn(int channel, int note, int velocity) => new((byte)(0x90 | channel), (byte)note, (byte)velocity);

    /// <summary>A note-off.</summary>
    public static MidiMessage NoteOff(int channel, int note) => new((byte)(0x80 | channel), (byte)note, 64);

    /// <summary>A control change.</summary>
    public static MidiMessage ControlChange(int channel, int controller, int value) =>
        new((byte)(0xB0 | channel), (byte)controller, (byte)value);

    /// <summary>A program change.</summary>
    public static MidiMessage ProgramChange(int channel, int program) => new((byte)(0xC0 | channel), (byte)program, 0);

    /// <summary>A pitch bend of 14 bits.</summary>
    public static MidiMessage PitchBend(int channel, int bend) =>
        new((byte)(0xE0 | channel), (byte)(bend & 0x7F), (byte)((bend >> 7) & 0x7F));

    /// <summary>Reads one complete message without running status, as drivers deliver them.</summary>
    /// <param name="bytes">The message's bytes; more may follow.</param>
    /// <param name="message">The message.</param>
    /// <returns>Whether the bytes begin with a whole message that is not system-exclusive.</returns>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out MidiMessage message)
    {
        message = default;
        if (bytes.IsEmpty || bytes[0] < 0x80 || DataLength(bytes[0]) is var length && (length < 0 || bytes.Length <= length))
        {
            return false;
        }

        foreach (var data in bytes.Slice(1, length))
        {
            if (data >= 0x80)
            {
                return false;
            }
        }

        message = new MidiMessage(bytes[0], length > 0 ? bytes[1] : (byte)0, length > 1 ? bytes[2] : (byte)0);
        return true;
    }

    /// <summary>The bytes of the message.</summary>
    /// <param name="destination">At least three bytes.</param>
    /// <returns>How many were written.</returns>
    public int CopyTo(Span<byte> destination)
    {
        var length = Length;
        if (length > 0)
        {
            destination[0] = Status;
        }

        if (length > 1)
        {
            destination[1] = Data1;
        }

        if (length > 2)
        {
            destination[2] = Data2;
        }

        return length;
    }

    /// <summary>The message in words, such as "CC 74 = 100, channel 1".</summary>
    public override string ToString() =>
        Kind switch
        {
            MidiMessageKind.None => "nothing",
            MidiMessageKind.NoteOff => $"note off {Data1}, channel {Channel + 1}",
            MidiMessageKind.NoteOn => $"note {Data1} velocity {Data2}, channel {Channel + 1}",
            MidiMessageKind.PolyPressure => $"pressure {Data2} of note {Data1}, channel {Channel + 1}",
            MidiMessageKind.ControlChange => $"CC {Data1} = {Data2}, channel {Channel + 1}",
            MidiMessageKind.ProgramChange => $"program {Data1 + 1}, channel {Channel + 1}",
            MidiMessageKind.ChannelPressure => $"pressure {Data1}, channel {Channel + 1}",
            MidiMessageKind.PitchBend => $"bend {Bend - 8192}, channel {Channel + 1}",
            _ => $"system 0x{Status:X2}",
        };

    /// <summary>Data bytes that follow a status byte; −1 for the beginning and end of system-exclusive data and for what is undefined.</summary>
    internal static int DataLength(byte status) =>
        status switch
        {
            < 0x80 => -1,
            < 0xC0 => 2,
            < 0xE0 => 1,
            < 0xF0 => 2,
            0xF1 or 0xF3 => 1,
            0xF2 => 2,
            0xF6 => 0,
            0xF9 or 0xFD => -1,
            >= 0xF8 => 0,
            _ => -1,
        };
}
