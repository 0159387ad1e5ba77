using System.Text.Json.Nodes;
using VQWave.Models;
using VQWave.Training.Evaluation;

namespace VQWave.Training.Export;

/// <summary>Says on standard output what was exported.</summary>
internal static class ExportReport
{
    /// <summary>Writes it.</summary>
    /// <param name="target">The pack's folder.</param>
    /// <param name="manifest">Its manifest.</param>
    /// <param name="parity">How far its stages are from libtorch; empty where that was not looked at.</param>
    /// <param name="floatBytes">Size of the float pack that it was made of; null where it is one.</param>
    /// <param name="json">Whether as JSON.</param>
    public static void Write(string target, ModelManifest manifest, IReadOnlyList<StageParity> parity, long? floatBytes, bool json)
    {
        if (json)
        {
            Console.WriteLine(Json(target, manifest, parity, floatBytes).ToJsonString());
            return;
        }

        foreach (var stage in parity)
        {
            Console.WriteLine($"{stage.Stage, -14} {stage.Input, -6} differs from libtorch by {stage.MaximumDifference:0.0e+0}");
        }

        if (manifest.Quantization.Levels is { } levels)
        {
            WriteTable(manifest.Configuration, levels);
        }

        var bytes = manifest.Files.Values.Sum(f => f.Bytes);
        Console.WriteLine(
            $"{target}: {manifest.Files.Count} stages, {bytes / 1e6:0.0} MB"
                + (floatBytes is { } before ? $"; {before / 1e6:0.0} MB before its generators were quantised" : "")
        );
    }

    private static JsonObject Json(string target, ModelManifest manifest, IReadOnlyList<StageParity> parity, long? floatBytes)
    {
        var report = new JsonObject
        {
            ["pack"] = Path.GetFullPath(target),
            ["bytes"] = manifest.Files.Values.Sum(f => f.Bytes),
            ["start_codes"] = new JsonArray([.. manifest.StartCodes.Select(c => JsonValue.Create(c))]),
            ["precision"] = manifest.Quantization.Precision,
            ["parity"] = new JsonArray([
                .. parity.Select(p => new JsonObject
                {
                    ["stage"] = p.Stage,
                    ["input"] = p.Input,
                    ["maximum_difference"] = p.MaximumDifference,
                    ["different_codes"] = p.DifferentCodes,
                }),
            ]),
        };
        if (floatBytes is { } before)
        {
            report["float_bytes"] = before;
        }

        if (JsonNode.Parse(ModelManifestJson.Serialize(manifest))!["quantization"]?["levels"] is { } levels)
        {
            report["quantization"] = levels.DeepClone();
        }

        return report;
    }

    private static void WriteTable(HierarchyConfiguration configuration, IReadOnlyDictionary<string, QuantizedGenerator> levels)
    {
        var table = new FigureTable("generator", "matrices", "codes", "bits/code float", "quantised", "loss", "equal greedy");
        foreach (var level in configuration.Levels)
        {
            var generator = levels[level.Name];
            var formats = generator.Matrices.Select(m => $"{m.Key} {m.Value.Bits}/{m.Value.Block}");
            var loss = generator.HeldOut;
            table.Add(
                $"{level.Name}x",
                string.Join(' ', formats),
                loss is null ? "-" : $"{loss.Codes}",
                FigureTable.Cell(loss?.BitsPerCodeFloat, 4),
                FigureTable.Cell(loss?.BitsPerCode, 4),
                FigureTable.Cell(loss?.LossBits, 4),
                loss is null ? "-" : $"{100 * loss.EqualGreedyShare:F2} %"
            );
        }

        table.Write(Console.Out);
    }
}
