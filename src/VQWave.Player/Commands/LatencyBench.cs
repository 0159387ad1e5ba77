using System.CommandLine;
using System.Text.Json.Nodes;
using VQWave.Controls;
using VQWave.Inference;
using VQWave.Instruments;
using VQWave.Models;
using VQWave.Player.Output;
using VQWave.Streaming;

namespace VQWave.Player.Commands;

/// <summary><c>vqwave bench latency</c></summary>
internal static class LatencyBench
{
    public static Command Create()
    {
        var model = CommonOptions.Model();
        var rate = new Option<string?>("--rate") { HelpName = "HZ", Description = "Frames a second [default: 48000]" };
        var buffer = new Option<string?>("--buffer")
        {
            HelpName = "MS",
            Description = "The buffer parameter, in milliseconds [default: its default]",
        };
        var trials = new Option<string?>("--trials") { HelpName = "N", Description = "Measurements of each kind, 1 to 1000 [default: 8]" };
        var json = CommonOptions.Json();
        var command = new Command(
            "latency",
            """
            Measure in samples how long a change takes to be heard: at each level from a change of temperature to the first sample that differs
            from play without it, and from a note to its first sound (above -60 dBFS). Live play gives these very samples, whatever the timing of
            threads; to it the device adds its own delay, and a controller that is not heard through JACK one block.

            Examples:
              vqwave bench latency
              vqwave bench latency --buffer 80 --json
            """
        )
        {
            model,
            rate,
            buffer,
            trials,
            json,
        };
        command.SetAction(
            (result, cancellation) =>
            {
                var settings = new Settings(
                    result.GetValue(model),
                    LivePlayOptions.Number("--rate", result.GetValue(rate), 8000, 192_000) ?? 48_000,
                    result.GetValue(buffer) is { } text ? LivePlayOptions.ReadSet($"buffer={text}").Value : null,
                    LivePlayOptions.Number("--trials", result.GetValue(trials), 1, 1000) ?? 8
                );
                return Task.Run(() => Execute(settings, result.GetValue(json), cancellation), CancellationToken.None);
            }
        );
        return command;
    }

    private static int Execute(Settings settings, bool json, CancellationToken cancellation)
    {
        var pack = ModelPack.Open(ModelPackLocator.FromEnvironment().Find(settings.Model));
        var runtime = InferenceRuntime.Create(new InferenceOptions { Device = InferenceDevice.Cpu, Precision = InferencePrecision.Auto });
        var rows = StageProgress.Run(json, progress => Measure(pack, runtime, settings, progress, cancellation));
        cancellation.ThrowIfCancellationRequested();
        if (json)
        {
            Json.Write(ToJson(pack, settings, rows));
            return ExitCodes.Success;
        }

        var table = new TextTable("from", "to", "least ms", "median ms", "most ms", "limit ms");
        foreach (var row in rows)
        {
            table.Add(
                row.From,
                row.To,
                $"{row.Least:F1}",
                $"{row.Median:F1}",
                $"{row.Most:F1}",
                row.Limit is { } limit ? $"{limit:F1}" : "–"
            );
        }

        table.Write(Console.Out);
        Console.Out.WriteLine(
            $"{pack.Manifest.Name} at {settings.Rate} Hz, buffer {rows[0].Buffer:F0} ms, {settings.Trials} trials. The limit is computed: by then the change is in effect."
        );
        return ExitCodes.Success;
    }

    private static List<Row> Measure(
        ModelPack pack,
        InferenceRuntime runtime,
        Settings settings,
        StageProgress progress,
        CancellationToken cancellation
    )
    {
        var rows = new List<Row>();
        var levels = pack.Configuration.Levels;
        using var plain = new Stage(pack, runtime, settings, PlayMode.FreeRun);
        using var changed = new Stage(pack, runtime, settings, PlayMode.FreeRun);
        var random = new Random(1);
        for (var level = 0; level < levels.Count; level++)
        {
            var times = new List<double>();
            // From the likeliest code to a wild one, so that the first code after the change is another.
            foreach (var stage in (Stage[])[plain, changed])
            {
                stage.Values[ParameterTable.LevelTemperature(level)] = 0;
                stage.Begin();
            }

            for (var trial = 0; trial < settings.Trials && !cancellation.IsCancellationRequested; trial++)
            {
                progress.Report($"changes of {levels[level].Name}x", trial, settings.Trials);
                var lead = settings.Rate / 2 + random.Next(settings.Rate / 10);
                plain.Play(lead);
                changed.Play(lead);
                changed.Values[ParameterTable.LevelTemperature(level)] = 2;
                var first = FirstDifference(plain.Play(settings.Rate), changed.Play(settings.Rate));
                changed.Values[ParameterTable.LevelTemperature(level)] = 0;
                plain.Begin();
                changed.Begin();
                if (first >= 0)
                {
                    times.Add(1000.0 * first / settings.Rate);
                }
            }

            progress.Report($"changes of {levels[level].Name}x", settings.Trials, settings.Trials);
            plain.Values[ParameterTable.LevelTemperature(level)] = 1;
            changed.Values[ParameterTable.LevelTemperature(level)] = 1;
            var ahead = changed.Engine.DelaysAt(levels.Count - 1);
            var lookahead = ahead.Decoder + ahead.ContextLookahead.Skip(level + 1).Sum();
            var limit = 1000 * (changed.Instrument.ControlDelay(level) - ((double)lookahead / pack.Configuration.SampleRate));
            // A draw may come out as it would have: the first code that differs can be a later one.
            limit += 1000.0 * levels[level].Compression / pack.Configuration.SampleRate;
            rows.Add(
                Row.Of($"temperature {levels[level].Name}x", "first changed sample", times, limit, changed.Values[ParameterId.Buffer])
            );
        }

        rows.AddRange(MeasureNotes(pack, runtime, settings, progress, cancellation));
        return rows;
    }

    private static List<Row> MeasureNotes(
        ModelPack pack,
        InferenceRuntime runtime,
        Settings settings,
        StageProgress progress,
        CancellationToken cancellation
    )
    {
        const float Audible = 0.001f;
        using var stage = new Stage(pack, runtime, settings, PlayMode.Notes);
        var quiet = new List<double>();
        var legato = new List<double>();
        var random = new Random(2);
        for (var trial = 0; trial < settings.Trials && !cancellation.IsCancellationRequested; trial++)
        {
            progress.Report("notes", trial, settings.Trials);
            stage.Values[ParameterId.Seed] = trial;
            stage.Play(settings.Rate / 2 + random.Next(settings.Rate / 10));
            var note = 48 + random.Next(24);
            var output = stage.Play(settings.Rate / 2, MidiMessage.NoteOn(0, note, 100));
            quiet.Add(1000.0 * Array.FindIndex(output, s => Math.Abs(s) > Audible) / settings.Rate);
            legato.Add(1000 * stage.Instrument.PhraseDelay);
            stage.Play(settings.Rate / 2, MidiMessage.NoteOff(0, note));
        }

        progress.Report("notes", settings.Trials, settings.Trials);
        return
        [
            Row.Of("note", "first sound", quiet, null, stage.Values[ParameterId.Buffer]),
            Row.Of("note into a note", "its own phrase, at most", legato, null, stage.Values[ParameterId.Buffer]),
        ];
    }

    private static int FirstDifference(float[] a, float[] b) => Enumerable.Range(0, a.Length).FirstOrDefault(i => a[i] != b[i], -1);

    private static JsonObject ToJson(ModelPack pack, Settings settings, List<Row> rows) =>
        new()
        {
            ["model"] = pack.Manifest.Name,
            ["sample_rate"] = settings.Rate,
            ["buffer_ms"] = Json.Number(rows[0].Buffer),
            ["trials"] = settings.Trials,
            ["delays"] = new JsonArray([
                .. rows.Select(r => new JsonObject
                {
                    ["from"] = r.From,
                    ["to"] = r.To,
                    ["least_ms"] = Json.Number(r.Least),
                    ["median_ms"] = Json.Number(r.Median),
                    ["most_ms"] = Json.Number(r.Most),
                    ["limit_ms"] = r.Limit is { } limit ? Json.Number(limit) : null,
                }),
            ]),
        };

    private sealed record Settings(string? Model, int Rate, float? Buffer, int Trials);

    private sealed record Row(string From, string To, double Least, double Median, double Most, double? Limit, double Buffer)
    {
        public static Row Of(string from, string to, List<double> times, double? limit, double buffer)
        {
            if (times.Count == 0)
            {
                return new Row(from, to, double.NaN, double.NaN, double.NaN, limit, buffer);
            }

            times.Sort();
            return new Row(from, to, times[0], times[times.Count / 2], times[^1], limit, buffer);
        }
    }

    /// <summary>An engine and the instrument before it, played as fast as it goes.</summary>
    private sealed class Stage : IDisposable
    {
        private readonly int rate;

        public Stage(ModelPack pack, InferenceRuntime runtime, Settings settings, PlayMode mode)
        {
            rate = settings.Rate;
            Values[ParameterId.Mode] = (float)mode;
            Values[ParameterId.Buffer] = settings.Buffer ?? Values[ParameterId.Buffer];
            Core = new EngineCore(runtime, pack);
            Live = new LiveEngine(Core, new LiveEngineOptions { Governor = null });
            Instrument = new Instrument(Live, Values, new MidiMap()) { IsExact = true };
            Instrument.Prepare(rate);
            Live.Start();
        }

        public ParameterValues Values { get; } = new();

        public Instrument Instrument { get; }

        public EngineCore Engine => Core;

        private EngineCore Core { get; }

        private LiveEngine Live { get; }

        public float[] Play(int frames, params MidiMessage[] messages)
        {
            var output = new float[frames];
            Instrument.Render(output, [.. messages.Select(m => InstrumentEvent.Midi(0, m))]);
            return output;
        }

        // The same piece again, once what was changed before is no longer on its way.
        public void Begin()
        {
            Play(rate / 2);
            Values.Fire(ParameterId.Reset);
            Play(rate / 2);
        }

        public void Dispose() => Live.Dispose();
    }
}
