namespace VQWave.Controls;

/// <summary>The kinds of MIDI messages, by their status byte.</summary>
public enum MidiMessageKind
{
    /// <summary>Not a message.</summary>
    None = 0,

    /// <summary>A key comes up.</summary>
    NoteOff = 0x80,

    /// <summary>A key goes down.</summary>
    NoteOn = 0x90,

    /// <summary>Pressure of one key.</summary>
    PolyPressure = 0xA0,

    /// <summary>A controller moves.</summary>
    ControlChange = 0xB0,

    /// <summary>A program is chosen.</summary>
    ProgramChange = 0xC0,

    /// <summary>Pressure of all keys.</summary>
    ChannelPressure = 0xD0,

    /// <summary>The bend wheel moves.</summary>
    PitchBend = 0xE0,

    /// <summary>System messages: time code, song position, clock, start, stop and so on; the status byte says which.</summary>
    System = 0xF0,
}
