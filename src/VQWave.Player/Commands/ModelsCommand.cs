using System.CommandLine;
using System.Text.Json.Nodes;
using VQWave.Inference;
using VQWave.Models;
using VQWave.Player.Output;

namespace VQWave.Player.Commands;

/// <summary><c>vqwave models</c></summary>
internal static class ModelsCommand
{
    public static Command Create()
    {
        var directory = new Argument<string?>("DIR")
        {
            Arity = ArgumentArity.ZeroOrOne,
            Description = "A pack, or a folder of packs [default: everywhere packs are looked for]",
        };
        var verify = new Option<bool>("--verify")
        {
            Description = "Check every file and run every network once; the exit status is 1 where a pack is not fit to be played",
        };
        var json = CommonOptions.Json();
        var command = new Command(
            "models",
            """
            List model packs. They are looked for in the folders of VQWAVE_MODELS, in models/ of the program's folder or one above it,
            and in vqwave/models of the user's data folder (~/.local/share, or XDG_DATA_HOME).

            Examples:
              vqwave models
              vqwave models models/mine --verify
            """
        )
        {
            directory,
            verify,
            json,
        };
        command.SetAction(
            (result, cancellation) =>
                Task.Run(
                    () => Execute(result.GetValue(directory), result.GetValue(verify), result.GetValue(json), cancellation),
                    CancellationToken.None
                )
        );
        return command;
    }

    private static int Execute(string? directory, bool verify, bool json, CancellationToken cancellation)
    {
        var locator = ModelPackLocator.FromEnvironment();
        var packs = Find(locator, directory);
        var checks = new List<string?>();
        foreach (var pack in packs)
        {
            cancellation.ThrowIfCancellationRequested();
            checks.Add(verify ? Verify(pack) : pack.Problem);
        }

        if (json)
        {
            WriteJson(packs, checks, verify);
        }
        else if (packs.Count == 0)
        {
            Console.Out.WriteLine($"There is no model pack in {string.Join(" or ", locator.Folders)}.");
        }
        else
        {
            WriteTable(packs, checks, verify);
        }

        var problems = checks.Where(c => c is not null).ToList();
        foreach (var problem in problems)
        {
            Console.Error.WriteLine(problem);
        }

        return problems.Count > 0 && (verify || directory is not null) ? ExitCodes.Failure : ExitCodes.Success;
    }

    private static IReadOnlyList<ModelPackEntry> Find(ModelPackLocator locator, string? directory)
    {
        if (directory is null)
        {
            return locator.List();
        }

        if (directory.StartsWith('-'))
        {
            throw new UsageException($"Unrecognized option '{directory}': see 'vqwave models --help'.");
        }

        var found = ModelPackLocator.ListFolder(directory);
        if (found.Count > 0)
        {
            return found;
        }

        return Directory.Exists(directory)
            ? throw new VQWaveException($"There is no model pack in {directory}: a pack is a folder with {ModelManifest.FileName}.")
            : ModelPackLocator.ListFolder(locator.Find(directory));
    }

    private static string? Verify(ModelPackEntry entry)
    {
        try
        {
            PackVerifier.Verify(entry.Directory);
            return null;
        }
        catch (VQWaveException e)
        {
            return e.Message;
        }
    }

    private static void WriteTable(IReadOnlyList<ModelPackEntry> packs, List<string?> checks, bool verified)
    {
        var table = new TextTable(
            "pack",
            "name",
            "licence",
            "levels",
            "size",
            "weights",
            "generators",
            "lookahead",
            "SI-SDR",
            "state",
            "folder"
        );
        for (var i = 0; i < packs.Count; i++)
        {
            var (pack, manifest) = (packs[i], packs[i].Manifest);
            var fine = verified ? "verified" : "listed";
            var state = checks[i] is null ? fine : "damaged";
            if (manifest is null)
            {
                table.Add(pack.Name, "–", "–", "–", "–", "–", "–", "–", "–", state, pack.Directory);
                continue;
            }

            var configuration = manifest.Configuration;
            table.Add(
                pack.Name,
                manifest.Name,
                manifest.License ?? "–",
                string.Join(' ', configuration.Levels.Select(l => $"{l.Name}x")),
                $"{manifest.Files.Values.Sum(f => f.Bytes) / 1e6:F1} MB",
                manifest.Quantization.Weights,
                manifest.Quantization.Precision,
                $"{LookaheadSeconds(configuration) * 1000:F0} ms",
                SiSdr(manifest, configuration.Finest) is { } decibels ? $"{decibels:F1} dB" : "–",
                state,
                pack.Directory
            );
        }

        table.Write(Console.Out);
    }

    private static void WriteJson(IReadOnlyList<ModelPackEntry> packs, List<string?> checks, bool verified)
    {
        var list = new JsonArray();
        for (var i = 0; i < packs.Count; i++)
        {
            var item = new JsonObject
            {
                ["pack"] = packs[i].Name,
                ["directory"] = packs[i].Directory,
                ["problem"] = checks[i],
                ["verified"] = verified && checks[i] is null,
            };
            if (packs[i].Manifest is { } manifest)
            {
                var configuration = manifest.Configuration;
                item["name"] = manifest.Name;
                item["license"] = manifest.License;
                item["description"] = manifest.Description;
                item["configuration"] = configuration.Name;
                item["sample_rate"] = configuration.SampleRate;
                item["levels"] = Json.Array(configuration.Levels.Select(l => l.Compression));
                item["bytes"] = manifest.Files.Values.Sum(f => f.Bytes);
                item["weights"] = manifest.Quantization.Weights;
                item["generators"] = manifest.Quantization.Precision;
                item["quantization_loss_bits"] = Losses(manifest);
                item["lookahead_seconds"] = Json.Number(LookaheadSeconds(configuration));
                item["metrics"] = manifest.Metrics?.DeepClone();
            }

            list.Add(item);
        }

        Json.Write(list);
    }

    // In bits per held-out code, by level; null where the generators are float or it was not measured.
    private static JsonObject? Losses(ModelManifest manifest)
    {
        var losses = new JsonObject();
        foreach (var (level, generator) in manifest.Quantization.Levels ?? new Dictionary<string, QuantizedGenerator>())
        {
            if (generator.HeldOut is { } measured)
            {
                losses[level] = Json.Number(measured.LossBits);
            }
        }

        return losses.Count > 0 ? losses : null;
    }

    // What the context networks must wait for adds up from level to level.
    private static double LookaheadSeconds(HierarchyConfiguration configuration)
    {
        double seconds = 0;
        for (var i = 1; i < configuration.Levels.Count; i++)
        {
            seconds += configuration.Levels[i].Generator.Context!.LookaheadCodes / configuration.CodeRate(configuration.Levels[i - 1]);
        }

        return seconds;
    }

    private static double? SiSdr(ModelManifest manifest, LevelConfiguration level) =>
        manifest.Metrics?[level.Name] is JsonObject figures
        && figures["si_sdr_db"] is JsonValue value
        && value.TryGetValue<double>(out var decibels)
            ? decibels
            : null;
}
