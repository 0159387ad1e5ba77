namespace VQWave.Player.Live;

/// <summary>When a session got how far, in ticks of <see cref="System.Diagnostics.Stopwatch"/>, and how long its engine warmed up.</summary>
internal sealed record StartupTimes
{
    /// <summary>The session began to be made.</summary>
    public required long Begin { get; init; }

    /// <summary>Settings, presets and the controller map were read.</summary>
    public long SettingsRead { get; set; }

    /// <summary>The pack was found, read and checked.</summary>
    public long PackChecked { get; set; }

    /// <summary>The engine was made: graphs loaded and warmed up.</summary>
    public long EngineMade { get; set; }

    /// <summary>Of it, the time of warming up.</summary>
    public TimeSpan WarmUp { get; set; }

    /// <summary>MIDI and inserts were opened; what is left to do is to play.</summary>
    public long Ready { get; set; }
}
