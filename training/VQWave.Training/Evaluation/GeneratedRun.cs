using System.Text.Json.Nodes;
using VQWave.Analysis;
using VQWave.Devices;
using VQWave.Generation;
using VQWave.Inference;
using VQWave.Models;
using VQWave.Training.Data;
using VQWave.Training.Training;

namespace VQWave.Training.Evaluation;

/// <summary>Generates clips, keeps them, compares them with a corpus, draws and reports.</summary>
internal sealed class GeneratedRun(GeneratedOptions options, string? spectrogram, string? audioDirectory, bool json)
{
    private const int MostClips = 100;
    private const int PicturedClips = 4;
    private const double PicturedHertz = 8000;

    // With fewer, 5 and 95 % say hardly more than the lowest and the highest.
    private const int FewWindows = 20;

    /// <summary>Does it all.</summary>
    /// <exception cref="VQWaveException">The options, the pack or the data cannot be used.</exception>
    public GeneratedFigures Execute(string packName, string dataDirectory, InferenceOptions inference, CancellationToken cancellation)
    {
        Check();
        var pack = ModelPack.Open(ModelPackLocator.FromEnvironment().Find(packName));
        options.Sampling.ValidateFor(pack.Configuration.Levels.Count);
        var rate = pack.Configuration.SampleRate;
        using var data = new U16Dataset(dataDirectory, (long)(GeneratedEvaluator.ShortestWindowSeconds * rate));
        PrepareOutputs();
        var runtime = InferenceRuntime.Create(inference, pack);
        if (runtime.Notice is not null)
        {
            Console.Error.WriteLine(runtime.Notice);
        }

        var clips = GeneratedEvaluator.Generate(runtime, pack, options, cancellation);
        try
        {
            // First of all what took longest to make.
            WriteClips(clips, rate);
            var figures = GeneratedEvaluator.Compare(clips, data, rate, options.SkipSeconds, options.WindowSeconds, cancellation);
            Draw(clips, figures, rate);
            if (json)
            {
                Console.Out.WriteLine(EvaluationJson.Text(ToJson(pack, runtime.ProviderName, dataDirectory, clips, figures)));
            }
            else
            {
                Report(pack, dataDirectory, figures);
            }

            return figures;
        }
        catch (Exception e) when (e is AudioFileException or AnalysisException)
        {
            throw new VQWaveException(e.Message, e);
        }
    }

    private void Check()
    {
        if (options.Seconds is not (> 0 and <= GenerationRequest.MaximumSeconds))
        {
            throw new VQWaveException($"--seconds {options.Seconds} is not a number above 0 and up to {GenerationRequest.MaximumSeconds}.");
        }

        if (!(options.SkipSeconds >= 0 && options.Seconds - options.SkipSeconds >= GeneratedEvaluator.ShortestWindowSeconds))
        {
            throw new VQWaveException(
                $"--skip-seconds {options.SkipSeconds} of {options.Seconds} seconds must be 0 or more and leave at least {GeneratedEvaluator.ShortestWindowSeconds} to measure."
            );
        }

        if (options.WindowSeconds is not (>= GeneratedEvaluator.ShortestWindowSeconds and <= GenerationRequest.MaximumSeconds))
        {
            throw new VQWaveException(
                $"--window-seconds {options.WindowSeconds} is not {GeneratedEvaluator.ShortestWindowSeconds} to {GenerationRequest.MaximumSeconds}."
            );
        }

        if (options.Count is < 1 or > MostClips)
        {
            throw new VQWaveException($"--count {options.Count} is not 1 to {MostClips} clips.");
        }
    }

    private void PrepareOutputs()
    {
        if (audioDirectory is not null)
        {
            WeightFiles.PrepareDirectory(audioDirectory);
        }

        if (spectrogram is not null && !Directory.Exists(Path.GetDirectoryName(Path.GetFullPath(spectrogram))))
        {
            throw new VQWaveException($"--spectrogram {spectrogram} cannot be written: its folder does not exist.");
        }
    }

    private void WriteClips(IReadOnlyList<GeneratedClip> clips, int rate)
    {
        foreach (var clip in audioDirectory is null ? [] : clips)
        {
            using var writer = new AudioFileWriter(Path.Combine(audioDirectory!, $"generated_{clip.Seed}.wav"), rate);
            writer.Append(clip.Samples);
            writer.Complete();
        }
    }

    // Corpus to the left, clips to the right, all on the same scales of time, frequency and level.
    private void Draw(IReadOnlyList<GeneratedClip> clips, GeneratedFigures figures, int rate)
    {
        if (spectrogram is null)
        {
            return;
        }

        var skip = (int)Math.Round(options.SkipSeconds * rate);
        var panels = new List<(string, float[])>();
        for (var i = 0; i < Math.Min(Math.Min(clips.Count, figures.CorpusExamples.Count), PicturedClips); i++)
        {
            var (name, samples) = figures.CorpusExamples[i];
            panels.Add(($"corpus: {name}", samples));
            panels.Add(($"generated: seed {clips[i].Seed}", clips[i].Samples.AsSpan(skip, figures.WindowSamples).ToArray()));
        }

        SpectrogramImage.WritePng(spectrogram, panels, rate, columns: 2, maxHertz: Math.Min(PicturedHertz, rate / 2.0));
    }

    private JsonObject ToJson(
        ModelPack pack,
        string device,
        string dataDirectory,
        IReadOnlyList<GeneratedClip> clips,
        GeneratedFigures figures
    )
    {
        var measures = new JsonObject();
        foreach (var comparison in figures.Measures)
        {
            measures[comparison.Measure.Key] = new JsonObject
            {
                ["corpus"] = ToJson(comparison.Corpus),
                ["generated"] = ToJson(comparison.Generated),
                ["clips"] = new JsonArray([.. comparison.Clips.Select(c => EvaluationJson.Number(c))]),
                ["inside"] = comparison.Inside,
            };
        }

        var levels = Enumerable.Range(0, pack.Configuration.Levels.Count).ToArray();
        return new JsonObject
        {
            ["model"] = pack.Manifest.Name,
            ["directory"] = pack.Directory,
            ["data"] = dataDirectory,
            ["device"] = device,
            ["seconds"] = EvaluationJson.Number(options.Seconds),
            ["skip_seconds"] = EvaluationJson.Number(options.SkipSeconds),
            ["window_seconds"] = EvaluationJson.Number((double)figures.WindowSamples / pack.Configuration.SampleRate),
            ["temperatures"] = new JsonArray([.. levels.Select(i => EvaluationJson.Number(options.Sampling.TemperatureOf(i)))]),
            ["top_k"] = new JsonArray([.. levels.Select(i => (JsonNode?)options.Sampling.TopKOf(i))]),
            ["seeds"] = new JsonArray([.. clips.Select(c => (JsonNode?)c.Seed)]),
            ["corpus_files"] = figures.CorpusFiles,
            ["corpus_windows"] = figures.CorpusWindows,
            ["measures"] = measures,
            ["inside"] = figures.Measures.Count(m => m.Inside),
            ["all_inside"] = figures.AllInside,
            ["frechet_log_mel"] = EvaluationJson.Number(figures.Frechet),
            ["frechet_log_mel_corpus_halves"] = EvaluationJson.Number(figures.FrechetYardstick),
        };
    }

    private static JsonObject ToJson(Distribution distribution) =>
        new()
        {
            ["min"] = EvaluationJson.Number(distribution.Minimum),
            ["p5"] = EvaluationJson.Number(distribution.Low),
            ["median"] = EvaluationJson.Number(distribution.Median),
            ["p95"] = EvaluationJson.Number(distribution.High),
            ["max"] = EvaluationJson.Number(distribution.Maximum),
        };

    private void Report(ModelPack pack, string dataDirectory, GeneratedFigures figures)
    {
        Console.Out.WriteLine(
            $"{pack.Manifest.Name}: {options.Count} clips from seed {options.Seed}, beside {figures.CorpusWindows} windows of {figures.CorpusFiles} files of {dataDirectory}; "
                + $"windows of {(double)figures.WindowSamples / pack.Configuration.SampleRate:F1} s, after {options.SkipSeconds} s of each clip"
        );
        Console.Out.WriteLine();
        var table = new FigureTable("measure", "min", "5 %", "corpus", "95 %", "max", "generated", "min", "max", "", "clips");
        foreach (var comparison in figures.Measures)
        {
            string Cell(double value) => FigureTable.Cell(value, comparison.Measure.Places);
            var corpus = comparison.Corpus;
            table.Add(
                comparison.Measure.Title,
                Cell(corpus.Minimum),
                Cell(corpus.Low),
                Cell(corpus.Median),
                Cell(corpus.High),
                Cell(corpus.Maximum),
                Cell(comparison.Generated.Median),
                Cell(comparison.Generated.Minimum),
                Cell(comparison.Generated.Maximum),
                comparison.Inside ? "inside" : "outside",
                string.Join(' ', comparison.Clips.Select(Cell))
            );
        }

        table.Write(Console.Out);
        Console.Out.WriteLine();
        Console.Out.WriteLine(
            $"{figures.Measures.Count(m => m.Inside)} of {figures.Measures.Count} medians are inside the corpus's 5 to 95 %."
        );
        if (figures.CorpusWindows < FewWindows)
        {
            Console.Out.WriteLine(
                $"With {figures.CorpusWindows} windows of the corpus this spread is rough: give more files or a shorter --window-seconds."
            );
        }

        Console.Out.WriteLine(
            $"Frechet distance of log mel frames: {FigureTable.Cell(figures.Frechet, 2)} to the corpus, {FigureTable.Cell(figures.FrechetYardstick, 2)} between two halves of the corpus."
        );
    }
}
