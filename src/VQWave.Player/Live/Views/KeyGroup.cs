namespace VQWave.Player.Live.Views;

/// <summary>What keys are for: the help's headings.</summary>
internal enum KeyGroup
{
    /// <summary>Choosing and changing a parameter.</summary>
    Parameter,

    /// <summary>The sound at once.</summary>
    Play,

    /// <summary>Presets, packs, takes.</summary>
    Session,

    /// <summary>MIDI and the computer's keys as a piano.</summary>
    Notes,

    /// <summary>The view.</summary>
    View,
}
