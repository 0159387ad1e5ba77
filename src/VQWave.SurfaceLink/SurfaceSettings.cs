namespace VQWave.SurfaceLink;

/// <summary>How the server of the live surface is to begin. It goes through the pipe, since arguments can be read by other users.</summary>
public sealed record SurfaceSettings
{
    /// <summary>The program's version.</summary>
    public required string Version { get; init; }

    /// <summary>The IP address to listen on.</summary>
    public required string Address { get; init; }

    /// <summary>The port; 0 for any that is free.</summary>
    public required int Port { get; init; }

    /// <summary>Whether another port will do where this one is taken.</summary>
    public bool AnyPort { get; init; }

    /// <summary>What devices that have been let in are known by: at least 32 secret bytes.</summary>
    public required byte[] Key { get; init; }

    /// <summary>The folder of takes.</summary>
    public required string Takes { get; init; }

    /// <summary>Whether to open a browser.</summary>
    public bool OpenBrowser { get; init; }
}
