namespace VQWave.Player.Live.Views;

/// <summary>What the user is typing.</summary>
internal enum PromptKind
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>A value of the selected parameter.</summary>
    Value,

    /// <summary>A seed.</summary>
    Seed,

    /// <summary>The name of a preset.</summary>
    PresetName,
}
