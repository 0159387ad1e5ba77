namespace VQWave.Torch;

/// <summary>What a loss makes of its elements.</summary>
public enum Reduction
{
    /// <summary>Leaves them as they are.</summary>
    None = 0,

    /// <summary>Their mean.</summary>
    Mean = 1,

    /// <summary>Their sum.</summary>
    Sum = 2,
}
