namespace VQWave.Player.Hosting;

/// <summary>What the plug-in is to play, and how.</summary>
internal sealed record HostOptions
{
    /// <summary>PLUGIN.vst3 or PLUGIN.vst3:CLASS.</summary>
    public required string Plugin { get; init; }

    /// <summary>The class's name; null for the first.</summary>
    public string? Class { get; init; }

    /// <summary>A MIDI file to play, or null.</summary>
    public string? Midi { get; init; }

    /// <summary>An audio file that goes into it, or null.</summary>
    public string? Input { get; init; }

    /// <summary>The file to render to; null for live play.</summary>
    public string? Output { get; init; }

    /// <summary>NAME=VALUE or NAME=VALUE@SECONDS each.</summary>
    public IReadOnlyList<string> Parameters { get; init; } = [];

    /// <summary>Frames a second; null for the input file's or the device's.</summary>
    public int? SampleRate { get; init; }

    /// <summary>Frames of a block; null for the usual.</summary>
    public int? BlockFrames { get; init; }

    /// <summary>How long; null for as long as the song or the input, and the tail.</summary>
    public double? Seconds { get; init; }

    /// <summary>Seconds after the song or the input.</summary>
    public double Tail { get; init; } = 2;

    /// <summary>Whether figures are printed as JSON.</summary>
    public bool Json { get; init; }

    /// <summary>Whether to be a JACK client.</summary>
    public bool Jack { get; init; }

    /// <summary>The JACK server's name; null for the usual.</summary>
    public string? JackServer { get; init; }

    /// <summary>Whether no device is opened.</summary>
    public bool Silent { get; init; }

    /// <summary>The sound device; null for the default.</summary>
    public string? AudioDevice { get; init; }

    /// <summary>How the device is reached; null for any.</summary>
    public string? HostApi { get; init; }

    /// <summary>Whether MIDI inputs are opened.</summary>
    public bool MidiInput { get; init; } = true;

    /// <summary>Parts of the names of the MIDI inputs to open; none for all controllers.</summary>
    public IReadOnlyList<string> MidiInputs { get; init; } = [];
}
