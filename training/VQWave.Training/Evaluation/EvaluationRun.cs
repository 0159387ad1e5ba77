using System.Text.Json.Nodes;
using VQWave.Analysis;
using VQWave.Inference;
using VQWave.Models;
using VQWave.Training.Data;

namespace VQWave.Training.Evaluation;

/// <summary>Measures a pack or weights on held-out files and reports on standard output.</summary>
internal sealed record EvaluationRun
{
    private const double MaximumSeconds = 3600;
    private const int TrebleHertz = 1000;

    /// <summary>Folder of <c>.u16</c> files.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>Compressions with commas between; null: all levels.</summary>
    public string? Levels { get; init; }

    /// <summary>Seconds of the middle of each file; 0: all of it.</summary>
    public double MaxSecondsPerFile { get; init; } = 30;

    /// <summary>Share of an excerpt's energy above 1 kHz under which it is left out: dull music is easy to encode.</summary>
    public double MinTreble { get; init; }

    /// <summary>Codes that each generator is asked for; 0: none.</summary>
    public long MaxCodes { get; init; } = 200_000;

    /// <summary>Whether to report as JSON.</summary>
    public bool Json { get; init; }

    /// <summary>Measures a pack.</summary>
    /// <param name="nameOrPath">The pack.</param>
    /// <param name="inference">Device and threads.</param>
    /// <param name="write">Whether to keep the figures in its manifest.</param>
    /// <param name="cancellation">Stops the work.</param>
    public void EvaluatePack(string nameOrPath, InferenceOptions inference, bool write, CancellationToken cancellation)
    {
        Check();
        var pack = ModelPack.Open(ModelPackLocator.FromEnvironment().Find(nameOrPath));
        var levels = ReadLevels(pack.Configuration);
        using var data = new U16Dataset(DataDirectory, pack.Configuration.Coarsest.Compression);
        var runtime = InferenceRuntime.Create(inference, pack);
        if (runtime.Notice is not null)
        {
            Console.Error.WriteLine(runtime.Notice);
        }

        var excerpts = Excerpts(data, pack.Configuration);
        var figures = new HierarchyEvaluator(runtime, pack).Evaluate(excerpts, levels, MaxCodes, cancellation);
        if (write)
        {
            ManifestMetrics.Write(pack.Directory, figures);
        }

        Report(pack.Manifest.Name, pack.Directory, runtime.ProviderName, pack.Configuration, data, excerpts, figures);
    }

    /// <summary>Measures the VQ-VAEs of weights.</summary>
    /// <param name="directory">Folder of safetensors files.</param>
    /// <param name="configuration">What they were trained for.</param>
    /// <param name="epoch">Numbered weights to take, or null.</param>
    /// <param name="threads">Threads of an operation.</param>
    /// <param name="cancellation">Stops the work.</param>
    public void EvaluateWeights(
        string directory,
        HierarchyConfiguration configuration,
        int? epoch,
        int threads,
        CancellationToken cancellation
    )
    {
        Check();
        if (!Directory.Exists(directory))
        {
            throw new VQWaveException($"There is no folder {directory}: give the one that the weights were written to.");
        }

        var levels = ReadLevels(configuration);
        using var data = new U16Dataset(DataDirectory, configuration.Coarsest.Compression);
        // Loads ONNX Runtime, or says in a sentence why it cannot.
        InferenceRuntime.Create(new InferenceOptions { Device = InferenceDevice.Cpu });
        var excerpts = Excerpts(data, configuration);
        var evaluator = new HierarchyEvaluator(configuration, level => new WeightsCodec(configuration, level, directory, epoch, threads));
        var figures = evaluator.Evaluate(excerpts, levels, 0, cancellation);
        Report(configuration.Name, Path.GetFullPath(directory), "cpu", configuration, data, excerpts, figures);
    }

    private void Check()
    {
        if (MaxSecondsPerFile is not (>= 0 and <= MaximumSeconds))
        {
            throw new VQWaveException(
                $"--max-seconds-per-file {MaxSecondsPerFile} is not 0 to {MaximumSeconds} (an excerpt is held in memory)."
            );
        }

        if (MinTreble is not (>= 0 and <= 1))
        {
            throw new VQWaveException($"--min-treble {MinTreble} is not a share from 0 to 1.");
        }

        if (MaxCodes < 0)
        {
            throw new VQWaveException($"--max-codes {MaxCodes} is below 0: give a number of codes, or 0 to leave the generators out.");
        }
    }

    private HashSet<int> ReadLevels(HierarchyConfiguration configuration)
    {
        if (Levels is null)
        {
            return [.. Enumerable.Range(0, configuration.Levels.Count)];
        }

        var indices = new HashSet<int>();
        foreach (var name in Levels.Split(',', StringSplitOptions.TrimEntries))
        {
            var index = configuration.Levels.ToList().FindIndex(l => name == l.Name);
            if (index < 0)
            {
                throw new VQWaveException(
                    $"--levels '{name}' is not one of {string.Join(", ", configuration.Levels.Select(l => l.Name))}."
                );
            }

            indices.Add(index);
        }

        return indices;
    }

    private IReadOnlyList<Excerpt> Excerpts(U16Dataset data, HierarchyConfiguration configuration)
    {
        var seconds = MaxSecondsPerFile == 0 ? MaximumSeconds : MaxSecondsPerFile;
        var all = Excerpt.Of(data, configuration.Coarsest.Compression, (long)Math.Round(seconds * configuration.SampleRate));
        if (MinTreble == 0)
        {
            return all;
        }

        var bright = all.Where(e => SpectralFeatures.EnergyShareAbove(e.Read(), configuration.SampleRate, TrebleHertz) >= MinTreble)
            .ToList();
        return bright.Count > 0
            ? bright
            : throw new VQWaveException(
                $"No file of {DataDirectory} has {100 * MinTreble:0.##} % of its energy above {TrebleHertz} Hz: give a lower --min-treble."
            );
    }

    private void Report(
        string name,
        string directory,
        string device,
        HierarchyConfiguration configuration,
        U16Dataset data,
        IReadOnlyList<Excerpt> excerpts,
        IReadOnlyList<LevelFigures> figures
    )
    {
        var seconds = excerpts.Sum(e => (double)e.Length) / configuration.SampleRate;
        var leftOut = data.ShortFiles + data.DamagedFiles.Count;
        var dull = data.Files.Count - excerpts.Count;
        if (data.DamagedFiles.Count > 0)
        {
            Console.Error.WriteLine($"{data.Files.Count} files{data.LeftOut}");
        }

        if (Json)
        {
            Console.Out.WriteLine(
                EvaluationJson.Text(
                    new JsonObject
                    {
                        ["model"] = name,
                        ["directory"] = directory,
                        ["data"] = DataDirectory,
                        ["device"] = device,
                        ["files"] = excerpts.Count,
                        ["files_left_out"] = leftOut,
                        ["dull_files_left_out"] = dull,
                        ["seconds"] = EvaluationJson.Number(seconds),
                        ["levels"] = new JsonArray([.. figures.Select(f => EvaluationJson.Full(f, excerpts, configuration.SampleRate))]),
                    }
                )
            );
            return;
        }

        Console.Out.WriteLine(
            $"{name}: {excerpts.Count} files, {seconds:F1} s of {DataDirectory}"
                + (leftOut > 0 ? $"; {leftOut} too short or damaged" : "")
                + (dull > 0 ? $"; {dull} with under {100 * MinTreble:0.##} % of their energy above {TrebleHertz} Hz left out" : "")
        );
        Console.Out.WriteLine();
        var codecs = new FigureTable(
            "level",
            "SI-SDR dB",
            "LSD dB",
            "above −80",
            "convergence",
            "STFT Np",
            "mel Np",
            "codes",
            "used",
            "share",
            "perplexity",
            "entropy bits"
        );
        foreach (var (level, reconstruction, codes, _, _) in figures)
        {
            codecs.Add(
                $"{level.Name}x",
                FigureTable.Cell(reconstruction.SiSdrDecibels, 2),
                FigureTable.Cell(reconstruction.LsdDecibels, 2),
                FigureTable.Cell(reconstruction.AudibleLsdDecibels, 2),
                FigureTable.Cell(reconstruction.SpectralConvergence, 4),
                FigureTable.Cell(reconstruction.StftNepers, 3),
                FigureTable.Cell(reconstruction.MelNepers, 3),
                $"{codes.Total}",
                $"{codes.Used}",
                $"{100 * codes.Usage:F1} %",
                FigureTable.Cell(codes.Perplexity, 1),
                FigureTable.Cell(codes.EntropyBits, 2)
            );
        }

        codecs.Write(Console.Out);
        if (!figures.Any(f => f.Generator is not null))
        {
            return;
        }

        Console.Out.WriteLine();
        var generators = new FigureTable("generator", "codes", "bits/code", "unigram", "gain", "no context", "context's share");
        foreach (var level in figures.Where(f => f.Generator is not null))
        {
            var generator = level.Generator!;
            generators.Add(
                $"{level.Level.Name}x",
                $"{generator.Codes}",
                FigureTable.Cell(generator.BitsPerCode, 3),
                FigureTable.Cell(generator.UnigramBits, 3),
                FigureTable.Cell(generator.UnigramBits - generator.BitsPerCode, 3),
                FigureTable.Cell(generator.BitsWithoutContext, 3),
                FigureTable.Cell(generator.BitsWithoutContext - generator.BitsPerCode, 3)
            );
        }

        generators.Write(Console.Out);
    }
}
