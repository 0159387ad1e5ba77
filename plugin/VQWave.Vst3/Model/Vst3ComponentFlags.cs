namespace VQWave.Vst3;

/// <summary>Properties of an audio component class.</summary>
[Flags]
public enum Vst3ComponentFlags : uint
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>Component and controller may run in different processes or machines.</summary>
    Distributable = 1 << 0,

    /// <summary>Runs in the simple mode.</summary>
    SimpleModeSupported = 1 << 1,
}
