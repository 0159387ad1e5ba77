namespace VQWave.Training.Reporting;

/// <summary>What the curves of a run say.</summary>
internal enum Verdict
{
    /// <summary>There is no held-out music to judge by.</summary>
    NothingHeldOut,

    /// <summary>Too few epochs.</summary>
    TooEarly,

    /// <summary>The held-out curve still falls.</summary>
    StillFalling,

    /// <summary>The held-out curve neither falls nor rises.</summary>
    Flat,

    /// <summary>The held-out curve rises while the training loss does not.</summary>
    Overfit,

    /// <summary>Both curves rise.</summary>
    Diverging,

    /// <summary>Few codes carry everything.</summary>
    Collapsed,

    /// <summary>Effective bits fall from epoch to epoch.</summary>
    FallingUsage,
}
