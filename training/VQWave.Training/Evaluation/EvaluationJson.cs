using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace VQWave.Training.Evaluation;

/// <summary>Figures as JSON.</summary>
internal static class EvaluationJson
{
    private static readonly JsonSerializerOptions Options = new()
    {
        WriteIndented = true,
        // Names and paths stay readable; nothing here ends up in a web page.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>A number to six decimal places; null for what JSON cannot hold (infinity, NaN) and for null.</summary>
    public static JsonNode? Number(double? value) => value is { } v && double.IsFinite(v) ? JsonValue.Create(Math.Round(v, 6)) : null;

    /// <summary>Indented text.</summary>
    public static string Text(JsonNode node) => node.ToJsonString(Options);

    /// <summary>The figures of a level in the form that a pack's <c>model.json</c> keeps.</summary>
    public static JsonObject Compact(LevelFigures level)
    {
        var json = Reconstruction(level.Reconstruction);
        json["codes"] = level.Codes.Total;
        json["codes_used"] = level.Codes.Used;
        json["codebook_share"] = Number(level.Codes.Usage);
        json["perplexity"] = Number(level.Codes.Perplexity);
        json["entropy_bits"] = Number(level.Codes.EntropyBits);
        if (level.Generator is { } generator)
        {
            json["generator_codes"] = generator.Codes;
            json["bits_per_code"] = Number(generator.BitsPerCode);
            json["unigram_bits"] = Number(generator.UnigramBits);
            json["gain_bits"] = Number(generator.UnigramBits - generator.BitsPerCode);
            if (generator.BitsWithoutContext is { } without)
            {
                json["bits_without_context"] = Number(without);
                json["context_bits"] = Number(without - generator.BitsPerCode);
            }
        }

        return json;
    }

    /// <summary>The figures of a level with those of each file.</summary>
    public static JsonObject Full(LevelFigures level, IReadOnlyList<Excerpt> excerpts, int sampleRate)
    {
        var json = new JsonObject { ["level"] = level.Level.Compression };
        foreach (var (name, value) in Compact(level))
        {
            json[name] = value?.DeepClone();
        }

        var files = new JsonArray();
        for (var i = 0; i < excerpts.Count; i++)
        {
            var file = Reconstruction(level.Files[i]);
            file.Insert(0, "file", excerpts[i].Name);
            file["start_seconds"] = Number((double)excerpts[i].Start / sampleRate);
            file["seconds"] = Number((double)excerpts[i].Length / sampleRate);
            if (level.Generator is { } generator)
            {
                file["bits_per_code"] = Number(generator.BitsByFile[i]);
            }

            files.Add(file);
        }

        json["files"] = files;
        return json;
    }

    private static JsonObject Reconstruction(ReconstructionFigures figures) =>
        new()
        {
            ["si_sdr_db"] = Number(figures.SiSdrDecibels),
            ["lsd_db"] = Number(figures.LsdDecibels),
            ["lsd_above_80_db"] = Number(figures.AudibleLsdDecibels),
            ["spectral_convergence"] = Number(figures.SpectralConvergence),
            ["multi_scale_stft_nepers"] = Number(figures.StftNepers),
            ["mel_nepers"] = Number(figures.MelNepers),
        };
}
