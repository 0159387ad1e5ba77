using System.Security.Cryptography;
using System.Text.Json.Nodes;
using VQWave.Inference;
using VQWave.Models;

namespace VQWave.OnnxExport.Quantization;

/// <summary>
/// Makes a pack with quantised generators of a float pack; the files of all other stages are copied as they are. The layout is that of
/// <c>docs/model-pack.md</c>, "Quantised generators".
/// </summary>
public static class PackQuantizer
{
    // What a float pack's metrics say of its generators is not true of quantised ones.
    private static readonly string[] GeneratorMetrics =
    [
        "generator_codes",
        "bits_per_code",
        "unigram_bits",
        "gain_bits",
        "bits_without_context",
        "context_bits",
    ];

    /// <summary>Writes the quantised pack; it appears whole or not at all.</summary>
    /// <param name="source">The float pack.</param>
    /// <param name="directory">The new pack's folder; a pack that stands there is replaced.</param>
    /// <param name="options">What is quantised, and how.</param>
    /// <param name="measure">
    /// Called with the finished pack's temporary folder; gives what each generator's quantisation costs, by the level's name, for the manifest. An exception
    /// from it leaves everything as it was.
    /// </param>
    /// <param name="progress">Told of each level before it is quantised.</param>
    /// <param name="cancellation">Stops the work; nothing is left behind.</param>
    /// <returns>The manifest that was written.</returns>
    /// <exception cref="VQWaveException">The pack is not valid or is quantised already, or the folder cannot be written.</exception>
    public static ModelManifest Write(
        ModelPack source,
        string directory,
        PackQuantizerOptions options,
        Func<string, IReadOnlyDictionary<string, QuantizationLoss>>? measure = null,
        Action<string>? progress = null,
        CancellationToken cancellation = default
    )
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentException.ThrowIfNullOrWhiteSpace(directory);
        ArgumentNullException.ThrowIfNull(options);
        CheckSource(source, directory);
        return ModelPackWriter.WriteWhole(
            directory,
            folder =>
            {
                var manifest = WriteFiles(source, folder, options, progress, cancellation);
                ModelPackWriter.WriteManifest(folder, manifest);
                if (measure is null)
                {
                    return manifest;
                }

                var losses = measure(folder);
                var levels = manifest.Quantization.Levels!.ToDictionary(
                    p => p.Key,
                    p => p.Value with { HeldOut = losses.GetValueOrDefault(p.Key) },
                    StringComparer.Ordinal
                );
                manifest = manifest with { Quantization = manifest.Quantization with { Levels = levels } };
                File.Delete(Path.Combine(folder, ModelManifest.FileName));
                ModelPackWriter.WriteManifest(folder, manifest);
                return manifest;
            },
            cancellation
        );
    }

    /// <summary>Refuses a source that cannot be quantised into a folder, before any work is done.</summary>
    /// <param name="source">The float pack.</param>
    /// <param name="directory">The new pack's folder.</param>
    /// <exception cref="VQWaveException">It is quantised already, or lies in that folder.</exception>
    public static void CheckSource(ModelPack source, string directory)
    {
        ArgumentNullException.ThrowIfNull(source);
        if (source.Manifest.Quantization.Generators is { } precision)
        {
            throw new VQWaveException(
                $"The generators of {source.Directory} are quantised to {precision} already: give the float pack that it was made of."
            );
        }

        var target = Path.TrimEndingDirectorySeparator(Path.GetFullPath(directory));
        if (target == Path.TrimEndingDirectorySeparator(source.Directory))
        {
            throw new VQWaveException(
                $"{directory} is the pack that is to be quantised: give another folder, the float weights are worth keeping."
            );
        }
    }

    private static ModelManifest WriteFiles(
        ModelPack source,
        string folder,
        PackQuantizerOptions options,
        Action<string>? progress,
        CancellationToken cancellation
    )
    {
        var runtime = InferenceRuntime.Create(new InferenceOptions { Device = InferenceDevice.Cpu });
        var calibration =
            options.CalibrationSteps > 0 ? new GeneratorCalibration(source, runtime, options.CalibrationSteps, options.Seed) : null;
        var files = new Dictionary<string, ModelFile>(source.Manifest.Files, StringComparer.Ordinal);
        var levels = new Dictionary<string, QuantizedGenerator>(StringComparer.Ordinal);
        for (var i = 0; i < source.Configuration.Levels.Count; i++)
        {
            var level = source.Configuration.Levels[i];
            progress?.Invoke(level.Name);
            var path = source.PathOf(ModelStage.Generator, i);
            var graph = GeneratorGraph.Parse(File.ReadAllBytes(path), level, path);
            var moments = calibration?.Next(graph, cancellation);
            var (bytes, formats) = QuantizeGenerator(graph, options.Plan, moments, cancellation);
            var name = ModelStages.FileName(ModelStage.Generator, level);
            ModelPackWriter.WriteFlushed(Path.Combine(folder, name), bytes);
            files[name] = new ModelFile { Sha256 = Convert.ToHexStringLower(SHA256.HashData(bytes)), Bytes = bytes.LongLength };
            levels[level.Name] = new QuantizedGenerator { Precision = options.Plan.Name, Matrices = formats };
        }

        foreach (var name in files.Keys.Where(name => !File.Exists(Path.Combine(folder, name))))
        {
            cancellation.ThrowIfCancellationRequested();
            ModelPackWriter.WriteFlushed(Path.Combine(folder, name), File.ReadAllBytes(Path.Combine(source.Directory, name)));
        }

        var manifest = source.Manifest;
        return manifest with
        {
            Name = options.Name ?? manifest.Name,
            License = options.License ?? manifest.License,
            Description = options.Description ?? manifest.Description,
            Quantization = manifest.Quantization with
            {
                Generators = options.Plan.Name,
                Calibration = calibration is null
                    ? null
                    : new JsonObject
                    {
                        ["music"] = "generated by the float pack",
                        ["codes_per_level"] = GeneratorCalibration.Pieces * options.CalibrationSteps,
                        ["seed"] = options.Seed,
                    },
                Levels = levels,
            },
            Metrics = WithoutGenerators(manifest.Metrics),
            Files = files,
        };
    }

    /// <summary>A generator's file with the matrices of a plan quantised.</summary>
    internal static (byte[] Bytes, IReadOnlyDictionary<string, QuantizedMatrixFormat> Formats) QuantizeGenerator(
        GeneratorGraph graph,
        QuantizationPlan plan,
        IReadOnlyDictionary<string, double[]>? moments,
        CancellationToken cancellation = default
    )
    {
        var quantized = new Dictionary<string, QuantizedMatrix>(StringComparer.Ordinal);
        foreach (var matrix in graph.Matrices)
        {
            cancellation.ThrowIfCancellationRequested();
            if (plan.FormatOf(matrix.Name, matrix.Columns) is { } format)
            {
                quantized[matrix.Name] = MatrixQuantizer.Quantize(
                    matrix.Values,
                    matrix.Rows,
                    matrix.Columns,
                    format,
                    moments?[matrix.Name]
                );
            }
        }

        return (graph.WithQuantized(quantized, plan.Name), quantized.ToDictionary(p => p.Key, p => p.Value.Format, StringComparer.Ordinal));
    }

    private static JsonObject? WithoutGenerators(JsonObject? metrics)
    {
        var kept = metrics?.DeepClone().AsObject();
        foreach (var figures in kept?.Select(p => p.Value).OfType<JsonObject>() ?? [])
        {
            foreach (var name in GeneratorMetrics)
            {
                figures.Remove(name);
            }
        }

        return kept;
    }
}
