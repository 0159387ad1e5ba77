using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using VQWave.Analysis;
using VQWave.Controls;
using VQWave.Devices;
using VQWave.Inference;
using VQWave.Instruments;
using VQWave.Models;
using VQWave.Player.Output;
using VQWave.Streaming;

namespace VQWave.Player.Commands;

/// <summary><c>vqwave render</c></summary>
internal static class RenderCommand
{
    private const int BlockFrames = 1024;
    private const double LongestSeconds = 6 * 3600;

    public static Command Create()
    {
        var song = new Argument<string>("SONG.mid")
        {
            Description = "A standard MIDI file: notes, controllers, bend and program changes are played",
        };
        var output = new Option<string>("--output", "-o")
        {
            HelpName = "FILE",
            Required = true,
            Description = "The .wav, .flac or .ogg file to write",
        };
        var model = CommonOptions.Model();
        var device = CommonOptions.Device();
        var noGpu = CommonOptions.NoGpu();
        var precision = CommonOptions.Precision();
        var rate = new Option<string?>("--rate") { HelpName = "HZ", Description = "Samples a second, 8000 to 192000 [default: 48000]" };
        var tail = new Option<string?>("--tail") { HelpName = "S", Description = "Seconds after the last event [default: 2]" };
        var mode = new Option<string?>("--mode")
        {
            HelpName = "free-run|notes",
            Description = "Whether notes gate and pitch the music [default: notes, where the song has any]",
        };
        var preset = new Option<string?>("--preset", "-p") { HelpName = "NAME", Description = "A preset to begin with" };
        var set = new Option<string[]>("--set") { HelpName = "KEY=VALUE", Description = "A parameter to begin with; may be repeated" };
        var seed = new Option<string?>("--seed") { HelpName = "N", Description = "The seed, 0 to 65535 [default: 1]" };
        var map = new Option<string?>("--midi-map")
        {
            HelpName = "FILE",
            Description = "Which controllers move what [default: the map that VQWave comes with]",
        };
        var json = CommonOptions.Json();
        var command = new Command(
            "render",
            """
            Play a MIDI file's performance into a sound file, faster than real time. It is exactly what playing it live gives, and the same
            file every time: the pack, the seed, the parameters and the song decide every sample.

            Examples:
              vqwave render song.mid --output song.wav
              vqwave render song.mid -o song.flac --seed 7 --set temperature=0.8 --set release=600
            """
        )
        {
            song,
            output,
            model,
            device,
            noGpu,
            precision,
            rate,
            tail,
            mode,
            preset,
            set,
            seed,
            map,
            json,
        };
        command.SetAction(
            (result, cancellation) =>
            {
                var file = result.GetRequiredValue(output);
                CommandLineValues.CheckAudioName("--output", file);
                var seconds = result.GetValue(tail) is { } tailText ? Tail(tailText) : 2;
                var values = new List<KeyValuePair<ParameterId, float>>(LivePlayOptions.ReadMode(result.GetValue(mode)));
                if (LivePlayOptions.Number("--seed", result.GetValue(seed), 0, 65535) is { } number)
                {
                    values.Add(KeyValuePair.Create(ParameterId.Seed, (float)number));
                }

                values.AddRange((result.GetValue(set) ?? []).Select(LivePlayOptions.ReadSet));
                var hertz = LivePlayOptions.Number("--rate", result.GetValue(rate), 8000, 192_000) ?? 48_000;
                var inference = CommandLineValues.Inference(result.GetValue(device), result.GetValue(noGpu), result.GetValue(precision));
                return Task.Run(
                    () =>
                        Execute(
                            result.GetRequiredValue(song),
                            file,
                            new Settings(
                                result.GetValue(model),
                                inference,
                                hertz,
                                seconds,
                                result.GetValue(preset),
                                values,
                                result.GetValue(map)
                            ),
                            result.GetValue(json),
                            cancellation
                        ),
                    CancellationToken.None
                );
            }
        );
        return command;
    }

    private static double Tail(string text) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value) && value is >= 0 and <= 600
            ? value
            : throw new UsageException($"--tail '{text}' is not a number of seconds from 0 to 600.");

    private static int Execute(string songPath, string output, Settings settings, bool json, CancellationToken cancellation)
    {
        var song = MidiFile.Load(songPath);
        if (song.Seconds > LongestSeconds)
        {
            throw new UsageException($"'{songPath}' lasts {song.Seconds / 3600:F1} hours, and up to {LongestSeconds / 3600} are rendered.");
        }

        if (song.Seconds + settings.Tail <= 0)
        {
            throw new VQWaveException($"'{songPath}' has no events: there is nothing to render.");
        }

        var presets = new PresetBank(UserFolders.FromEnvironment().Presets);
        var values = CreateValues(settings, song, presets);
        var map = LoadMap(settings.Map);
        var pack = ModelPack.Open(ModelPackLocator.FromEnvironment().Find(settings.Model));
        using var writer = new AudioFileWriter(output, settings.Rate);
        var runtime = InferenceRuntime.Create(settings.Inference, pack);
        if (runtime.Notice is not null)
        {
            Console.Error.WriteLine(runtime.Notice);
        }

        using var engine = new LiveEngine(
            new EngineCore(runtime, pack, EngineParameters.Start(values, pack.Configuration.Levels.Count)),
            new LiveEngineOptions { Governor = null }
        );
        var instrument = new Instrument(engine, values, map, presets) { IsExact = true };
        instrument.Prepare(settings.Rate);
        engine.Start();
        var frames = (long)Math.Ceiling((song.Seconds + settings.Tail) * settings.Rate);
        var start = Stopwatch.GetTimestamp();
        var level = StageProgress.Run(json, progress => Play(song, frames, settings.Rate, instrument, writer, progress, cancellation));
        cancellation.ThrowIfCancellationRequested();
        writer.Complete();
        Report(json, songPath, song, settings, values, engine, writer.Path, frames, level, Stopwatch.GetElapsedTime(start).TotalSeconds);
        return ExitCodes.Success;
    }

    private static ParameterValues CreateValues(Settings settings, MidiFile song, PresetBank presets)
    {
        var values = new ParameterValues();
        if (song.Events.Any(e => e.Message.Kind == MidiMessageKind.NoteOn))
        {
            values[ParameterId.Mode] = (float)PlayMode.Notes;
        }

        if (settings.Preset is { } name)
        {
            var found =
                presets.Find(name)
                ?? throw new UsageException(
                    $"There is no preset '{name}': there are {string.Join(", ", presets.Presets.Select(p => p.Name))}."
                );
            var mode = values[ParameterId.Mode];
            found.ApplyTo(values);
            values[ParameterId.Mode] = mode;
        }

        foreach (var (id, value) in settings.Values)
        {
            values[id] = value;
        }

        return values;
    }

    private static MidiMap LoadMap(string? path)
    {
        if (path is null)
        {
            return new MidiMap();
        }

        if (!File.Exists(path))
        {
            throw new UsageException($"--midi-map '{path}' is not there.");
        }

        var map = MidiMap.Load(path, out var problem);
        return problem is null ? map : throw new VQWaveException(problem);
    }

    private static SoundLevel Play(
        MidiFile song,
        long frames,
        int rate,
        Instrument instrument,
        AudioFileWriter writer,
        StageProgress progress,
        CancellationToken cancellation
    )
    {
        var block = new float[BlockFrames];
        var events = new List<InstrumentEvent>();
        var next = 0;
        var level = new SoundLevelMeter();
        for (var at = 0L; at < frames && !cancellation.IsCancellationRequested; at += block.Length)
        {
            events.Clear();
            for (; next < song.Events.Count && Frame(song.Events[next]) < at + block.Length; next++)
            {
                events.Add(InstrumentEvent.Midi((int)(Frame(song.Events[next]) - at), song.Events[next].Message));
            }

            instrument.Render(block, System.Runtime.InteropServices.CollectionsMarshal.AsSpan(events));
            var used = block.AsSpan(0, (int)Math.Min(block.Length, frames - at));
            level.Add(used);
            writer.Append(used);
            progress.Report("render", (int)(Math.Min(frames, at + block.Length) * 1000 / frames), 1000);
        }

        return level.Level;

        long Frame(MidiFileEvent e) => (long)Math.Round(e.Seconds * rate);
    }

    private static void Report(
        bool json,
        string songPath,
        MidiFile song,
        Settings settings,
        ParameterValues values,
        LiveEngine engine,
        string path,
        long frames,
        SoundLevel level,
        double elapsed
    )
    {
        var seconds = (double)frames / settings.Rate;
        var notes = song.Events.Count(e => e.Message.Kind == MidiMessageKind.NoteOn);
        if (json)
        {
            Json.Write(
                new JsonObject
                {
                    ["song"] = songPath,
                    ["model"] = engine.Pack.Manifest.Name,
                    ["file"] = path,
                    ["seed"] = (int)values[ParameterId.Seed],
                    ["mode"] = values.Table[ParameterId.Mode].Format(values[ParameterId.Mode]),
                    ["events"] = song.Events.Count,
                    ["notes"] = notes,
                    ["sample_rate"] = settings.Rate,
                    ["samples"] = frames,
                    ["seconds"] = Json.Number(seconds),
                    ["elapsed_seconds"] = Json.Number(elapsed),
                    ["real_time_factor"] = Json.Number(seconds / elapsed),
                    ["rms_dbfs"] = Json.Number(level.RmsDecibels),
                    ["peak_dbfs"] = Json.Number(level.PeakDecibels),
                    ["clipped_share"] = Json.Number(level.ClippedShare),
                    ["levels"] = new JsonArray([
                        .. engine.Engines.Zip(
                            engine.Pack.Configuration.Levels,
                            (e, l) =>
                                new JsonObject
                                {
                                    ["level"] = l.Compression,
                                    ["engine"] = e.Name,
                                    ["precision"] = e.Precision.ToName(),
                                }
                        ),
                    ]),
                }
            );
            return;
        }

        Console.Out.WriteLine(
            $"{path}: {seconds:F2} s of '{Path.GetFileName(songPath)}' ({notes} notes) by {engine.Pack.Manifest.Name} in {engine.Engines[^1].Precision.ToName()}, seed {(int)values[ParameterId.Seed]}, "
                + $"{(double.IsFinite(level.RmsDecibels) ? $"{level.RmsDecibels:F1} dBFS RMS, peak {level.PeakDecibels:F1}" : "silent")}, "
                + $"in {elapsed:F2} s ({seconds / elapsed:F2} times real time)."
        );
    }

    private sealed record Settings(
        string? Model,
        InferenceOptions Inference,
        int Rate,
        double Tail,
        string? Preset,
        IReadOnlyList<KeyValuePair<ParameterId, float>> Values,
        string? Map
    );
}
