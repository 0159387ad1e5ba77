using VQWave.Analysis;
using VQWave.Generation;
using VQWave.Inference;
using VQWave.Models;
using VQWave.Training.Data;
using VQWave.Training.Training;

namespace VQWave.Training.Evaluation;

/// <summary>Generates clips as the player does and compares what they are like with a corpus.</summary>
internal static class GeneratedEvaluator
{
    /// <summary>The least that is worth measuring: the onset rate of a second, or the chroma, says little below it.</summary>
    public const double ShortestWindowSeconds = 1;

    // Windows overlap by half; more than this many say no more about 5 % and 95 %.
    private const int MostWindows = 200;

    // At least this share of the corpus's files must be as long as a window, or the window becomes shorter.
    private const double FilesWanted = 0.75;

    /// <summary>Generates the clips at the finest level.</summary>
    public static IReadOnlyList<GeneratedClip> Generate(
        InferenceRuntime runtime,
        ModelPack pack,
        GeneratedOptions options,
        CancellationToken cancellation = default
    )
    {
        var configuration = pack.Configuration;
        var samples = (int)Math.Round(options.Seconds * configuration.SampleRate);
        var compression = configuration.Finest.Compression;
        var length = (samples + compression - 1) / compression;
        var finest = configuration.Levels.Count - 1;
        var perClip = HierarchicalGenerator.Lengths(configuration, finest, length);
        var clips = new List<GeneratedClip>();
        using var line = new ProgressLine("generate", (long)perClip.Sum() * options.Count);
        using var generator = new HierarchicalGenerator(runtime, pack);
        using var decoder = new DecoderRunner(runtime, pack, finest);
        for (var i = 0; i < options.Count; i++)
        {
            var seed = options.Seed + (ulong)i;
            var before = (long)perClip.Sum() * i;
            var levels = generator.Generate(
                new GenerationRequest
                {
                    Seed = seed,
                    FinestLevel = finest,
                    Length = length,
                    Sampling = options.Sampling,
                },
                p => line.Report(before + perClip[..p.LevelIndex].Sum() + p.Done, () => $"clip {clips.Count + 1} of {options.Count}"),
                cancellation
            );
            var audio = decoder.Decode(levels[^1].Codes, null, cancellation);
            clips.Add(new GeneratedClip(seed, audio[..Math.Min(samples, audio.Length)]));
        }

        return clips;
    }

    /// <summary>Compares clips with a corpus.</summary>
    /// <param name="clips">One or more of the same length.</param>
    /// <param name="corpus">The corpus's files at the same rate, none shorter than <see cref="ShortestWindowSeconds"/>.</param>
    /// <param name="sampleRate">Samples a second of both.</param>
    /// <param name="skipSeconds">Beginning of each clip that is left out.</param>
    /// <param name="windowSeconds">Length of the windows that both are cut into, if clips and most files are that long.</param>
    /// <param name="cancellation">Looked at between windows.</param>
    /// <exception cref="VQWaveException">The clips are too short.</exception>
    public static GeneratedFigures Compare(
        IReadOnlyList<GeneratedClip> clips,
        U16Dataset corpus,
        int sampleRate,
        double skipSeconds,
        double windowSeconds,
        CancellationToken cancellation = default
    )
    {
        var skip = (int)Math.Round(skipSeconds * sampleRate);
        var window = Window(clips.Min(c => c.Samples.Length) - skip, corpus, sampleRate, windowSeconds);
        var windows = CorpusWindows(corpus, window);
        using var line = new ProgressLine("compare", windows.Count + clips.Count);
        var corpusValues = new List<double[]>();
        foreach (var (file, start) in windows)
        {
            cancellation.ThrowIfCancellationRequested();
            line.Report(corpusValues.Count, () => "windows");
            corpusValues.Add(SoundMeasure.Measure(Read(file, start, window), sampleRate));
        }

        var clipValues = new List<List<double[]>>();
        foreach (var clip in clips)
        {
            line.Report(windows.Count + clipValues.Count, () => "windows");
            var values = new List<double[]>();
            foreach (var start in Starts(clip.Samples.Length - skip, window))
            {
                cancellation.ThrowIfCancellationRequested();
                values.Add(SoundMeasure.Measure(clip.Samples.AsSpan(skip + (int)start, window), sampleRate));
            }

            clipValues.Add(values);
        }

        var (frechet, yardstick) = Frechet(clips, skip, corpus, sampleRate, cancellation);
        return new GeneratedFigures(
            window,
            windows.Count,
            windows.Select(w => w.File).Distinct().Count(),
            [
                .. SoundMeasure.All.Select(
                    (measure, i) =>
                        new MeasureComparison(
                            measure,
                            Distribution.Of(corpusValues.Select(v => v[i])),
                            Distribution.Of(clipValues.SelectMany(c => c.Select(v => v[i]))),
                            [.. clipValues.Select(c => Distribution.Of(c.Select(v => v[i])).Median)]
                        )
                ),
            ],
            frechet,
            yardstick,
            [.. Evenly(windows, clips.Count).Select(w => (Path.GetFileNameWithoutExtension(w.File.Path), Read(w.File, w.Start, window)))]
        );
    }

    private static int Window(int measured, U16Dataset corpus, int sampleRate, double windowSeconds)
    {
        var shortest = (int)(ShortestWindowSeconds * sampleRate);
        if (measured < shortest)
        {
            throw new VQWaveException(
                $"After the beginning that is skipped, {Math.Max(measured, 0) / (double)sampleRate:0.##} seconds of a clip are left, and at least {ShortestWindowSeconds} is needed: use a longer --seconds or a shorter --skip-seconds."
            );
        }

        var lengths = corpus.Files.Select(f => f.Length).OrderDescending().ToArray();
        var longest = Math.Min(measured, lengths[(int)Math.Ceiling(FilesWanted * lengths.Length) - 1]);
        return (int)Math.Min(longest, Math.Round(windowSeconds * sampleRate));
    }

    private static List<(U16File File, long Start)> CorpusWindows(U16Dataset corpus, int window)
    {
        var all = new List<(U16File File, long Start)>();
        foreach (var file in corpus.Files.Where(f => f.Length >= window))
        {
            all.AddRange(Starts(file.Length, window).Select(start => (file, start)));
        }

        return [.. Evenly(all, MostWindows)];
    }

    private static IEnumerable<long> Starts(long length, int window)
    {
        for (long start = 0; start + window <= length; start += window / 2)
        {
            yield return start;
        }
    }

    private static IEnumerable<T> Evenly<T>(List<T> all, int most)
    {
        var count = Math.Min(all.Count, most);
        return Enumerable.Range(0, count).Select(i => all[(int)(((2L * i) + 1) * all.Count / (2 * count))]);
    }

    private static (double Distance, double Yardstick) Frechet(
        IReadOnlyList<GeneratedClip> clips,
        int skip,
        U16Dataset corpus,
        int sampleRate,
        CancellationToken cancellation
    )
    {
        var bank = new MelFilterBank(sampleRate);
        GaussianFit[] halves = [new(bank.Bands), new(bank.Bands)];
        var whole = new GaussianFit(bank.Bands);
        var generated = new GaussianFit(bank.Bands);
        for (var i = 0; i < corpus.Files.Count; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            var frames = bank.LogMagnitudes(corpus.Files[i].ReadAll());
            for (var frame = 0; frame < frames.Length; frame++)
            {
                // Every other file; of a single one its first and its second half.
                var half = corpus.Files.Count > 1 ? i % 2 : 2 * frame / frames.Length;
                whole.Add(frames[frame]);
                halves[half].Add(frames[frame]);
            }
        }

        foreach (var clip in clips)
        {
            generated.AddLogMel(clip.Samples.AsSpan(skip), bank);
        }

        return (FrechetDistance.Squared(whole, generated), FrechetDistance.Squared(halves[0], halves[1]));
    }

    private static float[] Read(U16File file, long start, int length)
    {
        var samples = new float[length];
        file.Read(start, samples);
        return samples;
    }
}
