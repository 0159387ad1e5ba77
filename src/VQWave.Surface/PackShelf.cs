using System.Text.Json;
using System.Text.Json.Nodes;
using VQWave.Models;

namespace VQWave.Surface;

/// <summary>The packs that can be chosen, and each one's page: what it learned from, its licence, figures and examples.</summary>
/// <remarks>Threading: any thread.</remarks>
internal sealed class PackShelf
{
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(2);

    // The figures of model.json that a page shows, with their words and units.
    private static readonly (string Label, (string Key, string Text)[] Columns)[] Tables =
    [
        (
            "Reconstruction of held-out music",
            [
                ("si_sdr_db", "SI-SDR dB"),
                ("lsd_above_80_db", "log-spectral distance dB"),
                ("spectral_convergence", "spectral convergence"),
                ("codes_used", "codes used"),
                ("entropy_bits", "bits a code"),
            ]
        ),
        (
            "Prediction of held-out codes",
            [
                ("bits_per_code", "bits per code"),
                ("unigram_bits", "unigram bits"),
                ("gain_bits", "gain"),
                ("context_bits", "context's share"),
            ]
        ),
    ];

    private readonly Lock gate = new();
    private readonly ModelPackLocator locator = ModelPackLocator.FromEnvironment();
    private IReadOnlyList<ModelPackEntry> seen = [];
    private long lookedAt;

    /// <summary>The packs by their folders' names, the first of each name.</summary>
    public IReadOnlyList<ModelPackEntry> List()
    {
        lock (gate)
        {
            if (lookedAt == 0 || System.Diagnostics.Stopwatch.GetElapsedTime(lookedAt) > LookAgain)
            {
                seen = [.. locator.List().DistinctBy(p => p.Name, StringComparer.Ordinal)];
                lookedAt = System.Diagnostics.Stopwatch.GetTimestamp();
            }

            return seen;
        }
    }

    /// <summary>A pack by its name in the list.</summary>
    /// <exception cref="VQWaveException">There is none.</exception>
    public ModelPackEntry Find(string name) =>
        List().FirstOrDefault(p => string.Equals(p.Name, name, StringComparison.Ordinal))
        ?? throw new VQWaveException($"There is no pack '{name}' in the list.");

    /// <summary>The model's rate in Hz.</summary>
    public int SampleRateOf(string? directory) => Playing(directory)?.Configuration.SampleRate ?? 22_050;

    /// <summary>Samples of a tick.</summary>
    public int TickSamplesOf(string? directory) => Playing(directory)?.Configuration.Coarsest.Compression ?? 512;

    /// <summary>The manifest of a folder's pack, or null.</summary>
    public static ModelManifest? Playing(string? directory)
    {
        try
        {
            return directory is null ? null : ModelPack.ReadManifest(directory);
        }
        catch (VQWaveException)
        {
            return null;
        }
    }

    /// <summary>Writes the event that lists them.</summary>
    public void WriteEvent(Utf8JsonWriter json, string? playing)
    {
        json.WriteString("event", "packs");
        json.WriteString("playing", playing is null ? null : Path.GetFileName(Path.TrimEndingDirectorySeparator(playing)));
        json.WriteNumber("sample_rate", SampleRateOf(playing));
        json.WriteNumber("tick_samples", TickSamplesOf(playing));
        json.WriteStartArray("packs");
        foreach (var pack in List())
        {
            json.WriteStartObject();
            json.WriteString("name", pack.Name);
            json.WriteString("title", pack.Manifest?.Name ?? pack.Name);
            json.WriteString("description", pack.Manifest?.Description);
            json.WriteString("licence", pack.Manifest?.License);
            json.WriteString("problem", pack.Problem);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>The pages of all packs, as JSON.</summary>
    public byte[] Pages()
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter json = new(stream))
        {
            json.WriteStartArray();
            foreach (var pack in List())
            {
                if (pack.Manifest is { } manifest)
                {
                    WritePage(json, pack, manifest);
                }
            }

            json.WriteEndArray();
        }

        return stream.ToArray();
    }

    /// <summary>The file of a pack's example.</summary>
    /// <exception cref="VQWaveException">There is none.</exception>
    public string ExampleOf(string pack, string file) =>
        Find(pack) is var entry && Examples(entry).FirstOrDefault(f => f.Name == file) is { } found
            ? found.FullName
            : throw new VQWaveException($"The pack '{pack}' has no example '{file}'.");

    private static void WritePage(Utf8JsonWriter json, ModelPackEntry pack, ModelManifest manifest)
    {
        json.WriteStartObject();
        json.WriteString("name", pack.Name);
        json.WriteString("title", manifest.Name);
        json.WriteString("description", manifest.Description);
        json.WriteString("licence", manifest.License);
        json.WriteNumber("sample_rate", manifest.Configuration.SampleRate);
        json.WriteStartArray("levels");
        foreach (var level in manifest.Configuration.Levels)
        {
            json.WriteNumberValue(level.Compression);
        }

        json.WriteEndArray();
        json.WriteNumber("size_bytes", manifest.Files.Values.Sum(f => f.Bytes));
        json.WritePropertyName("training");
        (manifest.Training ?? []).WriteTo(json);
        WriteMetrics(json, manifest);
        json.WriteStartArray("examples");
        foreach (var example in Examples(pack))
        {
            json.WriteStringValue(example.Name);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteMetrics(Utf8JsonWriter json, ModelManifest manifest)
    {
        json.WriteStartArray("metrics");
        foreach (var (label, columns) in Tables)
        {
            var levels = manifest
                .Configuration.Levels.Select(l => (l.Name, Figures: Figures(manifest, l)))
                .Where(l => l.Figures is not null && columns.Any(c => l.Figures.ContainsKey(c.Key)))
                .ToList();
            if (levels.Count == 0)
            {
                continue;
            }

            json.WriteStartObject();
            json.WriteString("label", label);
            json.WriteStartArray("rows");
            WriteRow(json, ["level", .. columns.Select(c => c.Text)]);
            foreach (var (name, figures) in levels)
            {
                WriteRow(json, [name, .. columns.Select(c => Text(figures![c.Key]))]);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    // By the compression's number, as evaluation writes them.
    private static JsonObject? Figures(ModelManifest manifest, LevelConfiguration level) =>
        (manifest.Metrics?[level.Compression.ToString(System.Globalization.CultureInfo.InvariantCulture)] ?? manifest.Metrics?[level.Name])
        as JsonObject;

    private static string Text(JsonNode? figure) =>
        figure is JsonValue value && value.TryGetValue<double>(out var number)
            ? number.ToString(number == Math.Floor(number) ? "F0" : "F2", System.Globalization.CultureInfo.InvariantCulture)
            : "–";

    private static void WriteRow(Utf8JsonWriter json, IEnumerable<string> cells)
    {
        json.WriteStartArray();
        foreach (var cell in cells)
        {
            json.WriteStringValue(cell);
        }

        json.WriteEndArray();
    }

    private static IEnumerable<FileInfo> Examples(ModelPackEntry pack)
    {
        try
        {
            return
            [
                .. new DirectoryInfo(pack.Directory)
                    .EnumerateFiles("example*.ogg")
                    .Where(f => f.LinkTarget is null)
                    .OrderBy(f => f.Name, StringComparer.Ordinal),
            ];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
