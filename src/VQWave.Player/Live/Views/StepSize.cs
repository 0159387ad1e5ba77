namespace VQWave.Player.Live.Views;

/// <summary>How far a key moves a parameter.</summary>
internal enum StepSize
{
    /// <summary>The smallest change that makes sense.</summary>
    Fine,

    /// <summary>A change that is heard.</summary>
    Normal,

    /// <summary>A large one.</summary>
    Coarse,
}
