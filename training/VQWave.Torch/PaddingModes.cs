namespace VQWave.Torch;

/// <summary>What lies beyond the ends of a signal.</summary>
public enum PaddingModes
{
    /// <summary>One value.</summary>
    Constant = 0,

    /// <summary>The signal mirrored, without its end sample.</summary>
    Reflect = 1,

    /// <summary>The end sample.</summary>
    Replicate = 2,

    /// <summary>The signal over again.</summary>
    Circular = 3,
}
