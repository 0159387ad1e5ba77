namespace VQWave.Vst3;

/// <summary>What a processor wants to know of the transport.</summary>
[Flags]
public enum Vst3ContextRequirements : uint
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>The system time.</summary>
    SystemTime = 1 << 0,

    /// <summary>The running sample count.</summary>
    ContinuousTime = 1 << 1,

    /// <summary>The position in quarter notes.</summary>
    ProjectTimeMusic = 1 << 2,

    /// <summary>The start of the bar.</summary>
    BarPosition = 1 << 3,

    /// <summary>The loop.</summary>
    Cycle = 1 << 4,

    /// <summary>The MIDI clock.</summary>
    SamplesToNextClock = 1 << 5,

    /// <summary>The tempo.</summary>
    Tempo = 1 << 6,

    /// <summary>The time signature.</summary>
    TimeSignature = 1 << 7,

    /// <summary>The chord.</summary>
    Chord = 1 << 8,

    /// <summary>The video frame rate.</summary>
    FrameRate = 1 << 9,

    /// <summary>Whether it plays, loops or records.</summary>
    TransportState = 1 << 10,
}
