using System.Globalization;
using VQWave.Controls;
using VQWave.Devices;
using VQWave.Generation;
using VQWave.Inference;
using VQWave.Models;

namespace VQWave.Player.Commands;

/// <summary>Texts of options to values, each refusal one sentence with the option, the value and what it may be.</summary>
internal static class CommandLineValues
{
    private const NumberStyles RealStyle = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;

    public static double Seconds(string text) =>
        double.TryParse(text, RealStyle, CultureInfo.InvariantCulture, out var value)
        && value is > 0 and <= GenerationRequest.MaximumSeconds
            ? value
            : throw new UsageException(
                $"--seconds '{text}' is not a number above 0 and up to {GenerationRequest.MaximumSeconds} (a piece is held in memory)."
            );

    public static int Length(string text) =>
        int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) && value >= 1
            ? value
            : throw new UsageException($"--length '{text}' is not a number of codes, 1 or more.");

    public static ulong Seed(string? text)
    {
        // Short enough to be typed again.
        if (text is null)
        {
            return (ulong)Random.Shared.Next();
        }

        return ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value)
            ? value
            : throw new UsageException($"--seed '{text}' is not a whole number from 0 to {ulong.MaxValue}.");
    }

    public static IReadOnlyList<float> Temperatures(string text) =>
        List(
            "--temperature",
            text,
            part =>
                float.TryParse(part, RealStyle, CultureInfo.InvariantCulture, out var value)
                && value is >= 0 and <= SamplingSettings.MaximumTemperature
                    ? value
                    : throw new UsageException(
                        $"--temperature '{part}' is not a number from 0 (greedy) to {SamplingSettings.MaximumTemperature}."
                    )
        );

    public static IReadOnlyList<int> TopKs(string text) =>
        List(
            "--top-k",
            text,
            part =>
                int.TryParse(part, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value)
                && value is >= 0 and <= SamplingSettings.MaximumTopK
                    ? value
                    : throw new UsageException(
                        $"--top-k '{part}' is not a whole number from 0 (all codes) to {SamplingSettings.MaximumTopK}."
                    )
        );

    /// <summary>
    /// One value for all levels, or one for each of the pack's or of the generated levels; completed to one for each level of the pack.
    /// </summary>
    public static IReadOnlyList<T> PerLevel<T>(string option, IReadOnlyList<T> values, int generated, int levels)
    {
        if (values.Count == 1)
        {
            return [.. Enumerable.Repeat(values[0], levels)];
        }

        if (values.Count == levels)
        {
            return values;
        }

        if (values.Count == generated)
        {
            return [.. values, .. Enumerable.Repeat(values[^1], levels - generated)];
        }

        var possible = generated == levels ? $"1 or {levels}" : $"1, {generated} or {levels}";
        throw new UsageException(
            $"{option} has {values.Count} values where {possible} are possible: one for all levels, or one for each, coarsest first."
        );
    }

    public static InferenceOptions Inference(string? device, bool noGpu, string? precision)
    {
        if (noGpu && device is ("cuda" or "tensorrt"))
        {
            throw new UsageException($"--device {device} and --no-gpu contradict each other: give one of them.");
        }

        return new InferenceOptions
        {
            Device = (noGpu ? "cpu" : device ?? "auto") switch
            {
                "auto" => InferenceDevice.Auto,
                "cpu" => InferenceDevice.Cpu,
                "cuda" => InferenceDevice.Cuda,
                "tensorrt" => InferenceDevice.TensorRt,
                _ => throw new UsageException($"--device '{device}' is not auto, cpu, cuda or tensorrt."),
            },
            Precision = Precision(precision ?? "auto"),
            GraphCache = UserFolders.FromEnvironment().Graphs,
        };
    }

    public static InferencePrecision Precision(string text) =>
        InferencePrecisionNames.TryParse(text, out var precision)
            ? precision
            : throw new UsageException($"--precision '{text}' is not auto, fp32, fp16, int8 or int4.");

    /// <summary>Index of the finest level that a selection of generators names.</summary>
    public static int FinestLevel(string text, HierarchyConfiguration configuration)
    {
        if (text == "all")
        {
            return configuration.Levels.Count - 1;
        }

        var names = text.Split(',', StringSplitOptions.TrimEntries);
        var indices = Array.ConvertAll(names, name => IndexOfGenerator(name, configuration));
        if (indices.Length > 1 && !indices.Order().SequenceEqual(Enumerable.Range(0, indices.Length)))
        {
            throw new UsageException(
                $"--generators '{text}' skips or repeats a level: a list begins at {configuration.Coarsest.GeneratorName} and leaves none out, or names just the finest one."
            );
        }

        return indices.Max();
    }

    public static int Level(string? text, HierarchyConfiguration configuration)
    {
        if (text is null)
        {
            return configuration.Levels.Count - 1;
        }

        for (var i = 0; i < configuration.Levels.Count; i++)
        {
            var level = configuration.Levels[i];
            if (text == level.Name || text == level.VqvaeName || text == $"{level.Name}x")
            {
                return i;
            }
        }

        throw new UsageException($"--level '{text}' is not one of {string.Join(", ", configuration.Levels.Select(l => l.Name))}.");
    }

    public static void CheckAudioName(string option, string path)
    {
        if (!AudioFileWriter.Extensions.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase))
        {
            throw new UsageException(
                $"{option} '{path}' has no extension that can be written: use {string.Join(", ", AudioFileWriter.Extensions)}."
            );
        }
    }

    private static int IndexOfGenerator(string name, HierarchyConfiguration configuration)
    {
        for (var i = 0; i < configuration.Levels.Count; i++)
        {
            if (name == configuration.Levels[i].GeneratorName || name == configuration.Levels[i].Name)
            {
                return i;
            }
        }

        throw new UsageException(
            $"--generators '{name}' is not 'all' or one of {string.Join(", ", configuration.Levels.Select(l => l.GeneratorName))}."
        );
    }

    private static List<T> List<T>(string option, string text, Func<string, T> parse)
    {
        var parts = text.Split(',', StringSplitOptions.TrimEntries);
        return parts.Any(p => p.Length == 0)
            ? throw new UsageException($"{option} '{text}' lacks a value between its commas.")
            : [.. parts.Select(parse)];
    }
}
