namespace VQWave.Vst3;

/// <summary>The kind of an event.</summary>
public enum Vst3EventType : ushort
{
    /// <summary>A note starts.</summary>
    NoteOn = 0,

    /// <summary>A note ends.</summary>
    NoteOff = 1,

    /// <summary>Bytes: MIDI system exclusive.</summary>
    Data = 2,

    /// <summary>Pressure on one key.</summary>
    PolyPressure = 3,

    /// <summary>A value of one note.</summary>
    NoteExpressionValue = 4,

    /// <summary>A text of one note.</summary>
    NoteExpressionText = 5,

    /// <summary>A chord.</summary>
    Chord = 6,

    /// <summary>A scale.</summary>
    Scale = 7,

    /// <summary>A MIDI controller, from a plug-in to its host only.</summary>
    LegacyMidiCcOut = 65535,
}
