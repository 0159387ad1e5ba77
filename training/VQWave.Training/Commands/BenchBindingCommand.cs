using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using VQWave.Training.Benchmarks;

namespace VQWave.Training.Commands;

/// <summary><c>vqwave-train bench-binding</c>.</summary>
internal static class BenchBindingCommand
{
    public static Command Create()
    {
        var steps = new Option<int>("--steps")
        {
            Description = "Steps of each network on each side",
            DefaultValueFactory = _ => 40,
            HelpName = "N",
        };
        var preset = CommonOptions.Configuration();
        var batch = CommonOptions.BatchSize(8);
        var length = CommonOptions.InputLength(8192, "a crop of the VQ-VAE");
        var threads = CommonOptions.Threads();
        var json = CommonOptions.Json();
        var command = new Command(
            "bench-binding",
            "Measure what the binding costs: the same training steps through VQWave.Torch and in C++ on libtorch, from the same weights on the same batches, in turn."
        )
        {
            steps,
            preset,
            batch,
            length,
            threads,
            json,
        };
        command.SetAction(
            (parse, cancellation) =>
            {
                var configuration = CommonOptions.ReadConfiguration(parse.GetValue(preset)!);
                var (count, rows, samples, of) = (
                    parse.GetValue(steps),
                    parse.GetValue(batch),
                    parse.GetValue(length),
                    parse.GetValue(threads)
                );
                if (count is < 2 or > 100_000 || rows is < 1 or > 4096 || of is < 1 or > 1024)
                {
                    throw new VQWaveException(
                        $"--steps {count} is not 2 to 100000, --batch-size {rows} not 1 to 4096, or --threads {of} not 1 to 1024."
                    );
                }

                var compression = configuration.Levels[^1].Compression;
                if (samples < 2048 || samples % compression != 0)
                {
                    throw new VQWaveException($"--input-length {samples} is not a multiple of {compression} of at least 2048 samples.");
                }

                Torch.torch.set_num_threads(of);
                BindingComparison[] results =
                [
                    VqvaeBindingBench.Run(configuration.Levels[^1], rows, samples, count, cancellation),
                    GeneratorBindingBench.Run(configuration.Levels[0], 4 * rows, 64, count, cancellation),
                ];
                Write(results, parse.GetValue(json));
                return Task.FromResult(ExitCodes.Success);
            }
        );
        return command;
    }

    private static void Write(BindingComparison[] results, bool json)
    {
        if (json)
        {
            Console.WriteLine(
                new JsonArray([
                    .. results.Select(r => new JsonObject
                    {
                        ["step"] = r.Name,
                        ["ours_ms"] = r.OursMilliseconds,
                        ["cpp_ms"] = r.TheirsMilliseconds,
                        ["ratio"] = r.Ratio,
                        ["cpu_ratio"] = r.CpuRatio,
                        ["largest_loss_difference"] = r.LargestLossDifference,
                        ["tensors_left"] = r.TensorsLeft,
                    }),
                ]).ToJsonString()
            );
            return;
        }

        foreach (var r in results)
        {
            Console.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{r.Name}: {r.OursMilliseconds:0.0} ms through VQWave.Torch, {r.TheirsMilliseconds:0.0} ms in C++, ratio {r.Ratio:0.000} (processor time {r.CpuRatio:0.000}), losses differ by {r.LargestLossDifference:0.#e0}, {r.TensorsLeft} tensors left"
                )
            );
        }
    }
}
