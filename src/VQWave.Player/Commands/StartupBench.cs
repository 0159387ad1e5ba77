using System.CommandLine;
using System.Globalization;
using VQWave.Inference;
using VQWave.Models;
using VQWave.Player.Benchmarks;
using VQWave.Player.Output;

namespace VQWave.Player.Commands;

/// <summary><c>vqwave bench startup</c></summary>
internal static class StartupBench
{
    private const int FewestWindows = 7;

    public static Command Create()
    {
        var model = CommonOptions.Model();
        var precision = CommonOptions.Precision();
        var windows = new Option<string?>("--windows")
        {
            HelpName = "N",
            Description = $"Processes of each kind, {FewestWindows} to 1000 [default: 9]",
        };
        var json = CommonOptions.Json();
        // For the processes that are measured.
        var started = new Option<string?>("--started") { Hidden = true };
        var folder = new Option<string?>("--folder") { Hidden = true };
        var command = new Command(
            "startup",
            """
            Measure how long it takes from starting the program to its first sound, as 'vqwave play --silent' would make it: in processes of their own,
            cold (the pack's files dropped from memory, no cache of optimised graphs) and warm in turn. No sound device is opened.

            Examples:
              vqwave bench startup
              vqwave bench startup --windows 25 --json
            """
        )
        {
            model,
            precision,
            windows,
            json,
            started,
            folder,
        };
        command.SetAction(
            (result, cancellation) =>
            {
                var bits = CommandLineValues.Precision(result.GetValue(precision) ?? "auto");
                if (result.GetValue(started) is { } moment && result.GetValue(folder) is { } own)
                {
                    var ticks = long.Parse(moment, CultureInfo.InvariantCulture);
                    return Task.FromResult(StartupChild.Execute(ticks, own, result.GetValue(model), bits, Console.Out));
                }

                var count = LivePlayOptions.Number("--windows", result.GetValue(windows), FewestWindows, 1000) ?? 9;
                var wanted = result.GetValue(model);
                return Task.Run(() => Execute(wanted, bits, count, result.GetValue(json), cancellation), CancellationToken.None);
            }
        );
        return command;
    }

    private static int Execute(string? model, InferencePrecision precision, int windows, bool json, CancellationToken cancellation)
    {
        var load = MachineLoad.Read();
        using var run = new StartupRun(Path.GetFullPath(ModelPackLocator.FromEnvironment().Find(model)), precision.ToName());
        StageProgress.Run(
            json,
            progress =>
            {
                for (var window = 0; window < windows && !cancellation.IsCancellationRequested; window++)
                {
                    progress.Report("startup", window, windows);
                    run.Measure();
                }

                return true;
            }
        );
        cancellation.ThrowIfCancellationRequested();
        var machine = MachineLoad.Read().Since(load);
        if (json)
        {
            Json.Write(run.ToJson(machine));
        }
        else
        {
            run.Write(Console.Out, machine);
        }

        return ExitCodes.Success;
    }
}
