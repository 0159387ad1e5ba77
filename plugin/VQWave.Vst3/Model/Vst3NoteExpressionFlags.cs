namespace VQWave.Vst3;

/// <summary>Properties of a note expression.</summary>
[Flags]
public enum Vst3NoteExpressionFlags
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>Centred on 0.5.</summary>
    IsBipolar = 1 << 0,

    /// <summary>Sent once with the start of a note.</summary>
    IsOneShot = 1 << 1,

    /// <summary>Applied as it is, not relative.</summary>
    IsAbsolute = 1 << 2,

    /// <summary>Shown with a parameter.</summary>
    AssociatedParameterIdValid = 1 << 3,
}
