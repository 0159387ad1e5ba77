namespace VQWave.Player.Hosting;

/// <summary>Why an insert is bypassed.</summary>
internal enum InsertVerdict
{
    /// <summary>It is not.</summary>
    None,

    /// <summary>It refused the device's format.</summary>
    Refused,

    /// <summary>It gave an error in place of sound.</summary>
    Failed,

    /// <summary>It gave a value that is not a finite number.</summary>
    NotFinite,

    /// <summary>It was far too loud, or too loud for long.</summary>
    TooLoud,

    /// <summary>It took longer than its sound lasts, several times.</summary>
    TooSlow,
}
