namespace VQWave.Vst3;

/// <summary>Properties of a parameter.</summary>
[Flags]
public enum Vst3ParameterFlags
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>A host may write automation for it.</summary>
    CanAutomate = 1 << 0,

    /// <summary>Only the plug-in changes it.</summary>
    IsReadOnly = 1 << 1,

    /// <summary>Turning past an end starts at the other.</summary>
    IsWrapAround = 1 << 2,

    /// <summary>Show it as a list of names.</summary>
    IsList = 1 << 3,

    /// <summary>Not to be shown.</summary>
    IsHidden = 1 << 4,

    /// <summary>Chooses a program of its unit.</summary>
    IsProgramChange = 1 << 15,

    /// <summary>The bypass switch; one at most.</summary>
    IsBypass = 1 << 16,
}
