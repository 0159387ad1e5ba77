using System.Text.Json.Nodes;
using VQWave.Generation;
using VQWave.Inference;
using VQWave.Models;
using VQWave.Player.Output;

namespace VQWave.Player.Commands;

/// <summary>What was generated, as a table or as JSON.</summary>
/// <param name="pack">The pack.</param>
/// <param name="device">Where the networks ran.</param>
/// <param name="request">What was asked for.</param>
/// <param name="files">Where it was written.</param>
/// <param name="sounds">Each level of each piece, level after level.</param>
/// <param name="samples">Samples of each piece.</param>
/// <param name="elapsed">Seconds that everything took.</param>
internal sealed class GenerationReport(
    ModelPack pack,
    string device,
    GenerationRequest request,
    GenerationFiles files,
    IReadOnlyList<GeneratedSound> sounds,
    int samples,
    double elapsed
)
{
    private readonly double seconds = (double)samples / pack.Configuration.SampleRate;

    // Of all pieces together.
    private double RealTimeFactor => request.Count * seconds / elapsed;

    public void Write(TextWriter output)
    {
        var isOne = request.Count == 1;
        string[] headings = ["level", "codes", "used", "entropy", "T", "top-k", "generate s", "decode s", "RMS dBFS", "peak dBFS", "file"];
        var table = new TextTable(isOne ? headings : ["seed", .. headings]);
        foreach (var sound in sounds.OrderBy(s => s.Piece))
        {
            var index = sound.Level.Index;
            var statistics = sound.Statistics;
            string[] cells =
            [
                $"{sound.Level.Level.Name}x",
                $"{statistics.Total}",
                $"{statistics.Used}",
                $"{statistics.EntropyBits:F2}",
                $"{request.Sampling.TemperatureOf(index)}",
                $"{request.Sampling.TopKOf(index)}",
                $"{sound.Level.Seconds / request.Count:F2}",
                sound.Loudness is null ? "–" : $"{sound.DecodeSeconds:F2}",
                sound.Loudness is null ? "–" : Decibels(sound.Loudness.RmsDecibels),
                sound.Loudness is null ? "–" : Decibels(sound.Loudness.PeakDecibels),
                files.PathOf(sound.Piece, index) ?? "–",
            ];
            table.Add(isOne ? cells : [$"{request.SeedOf(sound.Piece)}", .. cells]);
        }

        table.Write(output);
        var what = isOne ? $"{seconds:F2} s" : $"{request.Count} pieces of {seconds:F2} s";
        var speed = $"{RealTimeFactor:F2} times real time{(isOne ? "" : ", all pieces together")}";
        var seeds = isOne ? $"seed {request.Seed}" : $"seeds {request.Seed} to {request.SeedOf(request.Count - 1)}";
        output.WriteLine(
            $"{pack.Manifest.Name}: {what} in {elapsed:F2} s ({speed}) on the {device} in {sounds[^1].Level.Precision.ToName()}, {seeds}."
        );
    }

    /// <summary>A single piece's figures stand with its levels; those of several in <c>pieces</c>, and <c>levels</c> has what they share.</summary>
    public JsonObject ToJson()
    {
        var isOne = request.Count == 1;
        var levels = new JsonArray();
        foreach (var level in sounds.Select(s => s.Level).Distinct())
        {
            var shared = new JsonObject
            {
                ["level"] = level.Level.Compression,
                ["codes"] = level.Codes.Length,
                ["temperature"] = Json.Number(request.Sampling.TemperatureOf(level.Index)),
                ["top_k"] = request.Sampling.TopKOf(level.Index),
                ["engine"] = level.Engine,
                ["precision"] = level.Precision.ToName(),
                ["generate_seconds"] = Json.Number(level.Seconds),
            };
            if (isOne)
            {
                AddFigures(shared, sounds.Single(s => s.Level == level));
            }

            levels.Add(shared);
        }

        var report = new JsonObject
        {
            ["model"] = pack.Manifest.Name,
            ["directory"] = pack.Directory,
            ["device"] = device,
            ["seed"] = request.Seed,
            ["count"] = request.Count,
            ["sample_rate"] = pack.Configuration.SampleRate,
            ["samples"] = samples,
            ["seconds"] = Json.Number(seconds),
            ["elapsed_seconds"] = Json.Number(elapsed),
            ["real_time_factor"] = Json.Number(RealTimeFactor),
            ["levels"] = levels,
        };
        if (isOne)
        {
            report["file"] = files.PathOf(0, request.FinestLevel);
        }
        else
        {
            report["pieces"] = new JsonArray([.. Enumerable.Range(0, request.Count).Select(Piece)]);
        }

        return report;
    }

    private JsonObject Piece(int piece)
    {
        var levels = new JsonArray();
        foreach (var sound in sounds.Where(s => s.Piece == piece))
        {
            var level = new JsonObject { ["level"] = sound.Level.Level.Compression };
            AddFigures(level, sound);
            levels.Add(level);
        }

        return new JsonObject
        {
            ["seed"] = request.SeedOf(piece),
            ["file"] = files.PathOf(piece, request.FinestLevel),
            ["levels"] = levels,
        };
    }

    private void AddFigures(JsonObject level, GeneratedSound sound)
    {
        level["codes_used"] = sound.Statistics.Used;
        level["entropy_bits"] = Json.Number(sound.Statistics.EntropyBits);
        if (sound.Loudness is { } loudness)
        {
            level["decode_seconds"] = Json.Number(sound.DecodeSeconds);
            level["rms_dbfs"] = Json.Number(loudness.RmsDecibels);
            level["peak_dbfs"] = Json.Number(loudness.PeakDecibels);
            level["clipped_share"] = Json.Number(loudness.ClippedShare);
            level["file"] = files.PathOf(sound.Piece, sound.Level.Index);
        }
    }

    private static string Decibels(double value) => double.IsFinite(value) ? $"{value:F1}" : "silent";
}
