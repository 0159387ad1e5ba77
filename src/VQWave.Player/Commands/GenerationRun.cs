using System.Diagnostics;
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
    private readonly GenerationFiles files;
    private readonly bool play;

    private GenerationRun(GenerationArguments arguments, bool play)
    {
        this.arguments = arguments;
        this.play = play;
        pack = ModelPack.Open(ModelPackLocator.FromEnvironment().Find(arguments.Model));
        request = CreateRequest(arguments, pack.Configuration);
        runtime = InferenceRuntime.Create(arguments.Inference, pack);
        // Before the work: a folder that cannot be written to is found out now, not in the end.
        files = new GenerationFiles(arguments, request, pack.Configuration);
    }

    public static int Execute(GenerationArguments arguments, bool play, CancellationToken cancellation)
    {
        using var run = new GenerationRun(arguments, play);
        return run.Execute(cancellation);
    }

    /// <summary>Deletes what was begun and not completed.</summary>
    public void Dispose() => files.Dispose();

    private static GenerationRequest CreateRequest(GenerationArguments arguments, HierarchyConfiguration configuration)
    {
        var finest = CommandLineValues.FinestLevel(arguments.Generators, configuration);
        var rate = configuration.CodeRate(configuration.Levels[finest]);
        var seconds = arguments.Length is { } codes ? codes / rate : arguments.Seconds!.Value;
        if (seconds > GenerationRequest.MaximumSeconds)
        {
            throw new UsageException(
                $"--length {arguments.Length} is {seconds:F0} seconds, and a piece is up to {GenerationRequest.MaximumSeconds} (it is held in memory)."
            );
        }

        if (arguments.Count * seconds > GenerationRequest.MaximumTotalSeconds)
        {
            throw new UsageException(
                $"--count {arguments.Count} of {seconds:F0} seconds each is more than {GenerationRequest.MaximumTotalSeconds} seconds together (the codes of all pieces are held in memory): ask for fewer or shorter ones."
            );
        }

        var levels = configuration.Levels.Count;
        return new GenerationRequest
        {
            Seed = arguments.Seed,
            Count = arguments.Count,
            FinestLevel = finest,
            Length = arguments.Length ?? (int)Math.Max(1, Math.Ceiling(seconds * rate)),
            Sampling = new SamplingSettings
            {
                LevelTemperatures = CommandLineValues.PerLevel("--temperature", arguments.Temperatures, finest + 1, levels),
                LevelTopK = CommandLineValues.PerLevel("--top-k", arguments.TopKs, finest + 1, levels),
            },
        };
    }

    private int Execute(CancellationToken cancellation)
    {
        if (runtime.Notice is not null)
        {
            Console.Error.WriteLine(runtime.Notice);
        }

        var start = Stopwatch.GetTimestamp();
        var sounds = StageProgress.Run(arguments.Json, progress => Generate(progress, cancellation));
        var elapsed = Stopwatch.GetElapsedTime(start).TotalSeconds;
        cancellation.ThrowIfCancellationRequested();
        files.Complete();
        var report = new GenerationReport(pack, runtime.ProviderName, request, files, sounds, Samples(request.FinestLevel), elapsed);
        if (arguments.Json)
        {
            Json.Write(report.ToJson());
        }
        else
        {
            report.Write(Console.Out);
        }

        Play(sounds, cancellation);
        return cancellation.IsCancellationRequested ? ExitCodes.Interrupted : ExitCodes.Success;
    }

    private List<GeneratedSound> Generate(StageProgress progress, CancellationToken cancellation)
    {
        IReadOnlyList<GeneratedLevel> levels;
        using (var generator = new PieceGenerator(runtime, pack))
        {
            levels = generator.Generate(
                request,
                p => progress.Report($"generate {pack.Configuration.Levels[p.LevelIndex].Name}x", p.Done, p.Total),
                cancellation
            );
        }

        var sounds = new List<GeneratedSound>();
        foreach (var level in levels)
        {
            if (!arguments.Intermediates && level.Index != request.FinestLevel)
            {
                sounds.AddRange(level.Pieces.Select((_, piece) => new GeneratedSound(level, piece, null, 0, null)));
                continue;
            }

            using var decoder = new DecoderRunner(runtime, pack, level.Index);
            for (var piece = 0; piece < level.Pieces.Count; piece++)
            {
                sounds.Add(Decode(decoder, level, piece, progress, cancellation));
            }
        }

        return sounds;
    }

    // Written at once, so that one piece's sound is held at a time.
    private GeneratedSound Decode(
        DecoderRunner decoder,
        GeneratedLevel level,
        int piece,
        StageProgress progress,
        CancellationToken cancellation
    )
    {
        var start = Stopwatch.GetTimestamp();
        var codes = level.Pieces[piece];
        var total = codes.Length * (double)level.Pieces.Count;
        var audio = decoder.Decode(
            codes,
            done => progress.Report($"decode {level.Level.Name}x", (codes.Length * (double)piece) + done, total),
            cancellation
        );
        var samples = audio[..Samples(level.Index)];
        var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        files.Write(piece, level.Index, samples);
        return new GeneratedSound(level, piece, SoundLevel.Of(samples), seconds, play ? samples : null);
    }

    // All levels last as long as was asked for, though codes of the coarser ones are longer.
    private int Samples(int level)
    {
        var configuration = pack.Configuration;
        var wanted = arguments.Seconds is { } seconds
            ? Math.Max(1, (int)Math.Round(seconds * configuration.SampleRate))
            : request.Length * configuration.Levels[request.FinestLevel].Compression;
        var codes = HierarchicalGenerator.Lengths(configuration, request.FinestLevel, request.Length)[level];
        return Math.Min(wanted, codes * configuration.Levels[level].Compression);
    }

    private void Play(List<GeneratedSound> sounds, CancellationToken cancellation)
    {
        foreach (var sound in sounds)
        {
            if (sound.Samples is null || cancellation.IsCancellationRequested)
            {
                continue;
            }

            Console.Error.WriteLine($"Playing {sound.Level.Level.Name}x …");
            PortAudioPlayer.Play(sound.Samples, pack.Configuration.SampleRate, null, cancellation);
        }
    }
}
