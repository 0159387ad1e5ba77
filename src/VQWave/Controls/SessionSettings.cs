using System.Text.Json;

namespace VQWave.Controls;

/// <summary>What the player remembers from one session to the next. Immutable.</summary>
public sealed record SessionSettings
{
    private const int FileVersion = 1;

    /// <summary>The model pack: a name or a folder; null for the default.</summary>
    public string? Pack { get; init; }

    /// <summary>The sound system, such as "JACK"; null for the default.</summary>
    public string? AudioHost { get; init; }

    /// <summary>The sound device's name; null for the default.</summary>
    public string? AudioDevice { get; init; }

    /// <summary>The rate in Hz; null for the device's own.</summary>
    public int? SampleRate { get; init; }

    /// <summary>Frames of an audio block; null for the device's own.</summary>
    public int? BlockFrames { get; init; }

    /// <summary>The names of the MIDI inputs that were open.</summary>
    public IReadOnlyList<string> MidiInputs { get; init; } = [];

    /// <summary>The file of the MIDI map; null for the one in the user's folder.</summary>
    public string? MidiMap { get; init; }

    /// <summary>The name of the preset that was chosen last; null for none.</summary>
    public string? Preset { get; init; }

    /// <summary>Plain values by parameter; those that are missing are defaults.</summary>
    public IReadOnlyDictionary<ParameterId, float> Values { get; init; } = new Dictionary<ParameterId, float>();

    /// <summary>These settings with the present values of all parameters but triggers and bypass.</summary>
    public SessionSettings WithValues(ParameterValues values) =>
        this with
        {
            Values = values.Table.Parameters.Where(IsKept).ToDictionary(p => p.Id, p => values[p.Id]),
        };

    /// <summary>Sets the values that are remembered, as one change; the others stay as they are.</summary>
    public void ApplyTo(ParameterValues target)
    {
        target.BeginChange();
        foreach (var (id, value) in Values)
        {
            target[id] = value;
        }

        target.EndChange();
    }

    /// <summary>Writes the settings to a file, whole or not at all.</summary>
    /// <exception cref="VQWaveException">It cannot be written.</exception>
    public void Save(string path)
    {
        SessionDocument document = new()
        {
            Version = FileVersion,
            Pack = Pack,
            AudioHost = AudioHost,
            AudioDevice = AudioDevice,
            SampleRate = SampleRate,
            BlockFrames = BlockFrames,
            MidiInputs = [.. MidiInputs],
            MidiMap = MidiMap,
            Preset = Preset,
            Values = new SortedDictionary<string, float>(
                Values.ToDictionary(v => ParameterTable.Default[v.Key].Key, v => v.Value),
                StringComparer.Ordinal
            ),
        };
        SettingsFile.Write(path, document, ControlsJsonContext.Default.SessionDocument);
    }

    /// <summary>Reads settings. A file that is damaged or newer gives defaults, and is kept beside as <c>….damaged</c>.</summary>
    /// <param name="path">The file; where there is none the defaults are given.</param>
    /// <param name="problem">What was wrong, in one sentence; null where nothing was.</param>
    public static SessionSettings Load(string path, out string? problem)
    {
        var document = SettingsFile.Read(path, "last session", ControlsJsonContext.Default.SessionDocument, Check, out problem);
        if (document is null)
        {
            return new SessionSettings();
        }

        Dictionary<ParameterId, float> values = [];
        foreach (var (key, value) in document.Values ?? [])
        {
            if (ParameterTable.Default.FindKey(key) is { } parameter && IsKept(parameter))
            {
                values[parameter.Id] = parameter.Clamp(value);
            }
        }

        return new SessionSettings
        {
            Pack = document.Pack,
            AudioHost = document.AudioHost,
            AudioDevice = document.AudioDevice,
            SampleRate = document.SampleRate,
            BlockFrames = document.BlockFrames,
            MidiInputs = document.MidiInputs ?? [],
            MidiMap = document.MidiMap,
            Preset = document.Preset,
            Values = values,
        };
    }

    // A session that begins bypassed looks broken.
    private static bool IsKept(ParameterDefinition parameter) =>
        parameter.Kind != ParameterKind.Trigger && parameter.Id != ParameterId.Bypass;

    private static void Check(SessionDocument document)
    {
        SettingsFile.CheckVersion(document.Version, FileVersion);
        if (document.SampleRate is < 8000 or > 192_000)
        {
            throw new VQWaveException($"the rate {document.SampleRate} Hz is not 8,000 to 192,000");
        }

        if (document.BlockFrames is < 1 or > 65536)
        {
            throw new VQWaveException($"the block of {document.BlockFrames} frames is not 1 to 65,536");
        }

        if (document.MidiInputs?.Contains(null!) == true)
        {
            throw new JsonException("a MIDI input has no name");
        }
    }
}
