using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using VQWave.Controls;
using VQWave.Player.Live;
using VQWave.Player.Output;

namespace VQWave.Player.Commands;

/// <summary><c>vqwave bench soak</c></summary>
internal static class SoakBench
{
    private const int StepMilliseconds = 50;
    private const double WarmUpSeconds = 5;

    public static Command Create()
    {
        var minutes = new Option<string?>("--minutes") { HelpName = "N", Description = "How long to play [default: 10]" };
        var model = CommonOptions.Model();
        var jack = new Option<string?>("--jack")
        {
            HelpName = "SERVER",
            Arity = ArgumentArity.ZeroOrOne,
            Description = "Play through JACK [default: into nothing, in real time]",
        };
        var rate = new Option<string?>("--rate") { HelpName = "HZ", Description = "Frames a second, without JACK [default: 48000]" };
        var frames = new Option<string?>("--frames") { HelpName = "N", Description = "Frames of a block, without JACK [default: 256]" };
        var still = new Option<bool>("--still") { Description = "Leave the controls alone" };
        var set = new Option<string[]>("--set") { HelpName = "KEY=VALUE", Description = "A parameter to begin with; may be repeated" };
        var json = CommonOptions.Json();
        var command = new Command(
            "soak",
            """
            Play live for minutes while controls, notes and presets change all the time, and count what went wrong. The exit status is 1 where a block
            was dropped, the garbage collector ran, or a thread that must not has allocated.

            Examples:
              vqwave bench soak --minutes 10
              vqwave bench soak --minutes 1 --jack --json
            """
        )
        {
            minutes,
            model,
            jack,
            rate,
            frames,
            still,
            set,
            json,
        };
        command.SetAction(
            (result, cancellation) =>
            {
                var wantsJack = result.GetResult(jack) is { Implicit: false };
                var options = new LiveOptions
                {
                    Model = result.GetValue(model),
                    Jack = wantsJack,
                    JackServer = result.GetValue(jack),
                    Silent = !wantsJack,
                    SampleRate = LivePlayOptions.Number("--rate", result.GetValue(rate), 8000, 192_000) ?? 48_000,
                    BlockFrames = LivePlayOptions.Number("--frames", result.GetValue(frames), 16, 8192) ?? 256,
                    Values = [.. (result.GetValue(set) ?? []).Select(LivePlayOptions.ReadSet)],
                    Midi = false,
                    Fresh = true,
                };
                var length = Minutes(result.GetValue(minutes) ?? "10");
                return Task.Run(
                    () => Execute(options, length, result.GetValue(still), result.GetValue(json), cancellation),
                    CancellationToken.None
                );
            }
        );
        return command;
    }

    private static double Minutes(string text) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value) && value is > 0 and <= 100_000
            ? value
            : throw new UsageException($"--minutes '{text}' is not a number above 0.");

    private static int Execute(LiveOptions options, double minutes, bool still, bool json, CancellationToken cancellation)
    {
        using var session = new LiveSession(options);
        session.Start();
        var status = new LiveStatus();
        var driver = still ? null : new Driver(session);
        Play(session, status, driver, null, WarmUpSeconds, cancellation);
        session.SettleMemory();
        var before = Sample.Take(session, status);
        var machine = MachineLoad.Read();
        Play(session, status, driver, json || Console.IsErrorRedirected ? null : Console.Error, minutes * 60, cancellation);
        var after = Sample.Take(session, status);
        var report = new Report(before, after, status, MachineLoad.Read().Since(machine), session.Fault);
        if (json)
        {
            Json.Write(report.ToJson());
        }
        else
        {
            report.Write(Console.Out);
        }

        return report.IsClean ? ExitCodes.Success : ExitCodes.Failure;
    }

    private static void Play(
        LiveSession session,
        LiveStatus status,
        Driver? driver,
        TextWriter? progress,
        double seconds,
        CancellationToken cancellation
    )
    {
        var start = Stopwatch.GetTimestamp();
        var shown = -1;
        for (var step = 0; Stopwatch.GetElapsedTime(start).TotalSeconds is var elapsed && elapsed < seconds; step++)
        {
            if (cancellation.IsCancellationRequested || session.Fault is not null)
            {
                return;
            }

            driver?.Step();
            session.ReadStatus(status);
            if (progress is not null && (int)elapsed != shown)
            {
                shown = (int)elapsed;
                // Little of it: a progress bar's own garbage would be measured too.
                progress.Write($"\rsoak {shown} of {seconds:F0} s, {status.Engine.StarvedBlocks} blocks dropped ");
            }

            Thread.Sleep(StepMilliseconds);
        }

        progress?.WriteLine();
    }

    /// <summary>Plays as somebody would who tries everything. Allocates nothing while it does, but for the messages of presets.</summary>
    private sealed class Driver(LiveSession session)
    {
        private readonly Random random = new(1);
        private long step;
        private int note = -1;

        public void Step()
        {
            step++;
            var values = session.Values;
            var slot = random.Next(4);
            switch (random.Next(4))
            {
                case 0:
                    values[ParameterTable.LevelTemperature(slot)] = 0.6f + (0.6f * random.NextSingle());
                    break;
                case 1:
                    values[ParameterTable.LevelTopK(slot)] = random.Next(1025);
                    break;
                case 2:
                    values[ParameterId.Gain] = -6 * random.NextSingle();
                    break;
                default:
                    values[ParameterId.Pitch] = random.NextSingle() - 0.5f;
                    break;
            }

            // Twenty steps are a second; every other half minute is played with notes.
            if (step % 600 == 0)
            {
                values[ParameterId.Mode] = step / 600 % 2;
                session.NoteOff(note);
            }

            if (step % 12 == 0)
            {
                session.NoteOff(note);
                note = 55 + random.Next(10);
                session.NoteOn(note, 40 + random.Next(80));
            }

            switch (step % 200)
            {
                case 40:
                    values[ParameterId.Seed] = random.Next(65536);
                    break;
                case 80:
                    values[ParameterId.Freeze] = 1;
                    break;
                case 120:
                    values[ParameterId.Freeze] = 0;
                    break;
                case 160:
                    values.Fire(ParameterId.Reset);
                    break;
                case 199:
                    session.RecallNext(1);
                    break;
            }
        }
    }

    private sealed record Sample(
        long Blocks,
        long Starved,
        long StarvedSamples,
        long Ticks,
        long Late,
        long Drops,
        long Xruns,
        int Collections,
        long EngineBytes,
        long AudioBytes,
        long AllBytes,
        long Resident,
        double Seconds
    )
    {
        public static Sample Take(LiveSession session, LiveStatus status)
        {
            session.ReadStatus(status);
            var engine = status.Engine;
            return new Sample(
                session.Renderer.Blocks,
                engine.StarvedBlocks,
                engine.StarvedSamples,
                engine.Ticks,
                engine.LateTicks,
                engine.Drops,
                status.Xruns,
                GC.CollectionCount(0),
                engine.AllocatedBytes,
                session.Renderer.AllocatedBytes,
                GC.GetTotalAllocatedBytes(),
                Environment.WorkingSet,
                status.Seconds
            );
        }
    }

    private sealed record Report(Sample Before, Sample After, LiveStatus Status, MachineLoad Load, string? Fault)
    {
        public bool IsClean =>
            Fault is null
            && After.Starved == Before.Starved
            && After.Collections == Before.Collections
            && After.EngineBytes == Before.EngineBytes
            && After.AudioBytes == Before.AudioBytes;

        public void Write(TextWriter output)
        {
            var engine = Status.Engine;
            var table = new TextTable("measure", "value");
            table.Add(
                "played",
                $"{After.Seconds - Before.Seconds:F0} s of {Status.Pack} on {Status.Device}, {Status.SampleRate} Hz, {Status.BlockFrames} frames"
            );
            table.Add("blocks", $"{After.Blocks - Before.Blocks}");
            table.Add("blocks dropped", $"{After.Starved - Before.Starved} ({After.StarvedSamples - Before.StarvedSamples} samples)");
            table.Add("xruns of the device", $"{After.Xruns - Before.Xruns}");
            table.Add("ticks", $"{After.Ticks - Before.Ticks}, budget {1000 * engine.Budget:F1} ms each");
            table.Add("ticks late", $"{After.Late - Before.Late}");
            table.Add(
                "tick time",
                $"median {1000 * engine.Median:F1} ms, 99 % {1000 * engine.Percentile99:F1} ms, worst {1000 * engine.Worst:F1} ms"
            );
            table.Add("detail lowered by overload", $"{After.Drops - Before.Drops} times");
            table.Add("garbage collections", $"{After.Collections - Before.Collections}");
            table.Add(
                "bytes allocated",
                $"engine threads {After.EngineBytes - Before.EngineBytes}, audio thread {After.AudioBytes - Before.AudioBytes}, rest of the program {Rest}"
            );
            table.Add("resident memory", $"{Before.Resident / 1048576.0:F1} MiB before, {After.Resident / 1048576.0:F1} MiB after");
            table.Add("machine", Load.ToString());
            table.Write(output);
            output.WriteLine(Fault ?? (IsClean ? "Clean: nothing was dropped, nothing was collected." : "Not clean."));
        }

        public JsonObject ToJson() =>
            new()
            {
                ["model"] = Status.Pack,
                ["device"] = Status.Device,
                ["sample_rate"] = Status.SampleRate,
                ["block_frames"] = Status.BlockFrames,
                ["seconds"] = Json.Number(After.Seconds - Before.Seconds),
                ["blocks"] = After.Blocks - Before.Blocks,
                ["blocks_dropped"] = After.Starved - Before.Starved,
                ["samples_dropped"] = After.StarvedSamples - Before.StarvedSamples,
                ["xruns"] = After.Xruns - Before.Xruns,
                ["ticks"] = After.Ticks - Before.Ticks,
                ["ticks_late"] = After.Late - Before.Late,
                ["tick_budget_ms"] = Json.Number(1000 * Status.Engine.Budget),
                ["tick_median_ms"] = Json.Number(1000 * Status.Engine.Median),
                ["tick_p99_ms"] = Json.Number(1000 * Status.Engine.Percentile99),
                ["tick_worst_ms"] = Json.Number(1000 * Status.Engine.Worst),
                ["detail_lowered"] = After.Drops - Before.Drops,
                ["collections"] = After.Collections - Before.Collections,
                ["engine_bytes"] = After.EngineBytes - Before.EngineBytes,
                ["audio_bytes"] = After.AudioBytes - Before.AudioBytes,
                ["other_bytes"] = Rest,
                ["resident_mib_before"] = Json.Number(Before.Resident / 1048576.0),
                ["resident_mib_after"] = Json.Number(After.Resident / 1048576.0),
                ["machine_busy_share"] = Json.Number(Load.Busy),
                ["fault"] = Fault,
                ["clean"] = IsClean,
            };

        private long Rest =>
            After.AllBytes - Before.AllBytes - (After.EngineBytes - Before.EngineBytes) - (After.AudioBytes - Before.AudioBytes);
    }
}
