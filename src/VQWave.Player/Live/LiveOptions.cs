using VQWave.Controls;
using VQWave.Inference;
using VQWave.Player.Hosting;

namespace VQWave.Player.Live;

/// <summary>How live play is to begin.</summary>
internal sealed record LiveOptions
{
    /// <summary>The pack by name or folder; null for that of the last session, else the first found.</summary>
    public string? Model { get; init; }

    /// <summary>Where the networks run.</summary>
    public InferenceOptions Inference { get; init; } = new() { Precision = InferencePrecision.Auto };

    /// <summary>Whether to be a JACK client of its own.</summary>
    public bool Jack { get; init; }

    /// <summary>The JACK server's name; null for the usual.</summary>
    public string? JackServer { get; init; }

    /// <summary>Whether nothing is to be opened: the sound goes nowhere, in real time.</summary>
    public bool Silent { get; init; }

    /// <summary>A part of the host API's name; null for any.</summary>
    public string? HostApi { get; init; }

    /// <summary>The sound device, by number or a part of its name; null for that of the last session, else the default.</summary>
    public string? AudioDevice { get; init; }

    /// <summary>Frames a second; null for the device's.</summary>
    public int? SampleRate { get; init; }

    /// <summary>Frames of a block; null for the device's choice.</summary>
    public int? BlockFrames { get; init; }

    /// <summary>Whether MIDI inputs are opened.</summary>
    public bool Midi { get; init; } = true;

    /// <summary>Parts of the names of the MIDI inputs to open; none for all controllers.</summary>
    public IReadOnlyList<string> MidiInputs { get; init; } = [];

    /// <summary>The controller map's file; null for the user's.</summary>
    public string? MidiMap { get; init; }

    /// <summary>A preset to begin with, or null.</summary>
    public string? Preset { get; init; }

    /// <summary>Parameters to begin with, after all else.</summary>
    public IReadOnlyList<KeyValuePair<ParameterId, float>> Values { get; init; } = [];

    /// <summary>Whether the last session is left aside, neither read nor written.</summary>
    public bool Fresh { get; init; }

    /// <summary>A file that records all that is played, or null.</summary>
    public string? Output { get; init; }

    /// <summary>The effects behind the generator, in order.</summary>
    public IReadOnlyList<InsertOptions> Inserts { get; init; } = [];

    /// <summary>Where takes go; null for the current folder, and with the live surface for the user's folder of takes.</summary>
    public string? TakeFolder { get; init; }

    /// <summary>The live surface, or null for none.</summary>
    public Surface.SurfaceOptions? Surface { get; init; }

    /// <summary>Whether JACK's transport starts and stops play.</summary>
    public bool Transport { get; init; }

    /// <summary>Whether sound that comes in through JACK is followed.</summary>
    public bool Follow { get; init; }
}
