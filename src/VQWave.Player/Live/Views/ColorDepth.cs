namespace VQWave.Player.Live.Views;

/// <summary>The colours that a terminal shows.</summary>
internal enum ColorDepth
{
    /// <summary>None: only bold and reversed text.</summary>
    None,

    /// <summary>The 256 of xterm.</summary>
    Indexed,

    /// <summary>24 bits.</summary>
    True,
}
