using System.Text.Json;
using System.Text.Json.Nodes;
using VQWave.Models;
using VQWave.Training.Data;

namespace VQWave.Training.Evaluation;

/// <summary>Keeps measured figures in a pack's <c>model.json</c>.</summary>
internal static class ManifestMetrics
{
    private static readonly JsonSerializerOptions Options = new() { WriteIndented = true };

    /// <summary>
    /// Replaces the figures of the measured levels under <c>metrics</c>; all else stays, also parts that this version does not know. The file is
    /// there whole, old or new, at any time.
    /// </summary>
    /// <param name="directory">The pack's folder.</param>
    /// <param name="levels">What was measured.</param>
    /// <exception cref="VQWaveException">The manifest cannot be read or written, or would not be valid.</exception>
    public static void Write(string directory, IReadOnlyList<LevelFigures> levels)
    {
        var path = Path.Combine(directory, ModelManifest.FileName);
        JsonObject manifest;
        try
        {
            manifest =
                JsonNode.Parse(File.ReadAllText(path)) as JsonObject
                ?? throw new VQWaveException($"{path} is not a model manifest: export the pack again.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            throw new VQWaveException($"{path} cannot be read: {e.Message}", e);
        }

        if (manifest["metrics"] is not JsonObject metrics)
        {
            metrics = [];
            manifest["metrics"] = metrics;
        }

        foreach (var level in levels)
        {
            // A generator's figures stay where only the VQ-VAE was measured anew.
            var measured = EvaluationJson.Compact(level);
            if (metrics[level.Level.Name] is JsonObject known)
            {
                foreach (var (name, value) in measured)
                {
                    known[name] = value?.DeepClone();
                }
            }
            else
            {
                metrics[level.Level.Name] = measured;
            }
        }

        var text = manifest.ToJsonString(Options) + "\n";
        ModelManifestJson.Deserialize(text, path);
        AtomicFile.WriteText(path, text);
    }
}
