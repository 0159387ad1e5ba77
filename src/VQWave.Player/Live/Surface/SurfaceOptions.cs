namespace VQWave.Player.Live.Surface;

/// <summary>How the live surface is to be served.</summary>
internal sealed record SurfaceOptions
{
    /// <summary>The port where none is given.</summary>
    public const int UsualPort = 8722;

    /// <summary>The port; null for the usual one, or any where that is taken.</summary>
    public int? Port { get; init; }

    /// <summary>The address to listen on.</summary>
    public string Address { get; init; } = "127.0.0.1";

    /// <summary>Whether to open a browser where there is one.</summary>
    public bool OpenBrowser { get; init; } = true;
}
