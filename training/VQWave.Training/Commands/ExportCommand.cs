using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using VQWave.Models;
using VQWave.OnnxExport;
using VQWave.Training.Data;
using VQWave.Training.Export;

namespace VQWave.Training.Commands;

/// <summary><c>vqwave-train export</c>.</summary>
internal static class ExportCommand
{
    public static Command Create()
    {
        var weights = new Option<string>("--weights-dir")
        {
            Description = "Folder of the trained weights",
            DefaultValueFactory = _ => "weights",
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
        var data = new Option<string?>("--data-dir")
        {
            Description = "Folder of .u16 files: verify on music beside noise",
            HelpName = "DIR",
        };
        var json = CommonOptions.Json();
        var command = new Command(
            "export",
            "Write a model pack: one ONNX file for each stage and model.json. Each stage is run in ONNX Runtime against libtorch first; a pack that differs by more than 1e-4 is refused."
        )
        {
            weights,
            output,
            preset,
            epoch,
            name,
            license,
            description,
            training,
            storage,
            data,
            json,
        };
        command.SetAction(
            (parse, cancellation) =>
            {
                var configuration = CommonOptions.ReadConfiguration(parse.GetValue(preset)!);
                var kind = PackOptions.ReadStorage(parse.GetValue(storage)!);
                var target = parse.GetValue(output)!;
                var levels = WeightSets.Read(configuration, parse.GetValue(weights)!, parse.GetValue(epoch), kind);
                var contents = new ModelPackContents
                {
                    Name = parse.GetValue(name) ?? Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(target))),
                    License = parse.GetValue(license),
                    Description = parse.GetValue(description),
                    Configuration = configuration,
                    Levels = levels,
                    Training = ReadTraining(parse.GetValue(training)),
                    Options = new ExportOptions { Storage = kind },
                };
                return Task.FromResult(
                    Write(target, contents, ReadMusic(configuration, parse.GetValue(data)), parse.GetValue(json), cancellation)
                );
            }
        );
        return command;
    }

    internal static int Write(string target, ModelPackContents contents, float[]? music, bool json, CancellationToken cancellation)
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
        var bytes = manifest.Files.Values.Sum(f => f.Bytes);
        if (json)
        {
            Console.WriteLine(
                new JsonObject
                {
                    ["pack"] = Path.GetFullPath(target),
                    ["bytes"] = bytes,
                    ["start_codes"] = new JsonArray([.. manifest.StartCodes.Select(c => JsonValue.Create(c))]),
                    ["parity"] = new JsonArray([
                        .. parity.Select(p => new JsonObject
                        {
                            ["stage"] = p.Stage,
                            ["input"] = p.Input,
                            ["maximum_difference"] = p.MaximumDifference,
                            ["different_codes"] = p.DifferentCodes,
                        }),
                    ]),
                }.ToJsonString()
            );
        }
        else
        {
            foreach (var stage in parity)
            {
                Console.WriteLine($"{stage.Stage, -14} {stage.Input, -6} differs from libtorch by {stage.MaximumDifference:0.0e+0}");
            }

            Console.WriteLine($"{target}: {manifest.Files.Count} stages, {bytes / 1e6:0.0} MB");
        }

        return ExitCodes.Success;
    }

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
