using System.CommandLine;
using VQWave.Models;
using VQWave.OnnxExport;
using VQWave.Training.Export;

namespace VQWave.Training.Commands;

/// <summary><c>vqwave-train init</c>.</summary>
internal static class InitCommand
{
    public static Command Create()
    {
        var preset = CommonOptions.Configuration();
        var output = new Option<string?>("--output") { Description = "The pack's folder", HelpName = "DIR" };
        var seed = CommonOptions.Seed();
        var storage = PackOptions.Storage();
        var unverified = new Option<bool>("--no-verify")
        {
            Description = "Leave out the comparison with libtorch, which takes minutes for large presets",
        };
        var print = new Option<bool>("--print") { Description = "Only print the configuration as JSON, to begin one of your own" };
        var json = CommonOptions.Json();
        var command = new Command("init", "Write a pack with untrained weights, for benchmarks and tests: it sounds like noise.")
        {
            preset,
            output,
            seed,
            storage,
            unverified,
            print,
            json,
        };
        command.SetAction(
            (parse, cancellation) =>
            {
                var configuration = CommonOptions.ReadConfiguration(parse.GetValue(preset)!);
                if (parse.GetValue(print))
                {
                    Console.WriteLine(HierarchyConfigurationJson.Serialize(configuration));
                    return Task.FromResult(ExitCodes.Success);
                }

                var target =
                    parse.GetValue(output) ?? throw new VQWaveException("init needs --output DIR, the folder of the pack, or --print.");
                var kind = PackOptions.ReadStorage(parse.GetValue(storage)!);
                var contents = new ModelPackContents
                {
                    Name = $"untrained {configuration.Name}",
                    License = "MIT",
                    Description = "Untrained weights for benchmarks and tests.",
                    Configuration = configuration,
                    Levels = WeightSets.Random(configuration, (ulong)parse.GetValue(seed), kind),
                    Options = new ExportOptions { Storage = kind },
                };
                return Task.FromResult(
                    ExportCommand.Write(target, contents, music: null, parse.GetValue(json), cancellation, !parse.GetValue(unverified))
                );
            }
        );
        return command;
    }
}
