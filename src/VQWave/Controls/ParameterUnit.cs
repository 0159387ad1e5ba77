namespace VQWave.Controls;

/// <summary>The unit of a parameter, which decides how its values are written and read.</summary>
public enum ParameterUnit
{
    /// <summary>A plain number.</summary>
    None,

    /// <summary>Decibels; the minimum is silence and reads "-inf dB".</summary>
    Decibels,

    /// <summary>Semitones, with a sign.</summary>
    Semitones,

    /// <summary>Milliseconds.</summary>
    Milliseconds,

    /// <summary>Per cent.</summary>
    Percent,

    /// <summary>Codes; 0, where it is in the range, reads as what it stands for.</summary>
    Codes,

    /// <summary>A MIDI note number, written as a note name; C4 is 60.</summary>
    Note,
}
