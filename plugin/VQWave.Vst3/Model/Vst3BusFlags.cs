namespace VQWave.Vst3;

/// <summary>Properties of a bus.</summary>
[Flags]
public enum Vst3BusFlags : uint
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>A host is to activate it unless told otherwise.</summary>
    DefaultActive = 1 << 0,

    /// <summary>Carries control voltages rather than sound.</summary>
    IsControlVoltage = 1 << 1,
}
