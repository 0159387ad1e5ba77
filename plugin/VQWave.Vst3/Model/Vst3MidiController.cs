namespace VQWave.Vst3;

/// <summary>Controller numbers of MIDI mapping: 0 to 127 are MIDI's own, these come after them.</summary>
public static class Vst3MidiController
{
    /// <summary>Channel pressure.</summary>
    public const short AfterTouch = 128;

    /// <summary>Pitch bend; 0.5 is the centre.</summary>
    public const short PitchBend = 129;

    /// <summary>Program change; only as a controller that a plug-in sends.</summary>
    public const short ProgramChange = 130;

    /// <summary>Poly pressure; only as a controller that a plug-in sends.</summary>
    public const short PolyPressure = 131;

    /// <summary>Quarter frame; only as a controller that a plug-in sends.</summary>
    public const short QuarterFrame = 132;

    /// <summary>How many numbers a host may ask a mapping for.</summary>
    public const int Count = 130;
}
