using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using VQWave.Training.Benchmarks;
using VQWave.Training.Training;

namespace VQWave.Training.Commands;

/// <summary><c>vqwave-train bench-codes</c>.</summary>
internal static class BenchCodesCommand
{
    public static Command Create()
    {
        var generator = new Option<string>("--generator")
        {
            Description = "generator_512, generator_128, generator_32 or generator_8",
            DefaultValueFactory = _ => "generator_8",
            HelpName = "NAME",
        };
        var data = CommonOptions.DataDirectory();
        var weights = CommonOptions.VqvaeWeightsDirectory();
        var preset = CommonOptions.Configuration();
        var batch = CommonOptions.BatchSize(32);
        var chunk = CommonOptions.Chunk();
        var steps = CommonOptions.Of("--steps", "Batches measured", 30, "N");
        var threads = CommonOptions.Threads();
        var json = CommonOptions.Json();
        var command = new Command(
            "bench-codes",
            "Measure what a generator's training gains from codes that are encoded once and memory-mapped: a batch read from them beside the same batch encoded anew."
        )
        {
            generator,
            data,
            weights,
            preset,
            batch,
            chunk,
            steps,
            threads,
            json,
        };
        command.SetAction(
            (parse, cancellation) =>
            {
                var configuration = CommonOptions.ReadConfiguration(parse.GetValue(preset)!);
                var level = CommonOptions.ReadLevel(configuration, parse.GetValue(generator)!, "generator_");
                var count = parse.GetValue(steps);
                if (count is < 1 or > 100_000)
                {
                    throw new VQWaveException($"--steps {count} is out of range; it takes 1 to 100000.");
                }

                var cost = CodeReadingBench.Run(
                    new GeneratorTrainingOptions
                    {
                        Configuration = configuration,
                        LevelIndex = level,
                        DataDirectory = parse.GetValue(data)!,
                        VqvaeWeightsDirectory = parse.GetValue(weights)!,
                        OutputDirectory = "",
                        BatchSize = parse.GetValue(batch),
                        InputLength = parse.GetValue(chunk) * configuration.Levels[level].Compression,
                        ChunkCodes = parse.GetValue(chunk),
                        LearningRate = 1e-3,
                        Threads = parse.GetValue(threads),
                    },
                    count,
                    cancellation
                );
                Console.WriteLine(
                    parse.GetValue(json)
                        ? new JsonObject
                        {
                            ["encode_once_s"] = cost.OnceSeconds,
                            ["read_ms"] = cost.ReadMilliseconds,
                            ["encode_ms"] = cost.EncodeMilliseconds,
                            ["codes"] = cost.Codes,
                        }.ToJsonString()
                        : string.Create(
                            CultureInfo.InvariantCulture,
                            $"a batch read: {cost.ReadMilliseconds:0.00} ms; encoded anew: {cost.EncodeMilliseconds:0.0} ms; all {cost.Codes} codes encoded once: {cost.OnceSeconds:0.0} s, as much as {cost.OnceSeconds * 1000 / cost.EncodeMilliseconds:0} batches"
                        )
                );
                return Task.FromResult(ExitCodes.Success);
            }
        );
        return command;
    }
}
