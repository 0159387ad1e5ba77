namespace VQWave.Plugin;

/// <summary>What the plug-in is doing, as a parameter shows it. The order is stored nowhere.</summary>
internal enum PluginStatus
{
    /// <summary>It plays.</summary>
    Ready,

    /// <summary>The pack is being loaded; silence until then.</summary>
    Loading,

    /// <summary>There is no pack anywhere.</summary>
    NoPack,

    /// <summary>The pack that was chosen cannot be loaded.</summary>
    PackFailed,

    /// <summary>The project's pack is not installed; the first one plays.</summary>
    PackMissing,

    /// <summary>A pack of the project's name plays that is not the same.</summary>
    PackDiffers,

    /// <summary>The state in the project is damaged.</summary>
    StateDamaged,

    /// <summary>The state in the project was written by a newer version.</summary>
    StateNewer,

    /// <summary>The machine is too slow: less detail is heard.</summary>
    Overloaded,

    /// <summary>The engine has stopped.</summary>
    EngineFailed,
}
