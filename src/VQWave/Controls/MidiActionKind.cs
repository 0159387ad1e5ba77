namespace VQWave.Controls;

/// <summary>What a MIDI message asks for.</summary>
public enum MidiActionKind
{
    /// <summary>Nothing that concerns the instrument.</summary>
    None,

    /// <summary>A parameter was set; its place in the table is in <see cref="MidiAction.Number"/>.</summary>
    Parameter,

    /// <summary>A controller was noticed by learning, and is bound or being got to know.</summary>
    Learnt,

    /// <summary>A key goes down: number and velocity.</summary>
    NoteOn,

    /// <summary>A key comes up: number.</summary>
    NoteOff,

    /// <summary>The bend wheel: the value is 0 to 16,383.</summary>
    Bend,

    /// <summary>The sustain pedal, where no parameter has its controller: the value is 0 or 1.</summary>
    Sustain,

    /// <summary>A preset is chosen by its program number.</summary>
    Program,

    /// <summary>All keys come up, by CC 123 to 127.</summary>
    AllNotesOff,

    /// <summary>Silence at once, by CC 120.</summary>
    AllSoundOff,
}
