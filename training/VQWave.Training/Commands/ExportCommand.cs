using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using VQWave.Models;
using VQWave.OnnxExport;
using VQWave.OnnxExport.Quantization;
using VQWave.Training.Data;
using VQWave.Training.Evaluation;
using VQWave.Training.Export;

namespace VQWave.Training.Commands;

/// <summary><c>vqwave-train export</c>.</summary>
internal static class ExportCommand
{
    private const string Help = """
        Write a model pack: one ONNX file for each stage and model.json. Each stage is run in ONNX Runtime against libtorch first; a pack that differs
        by more than 1e-4 is refused.

        With --precision int8 or int4 the matrices of the generators are then quantised, which makes steps faster and packs smaller; all else stays as it is.
        The scales are fitted to music that the pack itself generates. With --data-dir what that costs is measured on those files, in ONNX Runtime, and
        kept in model.json: bits per code of the float and of the quantised generator, teacher-forced, and the share of codes for which both
        have the same likeliest one. Give music that the pack was not trained on.
        With --from-pack the float weights are those of a pack that is there already.

        Examples:
          vqwave-train export --weights-dir weights --output models/mine
          vqwave-train export --weights-dir weights --output models/mine --storage float16 --precision int8 --data-dir held-out
          vqwave-train export --from-pack models/mine --precision int4 --output models/mine-int4 --data-dir held-out
        """;

    public static Command Create()
    {
        var weights = new Option<string>("--weights-dir")
        {
            Description = "Folder of the trained weights",
            DefaultValueFactory = _ => "weights",
            HelpName = "DIR",
        };
        var fromPack = new Option<string?>("--from-pack")
        {
            Description = "Quantise the generators of this pack instead of exporting weights",
            HelpName = "DIR",
        };
        var output = PackOptions.Output();
        var preset = CommonOptions.Configuration();
        var epoch = new Option<int?>("--epoch")
        {
            Description = "Take the numbered weights of this epoch; the final ones otherwise",
            HelpName = "N",
        };
        var name = new Option<string?>("--name") { Description = "The pack's name; the folder's otherwise", HelpName = "TEXT" };
        var license = new Option<string?>("--license") { Description = "Licence of the pack, such as MIT", HelpName = "TEXT" };
        var description = new Option<string?>("--description") { Description = "One sentence about it", HelpName = "TEXT" };
        var training = new Option<string?>("--training")
        {
            Description = "JSON file that says how it was trained, copied into model.json",
            HelpName = "FILE",
        };
        var storage = PackOptions.Storage();
        var precision = PackOptions.Precision();
        var data = new Option<string?>("--data-dir")
        {
            Description = "Folder of held-out .u16 files: verify on music beside noise, and measure what quantising costs",
            HelpName = "DIR",
        };
        var maxCodes = new Option<long>("--max-codes")
        {
            Description = "Codes that what quantising costs is measured on at each level, evenly over the files",
            DefaultValueFactory = _ => 200_000,
            HelpName = "N",
        };
        var json = CommonOptions.Json();
        var command = new Command("export", Help)
        {
            weights,
            fromPack,
            output,
            preset,
            epoch,
            name,
            license,
            description,
            training,
            storage,
            precision,
            data,
            maxCodes,
            json,
        };
        Option[] ofWeights = [weights, preset, epoch, training, storage];
        command.SetAction(
            (parse, cancellation) =>
            {
                var target = parse.GetValue(output)!;
                var toPrecision = PackOptions.ReadPrecision(parse.GetValue(precision)!);
                var music = parse.GetValue(data);
                if (parse.GetValue(maxCodes) < 1)
                {
                    throw new VQWaveException($"--max-codes {parse.GetValue(maxCodes)} is below 1: give a number of codes.");
                }

                if (toPrecision == GeneratorPrecision.Float32 || music is null)
                {
                    CommonOptions.Refuse(parse, [maxCodes], "nothing is measured (it needs --precision int8 or int4, and --data-dir)");
                }

                if (parse.GetValue(fromPack) is { } source)
                {
                    CommonOptions.Refuse(parse, ofWeights, "--from-pack is given");
                    if (toPrecision == GeneratorPrecision.Float32)
                    {
                        throw new VQWaveException("--from-pack needs --precision int8 or int4: the pack is float already.");
                    }

                    var options = new PackQuantizerOptions
                    {
                        Plan = QuantizationPlan.For(toPrecision),
                        Name = parse.GetValue(name) ?? NameOf(target),
                        License = parse.GetValue(license),
                        Description = parse.GetValue(description),
                    };
                    var pack = ModelPack.Open(ModelPackLocator.FromEnvironment().Find(source));
                    var manifest = Quantize(pack, target, options, music, parse.GetValue(maxCodes), cancellation);
                    ExportReport.Write(target, manifest, [], pack.Bytes, parse.GetValue(json));
                    return Task.FromResult(ExitCodes.Success);
                }

                var configuration = CommonOptions.ReadConfiguration(parse.GetValue(preset)!);
                var kind = PackOptions.ReadStorage(parse.GetValue(storage)!);
                var levels = WeightSets.Read(configuration, parse.GetValue(weights)!, parse.GetValue(epoch), kind);
                var contents = new ModelPackContents
                {
                    Name = parse.GetValue(name) ?? NameOf(target),
                    License = parse.GetValue(license),
                    Description = parse.GetValue(description),
                    Configuration = configuration,
                    Levels = levels,
                    Training = ReadTraining(parse.GetValue(training)),
                    Options = new ExportOptions { Storage = kind },
                };
                var sample = ReadMusic(configuration, music);
                if (toPrecision == GeneratorPrecision.Float32)
                {
                    return Task.FromResult(Write(target, contents, sample, parse.GetValue(json), cancellation));
                }

                WriteQuantized(target, contents, sample, toPrecision, music, parse.GetValue(maxCodes), parse.GetValue(json), cancellation);
                return Task.FromResult(ExitCodes.Success);
            }
        );
        return command;
    }

    /// <summary>Writes a float pack and reports.</summary>
    /// <param name="target">The pack's folder.</param>
    /// <param name="contents">What it holds.</param>
    /// <param name="music">Samples to verify with beside noise, or null.</param>
    /// <param name="json">Whether to report as JSON.</param>
    /// <param name="cancellation">Ends it; nothing is left then.</param>
    /// <param name="verify">Whether to compare the graphs with libtorch first.</param>
    internal static int Write(
        string target,
        ModelPackContents contents,
        float[]? music,
        bool json,
        CancellationToken cancellation,
        bool verify = true
    )
    {
        var (manifest, parity) = verify
            ? WriteFloat(target, contents, music, cancellation)
            : (ModelPackWriter.Write(target, contents, cancellation: cancellation), []);
        ExportReport.Write(target, manifest, parity, null, json);
        return ExitCodes.Success;
    }

    private static (ModelManifest Manifest, IReadOnlyList<StageParity> Parity) WriteFloat(
        string target,
        ModelPackContents contents,
        float[]? music,
        CancellationToken cancellation
    )
    {
        IReadOnlyList<StageParity> parity = [];
        var check = new PackParity(contents.Configuration, contents.Levels);
        var manifest = ModelPackWriter.Write(
            target,
            contents,
            directory =>
                parity = check.Verify(directory, music, level => Console.Error.WriteLine($"verifying level {level} against libtorch")),
            cancellation
        );
        return (manifest, parity);
    }

    // By way of a float pack beside it, which is proven against libtorch and quantised as any other.
    private static void WriteQuantized(
        string target,
        ModelPackContents contents,
        float[]? sample,
        GeneratorPrecision precision,
        string? music,
        long maxCodes,
        bool json,
        CancellationToken cancellation
    )
    {
        ModelPackWriter.CheckTarget(target);
        var temporary = $"{Path.TrimEndingDirectorySeparator(Path.GetFullPath(target))}.float-{Guid.NewGuid():N}";
        try
        {
            var (_, parity) = WriteFloat(temporary, contents, sample, cancellation);
            var pack = ModelPack.Open(temporary);
            var options = new PackQuantizerOptions { Plan = QuantizationPlan.For(precision) };
            var manifest = Quantize(pack, target, options, music, maxCodes, cancellation);
            ExportReport.Write(target, manifest, parity, pack.Bytes, json);
        }
        finally
        {
            if (Directory.Exists(temporary))
            {
                Directory.Delete(temporary, recursive: true);
            }
        }
    }

    private static ModelManifest Quantize(
        ModelPack pack,
        string target,
        PackQuantizerOptions options,
        string? music,
        long maxCodes,
        CancellationToken cancellation
    )
    {
        // Whatever can be refused is refused before the work.
        PackQuantizer.CheckSource(pack, target);
        ModelPackWriter.CheckTarget(target);
        if (music is not null)
        {
            new U16Dataset(music, pack.Configuration.Coarsest.Compression).Dispose();
        }

        Func<string, IReadOnlyDictionary<string, QuantizationLoss>>? measure = music is null
            ? null
            : folder => new QuantizationMeter(pack, music, maxCodes).Measure(folder, cancellation);
        if (music is null)
        {
            Console.Error.WriteLine("What quantising costs is not measured: give --data-dir with held-out .u16 files.");
        }

        return PackQuantizer.Write(
            pack,
            target,
            options,
            measure,
            level => Console.Error.WriteLine($"quantising the generator of level {level}"),
            cancellation
        );
    }

    private static string NameOf(string target) => Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(target)));

    private static JsonObject? ReadTraining(string? path)
    {
        if (path is null)
        {
            return null;
        }

        try
        {
            return JsonNode.Parse(File.ReadAllText(path)) as JsonObject ?? throw new JsonException("it is not an object");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            throw new VQWaveException($"{path} is not a readable JSON object: {e.Message}", e);
        }
    }

    private static float[]? ReadMusic(HierarchyConfiguration configuration, string? directory)
    {
        if (directory is null)
        {
            return null;
        }

        using var data = new U16Dataset(directory, configuration.Coarsest.Compression);
        var file = data.Files[0];

        // From the middle: pieces begin with silence.
        var samples = new float[Math.Min(file.Length, 1 << 18)];
        file.Read((file.Length - samples.Length) / 2, samples);
        return samples;
    }
}
