using System.Globalization;
using System.Reflection;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using VQWave.Models;
using VQWave.Training.Data;
using VQWave.Training.Training;

namespace VQWave.Training.Reporting;

/// <summary>
/// The folder <c>OUTPUT/NAME</c> that tells of one run: <c>config.json</c> (all options), <c>metrics.csv</c>, <c>log.txt</c>, <c>samples/</c> and
/// <c>report.html</c>. It can be copied elsewhere as it is.
/// </summary>
internal sealed class RunFolder
{
    private static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };
    private readonly string _log;

    /// <summary>Opens the folder: anew, or going on in it.</summary>
    /// <param name="options">The run's options.</param>
    /// <param name="name">The network's name, such as <c>vqvae_8</c>.</param>
    /// <exception cref="VQWaveException">It cannot be written.</exception>
    public RunFolder(TrainingOptions options, string name)
    {
        (Options, Name) = (options, name);
        Directory = Path.Combine(options.OutputDirectory, name);
        _log = Path.Combine(Directory, "log.txt");
        WeightFiles.PrepareDirectory(Samples);
        var goesOn = options.Resume || options.StartEpoch > 0;
        if (!goesOn)
        {
            AtomicFile.Remove(_log);
            foreach (var file in System.IO.Directory.GetFiles(Samples))
            {
                AtomicFile.Remove(file);
            }
        }

        var config = ToJson(options);
        var before = goesOn ? ReadConfig() : null;
        AtomicFile.WriteText(Path.Combine(Directory, "config.json"), config.ToJsonString(Indented) + "\n");
        Log(goesOn ? "goes on" : "begins");
        foreach (var (key, value) in config.Where(p => before is not null && !JsonNode.DeepEquals(before[p.Key], p.Value)))
        {
            Log(
                key == "configuration"
                    ? "another configuration"
                    : $"{key} is {value?.ToJsonString() ?? "null"}, was {before![key]?.ToJsonString() ?? "null"}"
            );
        }
    }

    /// <summary>The folder.</summary>
    public string Directory { get; }

    /// <summary>The network's name.</summary>
    public string Name { get; }

    /// <summary>The run's options.</summary>
    public TrainingOptions Options { get; }

    /// <summary>One row for each epoch.</summary>
    public string Metrics => Path.Combine(Directory, "metrics.csv");

    /// <summary>Folder of sounds and spectrograms.</summary>
    public string Samples => Path.Combine(Directory, "samples");

    /// <summary>The page.</summary>
    public string Report => Path.Combine(Directory, "report.html");

    /// <summary>All options of a run, by name.</summary>
    public static JsonObject ToJson(TrainingOptions options)
    {
        var json = new JsonObject();
        foreach (var property in options.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(p => p.CanWrite))
        {
            json[JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name)] = property.GetValue(options) switch
            {
                null => null,
                HierarchyConfiguration configuration => JsonNode.Parse(HierarchyConfigurationJson.Serialize(configuration)),
                Enum choice => choice.ToString().ToLowerInvariant(),
                var value => JsonSerializer.SerializeToNode(value, property.PropertyType),
            };
        }

        return json;
    }

    /// <summary>Adds a line with the time to the log.</summary>
    /// <exception cref="VQWaveException">The log cannot be written.</exception>
    public void Log(string line)
    {
        try
        {
            File.AppendAllText(
                _log,
                $"{DateTime.UtcNow.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture)}Z {line}\n",
                new UTF8Encoding(encoderShouldEmitUTF8Identifier: false)
            );
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new VQWaveException($"{_log} cannot be written: {e.Message}", e);
        }
    }

    private JsonObject? ReadConfig()
    {
        try
        {
            return JsonNode.Parse(File.ReadAllText(Path.Combine(Directory, "config.json"))) as JsonObject;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }
}
