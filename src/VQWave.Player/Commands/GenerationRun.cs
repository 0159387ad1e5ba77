using System.Diagnostics;
using System.Text.Json.Nodes;
using VQWave.Analysis;
using VQWave.Devices;
using VQWave.Generation;
using VQWave.Inference;
using VQWave.Models;
using VQWave.Player.Output;

namespace VQWave.Player.Commands;

/// <summary>Generates, decodes, writes, plays and reports.</summary>
internal sealed class GenerationRun : IDisposable
{
    private readonly GenerationArguments arguments;
    private readonly ModelPack pack;
    private readonly InferenceRuntime runtime;
    private readonly GenerationRequest request;
    private readonly Dictionary<int, AudioFileWriter> writers = [];

    private GenerationRun(GenerationArguments arguments)
    {
        this.arguments = arguments;
        pack = ModelPack.Open(ModelPackLocator.FromEnvironment().Find(arguments.Model));
        request = CreateRequest(arguments, pack.Configuration);
        runtime = InferenceRuntime.Create(arguments.Inference, pack);
    }

    public static int Execute(GenerationArguments arguments, bool play, CancellationToken cancellation)
    {
        using var run = new GenerationRun(arguments);
        return run.Execute(play, cancellation);
    }

    /// <summary>Deletes what was begun and not completed.</summary>
    public void Dispose()
    {
        foreach (var writer in writers.Values)
        {
            writer.Dispose();
        }
    }

    private static GenerationRequest CreateRequest(GenerationArguments arguments, HierarchyConfiguration configuration)
    {
        var finest = CommandLineValues.FinestLevel(arguments.Generators, configuration);
        var rate = configuration.CodeRate(configuration.Levels[finest]);
        if (arguments.Length is { } codes && codes / rate > GenerationRequest.MaximumSeconds)
        {
            throw new UsageException(
                $"--length {codes} is {codes / rate:F0} seconds, and a piece is up to {GenerationRequest.MaximumSeconds} (it is held in memory)."
            );
        }

        var levels = configuration.Levels.Count;
        return new GenerationRequest
        {
            Seed = arguments.Seed,
            FinestLevel = finest,
            Length = arguments.Length ?? (int)Math.Max(1, Math.Ceiling(arguments.Seconds!.Value * rate)),
            Sampling = new SamplingSettings
            {
                LevelTemperatures = CommandLineValues.PerLevel("--temperature", arguments.Temperatures, finest + 1, levels),
                LevelTopK = CommandLineValues.PerLevel("--top-k", arguments.TopKs, finest + 1, levels),
            },
        };
    }

    private int Execute(bool play, CancellationToken cancellation)
    {
        // Before the work: a folder that cannot be written to is found out now, not in the end.
        OpenWriters();
        if (runtime.Notice is not null)
        {
            Console.Error.WriteLine(runtime.Notice);
        }

        var start = Stopwatch.GetTimestamp();
        var sounds = StageProgress.Run(arguments.Json, progress => Generate(progress, cancellation));
        var elapsed = Stopwatch.GetElapsedTime(start).TotalSeconds;
        cancellation.ThrowIfCancellationRequested();
        foreach (var sound in sounds.Where(s => writers.ContainsKey(s.Level.Index)))
        {
            writers[sound.Level.Index].Append(sound.Samples!);
        }

        // A file appears when all of them are whole.
        foreach (var writer in writers.Values)
        {
            writer.Complete();
        }

        Report(sounds, elapsed);
        if (play)
        {
            Play(sounds, cancellation);
        }

        return cancellation.IsCancellationRequested ? ExitCodes.Interrupted : ExitCodes.Success;
    }

    private void OpenWriters()
    {
        if (arguments.Output is not { } output)
        {
            return;
        }

        if (arguments.Intermediates)
        {
            for (var i = 0; i < request.FinestLevel; i++)
            {
                var name = $"{Path.GetFileNameWithoutExtension(output)}_{pack.Configuration.Levels[i].Name}{Path.GetExtension(output)}";
                var path = Path.Combine(Path.GetDirectoryName(output) ?? "", name);
                writers.Add(i, new AudioFileWriter(path, pack.Configuration.SampleRate));
            }
        }

        writers.Add(request.FinestLevel, new AudioFileWriter(output, pack.Configuration.SampleRate));
    }

    private List<Sound> Generate(StageProgress progress, CancellationToken cancellation)
    {
        IReadOnlyList<GeneratedLevel> levels;
        using (var generator = new HierarchicalGenerator(runtime, pack))
        {
            levels = generator.Generate(
                request,
                p => progress.Report($"generate {pack.Configuration.Levels[p.LevelIndex].Name}x", p.Done, p.Total),
                cancellation
            );
        }

        var sounds = new List<Sound>();
        foreach (var level in levels)
        {
            if (!arguments.Intermediates && level.Index != request.FinestLevel)
            {
                sounds.Add(new Sound(level, null, 0));
                continue;
            }

            var start = Stopwatch.GetTimestamp();
            using var decoder = new DecoderRunner(runtime, pack, level.Index);
            var audio = decoder.Decode(
                level.Codes,
                done => progress.Report($"decode {level.Level.Name}x", done, level.Codes.Length),
                cancellation
            );
            sounds.Add(new Sound(level, Trim(audio), Stopwatch.GetElapsedTime(start).TotalSeconds));
        }

        return sounds;
    }

    // All levels last as long as was asked for, though codes of the coarser ones are longer.
    private float[] Trim(float[] audio)
    {
        var finest = pack.Configuration.Levels[request.FinestLevel];
        var wanted = arguments.Seconds is { } seconds
            ? Math.Max(1, (int)Math.Round(seconds * pack.Configuration.SampleRate))
            : request.Length * finest.Compression;
        return wanted < audio.Length ? audio[..wanted] : audio;
    }

    private void Play(List<Sound> sounds, CancellationToken cancellation)
    {
        foreach (var sound in sounds.Where(s => s.Samples is not null))
        {
            Console.Error.WriteLine($"Playing {sound.Level.Level.Name}x …");
            PortAudioPlayer.Play(sound.Samples, pack.Configuration.SampleRate, null, cancellation);
            if (cancellation.IsCancellationRequested)
            {
                return;
            }
        }
    }

    private void Report(List<Sound> sounds, double elapsed)
    {
        var audioSeconds = (double)sounds[^1].Samples!.Length / pack.Configuration.SampleRate;
        if (arguments.Json)
        {
            Json.Write(ToJson(sounds, elapsed, audioSeconds));
            return;
        }

        var table = new TextTable(
            "level",
            "codes",
            "used",
            "entropy",
            "T",
            "top-k",
            "generate s",
            "decode s",
            "RMS dBFS",
            "peak dBFS",
            "file"
        );
        foreach (var sound in sounds)
        {
            var statistics = sound.Statistics;
            table.Add(
                $"{sound.Level.Level.Name}x",
                $"{sound.Level.Codes.Length}",
                $"{statistics.Used}",
                $"{statistics.EntropyBits:F2}",
                $"{request.Sampling.TemperatureOf(sound.Level.Index)}",
                $"{request.Sampling.TopKOf(sound.Level.Index)}",
                $"{sound.Level.Seconds:F2}",
                sound.Samples is null ? "–" : $"{sound.DecodeSeconds:F2}",
                sound.Samples is null ? "–" : Decibels(sound.Loudness!.RmsDecibels),
                sound.Samples is null ? "–" : Decibels(sound.Loudness!.PeakDecibels),
                writers.TryGetValue(sound.Level.Index, out var writer) ? writer.Path : "–"
            );
        }

        table.Write(Console.Out);
        Console.Out.WriteLine(
            $"{pack.Manifest.Name}: {audioSeconds:F2} s in {elapsed:F2} s ({audioSeconds / elapsed:F2} times real time) on the {runtime.ProviderName} in {sounds[^1].Level.Precision.ToName()}, seed {request.Seed}."
        );
    }

    private JsonObject ToJson(List<Sound> sounds, double elapsed, double audioSeconds)
    {
        var levels = new JsonArray();
        foreach (var sound in sounds)
        {
            var statistics = sound.Statistics;
            var level = new JsonObject
            {
                ["level"] = sound.Level.Level.Compression,
                ["codes"] = sound.Level.Codes.Length,
                ["codes_used"] = statistics.Used,
                ["entropy_bits"] = Json.Number(statistics.EntropyBits),
                ["temperature"] = Json.Number(request.Sampling.TemperatureOf(sound.Level.Index)),
                ["top_k"] = request.Sampling.TopKOf(sound.Level.Index),
                ["engine"] = sound.Level.Engine,
                ["precision"] = sound.Level.Precision.ToName(),
                ["generate_seconds"] = Json.Number(sound.Level.Seconds),
            };
            if (sound.Samples is not null)
            {
                level["decode_seconds"] = Json.Number(sound.DecodeSeconds);
                level["rms_dbfs"] = Json.Number(sound.Loudness!.RmsDecibels);
                level["peak_dbfs"] = Json.Number(sound.Loudness.PeakDecibels);
                level["clipped_share"] = Json.Number(sound.Loudness.ClippedShare);
                level["file"] = writers.TryGetValue(sound.Level.Index, out var writer) ? writer.Path : null;
            }

            levels.Add(level);
        }

        return new JsonObject
        {
            ["model"] = pack.Manifest.Name,
            ["directory"] = pack.Directory,
            ["device"] = runtime.ProviderName,
            ["seed"] = request.Seed,
            ["sample_rate"] = pack.Configuration.SampleRate,
            ["samples"] = sounds[^1].Samples!.Length,
            ["seconds"] = Json.Number(audioSeconds),
            ["elapsed_seconds"] = Json.Number(elapsed),
            ["real_time_factor"] = Json.Number(audioSeconds / elapsed),
            ["file"] = arguments.Output,
            ["levels"] = levels,
        };
    }

    private static string Decibels(double value) => double.IsFinite(value) ? $"{value:F1}" : "silent";

    /// <summary>A level with its sound, if it was decoded.</summary>
    private sealed record Sound(GeneratedLevel Level, float[]? Samples, double DecodeSeconds)
    {
        public CodeStatistics Statistics { get; } = CodeStatistics.FromCodes(Level.Codes, Level.Level.CodebookSize);

        public SoundLevel? Loudness { get; } = Samples is null ? null : SoundLevel.Of(Samples);
    }
}
