using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using VQWave.Models;
using VQWave.Torch;
using VQWave.Training.Networks;

namespace VQWave.Training.Commands;

/// <summary><c>vqwave-train steps</c>.</summary>
internal static class StepsCommand
{
    public static Command Create()
    {
        var preset = CommonOptions.Configuration();
        var threads = new Option<int>("--threads")
        {
            Description = "libtorch's threads",
            DefaultValueFactory = _ => 1,
            HelpName = "N",
        };
        var seconds = new Option<double>("--seconds")
        {
            Description = "How long each level is stepped",
            DefaultValueFactory = _ => 1,
            HelpName = "S",
        };
        var onRequest = new Option<bool>("--on-request") { Description = "Measure once for each line on standard input, until it ends" };
        var json = CommonOptions.Json();
        var command = new Command(
            "steps",
            "Measure generator steps in libtorch, one code at a time as in PyTorch without gradients: what 'vqwave bench speed --peers' compares with."
        )
        {
            preset,
            threads,
            seconds,
            onRequest,
            json,
        };
        command.SetAction(
            (parse, cancellation) =>
            {
                var configuration = CommonOptions.ReadConfiguration(parse.GetValue(preset)!);
                var count = parse.GetValue(threads);
                var length = parse.GetValue(seconds);
                if (count is < 1 or > 1024 || !(length is > 0 and <= 3600))
                {
                    throw new VQWaveException($"--threads {count} is not 1 to 1024, or --seconds {length} not above 0 and up to 3600.");
                }

                return Task.FromResult(
                    Execute(configuration, count, length, parse.GetValue(onRequest), parse.GetValue(json), cancellation)
                );
            }
        );
        return command;
    }

    private static int Execute(
        HierarchyConfiguration configuration,
        int threads,
        double seconds,
        bool onRequest,
        bool json,
        CancellationToken cancellation
    )
    {
        torch.set_num_threads(threads);
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var modules = configuration.Levels.Select(l => new GeneratorModule(l.Generator, l.CodebookSize)).ToList();
        while (!onRequest || Console.In.ReadLine() is not null)
        {
            cancellation.ThrowIfCancellationRequested();
            var times = configuration.Levels.Select((level, i) => Measure(modules[i], level, seconds, cancellation)).ToList();
            if (json || onRequest)
            {
                Console.WriteLine(
                    new JsonObject
                    {
                        ["threads"] = threads,
                        ["step_us"] = new JsonArray([.. times.Select(t => (JsonNode)t)]),
                    }.ToJsonString()
                );
            }
            else
            {
                foreach (var (level, time) in configuration.Levels.Zip(times))
                {
                    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{level.Name}x {time:F0} µs a step"));
                }
            }

            if (!onRequest)
            {
                break;
            }
        }

        return ExitCodes.Success;
    }

    private static double Measure(GeneratorModule module, LevelConfiguration level, double seconds, CancellationToken cancellation)
    {
        using var outer = torch.NewDisposeScope();
        var context = level.Generator.ContextWidth > 0 ? torch.zeros([1, 1, level.Generator.ContextWidth]) : null;
        var state = module.InitialState(1, Device.CPU);
        long code = 0;
        var steps = 0;
        var start = Stopwatch.GetTimestamp();
        double elapsed;
        do
        {
            cancellation.ThrowIfCancellationRequested();
            using var inner = torch.NewDisposeScope();
            var (logits, h, c) = module.forward(torch.tensor(new[] { code }, 1, 1), context, state);
            code = logits.argmax().item<long>();
            state.H.Dispose();
            state.C.Dispose();
            state = (h.MoveToOuterDisposeScope(), c.MoveToOuterDisposeScope());
            steps++;
            elapsed = Stopwatch.GetElapsedTime(start).TotalSeconds;
        } while (elapsed < seconds);
        return elapsed * 1e6 / steps;
    }
}
