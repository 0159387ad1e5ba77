using System.CommandLine;
using VQWave.Generation;
using VQWave.Inference;
using VQWave.Models;
using VQWave.Player.Benchmarks;
using VQWave.Player.Output;

namespace VQWave.Player.Commands;

/// <summary><c>vqwave bench speed</c></summary>
internal static class SpeedBench
{
    private const double WindowSeconds = 0.6;
    private const double StepSeconds = 0.15;

    public static Command Create()
    {
        var model = CommonOptions.Model();
        var sizes = new Option<string?>("--sizes")
        {
            HelpName = "seed|head|live|pack",
            Description = "Random weights of a preset's sizes, which vqwave-train makes once; or the pack [default: pack]",
        };
        var threads = new Option<string?>("--threads") { HelpName = "1|2|1,2", Description = "Engine threads [default: 1,2]" };
        var precision = new Option<string?>("--precision")
        {
            HelpName = "LIST",
            Description = "Of auto, fp32, fp16, int8 and int4, separated by commas [default: fp32,int8,int4; fp32,fp16 on a GPU]",
        };
        var device = CommonOptions.Device();
        var windows = new Option<string?>("--windows")
        {
            HelpName = "N",
            Description = "Windows of each measurement, 3 to 1000 [default: 9]",
        };
        var voices = new Option<string?>("--voices")
        {
            HelpName = "N,N,…",
            Description = "Also so many voices at once, which share each read of the weights: the curve over 1,2,4,8,16,32",
        };
        var peers = new Option<bool>("--peers")
        {
            Description = "Also the same generators stepped by ONNX Runtime in fp32 and by libtorch, in turn with ours",
        };
        var json = CommonOptions.Json();
        var command = new Command(
            "speed",
            """
            Measure how fast this machine generates: the whole hierarchy against real time (median and tenth percentile of the windows), each level's step, and
            the limit that the bandwidth of memory sets to it, as every step reads all of a level's weights. All measurements take turns in one run, so that
            their ratios hold on a machine that others use too.

            Examples:
              vqwave bench speed
              vqwave bench speed --sizes head --precision int8 --peers
              vqwave bench speed --sizes head --precision int8 --threads 1 --voices 1,2,4,8,16,32
              vqwave bench speed --device cuda --voices 1,16
            """
        )
        {
            model,
            sizes,
            threads,
            precision,
            device,
            windows,
            voices,
            peers,
            json,
        };
        command.SetAction(
            (result, cancellation) =>
            {
                var place = CommandLineValues.Inference(result.GetValue(device) ?? "cpu", noGpu: false, precision: null).Device;
                var settings = new Settings(
                    result.GetValue(model),
                    result.GetValue(sizes) ?? "pack",
                    Numbers("--threads", result.GetValue(threads) ?? "1,2", 1, 2),
                    Precisions(result.GetValue(precision) ?? (place == InferenceDevice.Cpu ? "fp32,int8,int4" : "fp32,fp16")),
                    place,
                    LivePlayOptions.Number("--windows", result.GetValue(windows), 3, 1000) ?? 9,
                    result.GetValue(voices) is { } list ? Numbers("--voices", list, 1, GenerationRequest.MaximumCount) : [],
                    result.GetValue(peers)
                );
                return Task.Run(() => Execute(settings, result.GetValue(json), cancellation), CancellationToken.None);
            }
        );
        return command;
    }

    private static List<int> Numbers(string option, string list, int least, int most) =>
        [
            .. list.Split(',')
                .Select(text =>
                    LivePlayOptions.Number(option, text, least, most)
                    ?? throw new UsageException($"{option} '{list}' is not a list of numbers.")
                ),
        ];

    private static List<InferencePrecision> Precisions(string list) => [.. list.Split(',').Select(CommandLineValues.Precision)];

    private static int Execute(Settings settings, bool json, CancellationToken cancellation)
    {
        var folder =
            settings.Sizes == "pack" ? ModelPackLocator.FromEnvironment().Find(settings.Model)
            : Presets.Names.Contains(settings.Sizes, StringComparer.Ordinal) ? TrainingProgram.PackOf(settings.Sizes)
            : throw new UsageException($"--sizes '{settings.Sizes}' is none of {string.Join(", ", Presets.Names)}, pack.");
        using var run = new SpeedRun(
            ModelPack.Open(folder),
            settings.Threads,
            settings.Precisions,
            settings.Device,
            settings.Voices,
            settings.Peers
        );
        var load = MachineLoad.Read();
        StageProgress.Run(
            json,
            progress =>
            {
                for (var window = 0; window < settings.Windows && !cancellation.IsCancellationRequested; window++)
                {
                    progress.Report("speed", window, settings.Windows);
                    run.Measure(WindowSeconds, StepSeconds);
                }

                return true;
            }
        );
        cancellation.ThrowIfCancellationRequested();
        var machine = MachineLoad.Read().Since(load);
        if (json)
        {
            Json.Write(run.ToJson(settings.Windows, machine));
        }
        else
        {
            run.Write(Console.Out, settings.Windows, machine);
        }

        return ExitCodes.Success;
    }

    private sealed record Settings(
        string? Model,
        string Sizes,
        List<int> Threads,
        List<InferencePrecision> Precisions,
        InferenceDevice Device,
        int Windows,
        List<int> Voices,
        bool Peers
    );
}
