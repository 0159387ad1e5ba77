namespace VQWave.Vst3;

/// <summary>Which fields of a process context hold something, and the state of the transport.</summary>
[Flags]
public enum Vst3ContextFlags : uint
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>The transport runs.</summary>
    Playing = 1 << 1,

    /// <summary>The loop is on.</summary>
    CycleActive = 1 << 2,

    /// <summary>The host records.</summary>
    Recording = 1 << 3,

    /// <summary>The system time is valid.</summary>
    SystemTimeValid = 1 << 8,

    /// <summary>The position in quarter notes is valid.</summary>
    ProjectTimeMusicValid = 1 << 9,

    /// <summary>The tempo is valid.</summary>
    TempoValid = 1 << 10,

    /// <summary>The bar position is valid.</summary>
    BarPositionValid = 1 << 11,

    /// <summary>The loop is valid.</summary>
    CycleValid = 1 << 12,

    /// <summary>The time signature is valid.</summary>
    TimeSignatureValid = 1 << 13,

    /// <summary>The SMPTE offset is valid.</summary>
    SmpteValid = 1 << 14,

    /// <summary>The MIDI clock is valid.</summary>
    ClockValid = 1 << 15,

    /// <summary>The continuous time is valid.</summary>
    ContinuousTimeValid = 1 << 17,

    /// <summary>The chord is valid.</summary>
    ChordValid = 1 << 18,
}
