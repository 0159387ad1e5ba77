using VQWave.Inference;
using VQWave.Models;
using VQWave.Training.Training;

namespace VQWave.Training.Evaluation;

/// <summary>Measures the VQ-VAEs and, of a pack, the generators of a hierarchy on held-out files.</summary>
internal sealed class HierarchyEvaluator
{
    private readonly HierarchyConfiguration _configuration;
    private readonly Func<int, ILevelCodec> _codec;
    private readonly Func<int, GeneratorEvaluator>? _generator;

    /// <summary>An evaluator of a model pack.</summary>
    public HierarchyEvaluator(InferenceRuntime runtime, ModelPack pack)
    {
        _configuration = pack.Configuration;
        _codec = level => new PackCodec(runtime, pack, level);
        _generator = level => new GeneratorEvaluator(runtime, pack, level);
    }

    /// <summary>An evaluator of the VQ-VAEs alone.</summary>
    /// <param name="configuration">The hierarchy.</param>
    /// <param name="codec">Opens the VQ-VAE of a level.</param>
    public HierarchyEvaluator(HierarchyConfiguration configuration, Func<int, ILevelCodec> codec)
    {
        _configuration = configuration;
        _codec = codec;
    }

    /// <summary>Measures levels.</summary>
    /// <param name="excerpts">What to encode.</param>
    /// <param name="levels">Positions of the levels, 0 the coarsest.</param>
    /// <param name="maxCodes">Codes to ask each generator for; 0 leaves the generators out.</param>
    /// <param name="cancellation">Looked at between files and steps.</param>
    /// <returns>The figures, coarsest first.</returns>
    public IReadOnlyList<LevelFigures> Evaluate(
        IReadOnlyList<Excerpt> excerpts,
        IReadOnlyCollection<int> levels,
        long maxCodes,
        CancellationToken cancellation = default
    )
    {
        var results = new List<LevelFigures>();
        IReadOnlyList<int[]>? coarser = null;
        var generators = maxCodes > 0 ? _generator : null;
        for (var i = 0; i < _configuration.Levels.Count; i++)
        {
            var wanted = levels.Contains(i);
            if (!wanted && (generators is null || !levels.Contains(i + 1)))
            {
                continue;
            }

            var (codes, figures) = EvaluateCodec(i, wanted, excerpts, cancellation);
            if (figures is not null)
            {
                var level = _configuration.Levels[i];
                var generator = generators is null ? null : EvaluateGenerator(generators(i), level, codes, coarser, maxCodes, cancellation);
                results.Add(figures with { Generator = generator });
            }

            coarser = codes;
        }

        return results;
    }

    private static GeneratorFigures EvaluateGenerator(
        GeneratorEvaluator generator,
        LevelConfiguration level,
        int[][] codes,
        IReadOnlyList<int[]>? coarser,
        long maxCodes,
        CancellationToken cancellation
    )
    {
        ProgressLine? line = null;
        try
        {
            return generator.Evaluate(
                codes,
                coarser,
                maxCodes,
                (done, total) => (line ??= new ProgressLine(level.GeneratorName, total)).Report(done, () => "codes"),
                cancellation
            );
        }
        finally
        {
            line?.Dispose();
        }
    }

    private (int[][] Codes, LevelFigures? Figures) EvaluateCodec(
        int index,
        bool measure,
        IReadOnlyList<Excerpt> excerpts,
        CancellationToken cancellation
    )
    {
        var level = _configuration.Levels[index];
        using var codec = _codec(index);
        using var line = new ProgressLine(level.VqvaeName, excerpts.Count);
        var all = new ReconstructionMeter(_configuration.SampleRate);
        var files = new List<ReconstructionFigures>();
        var counts = new long[level.CodebookSize];
        var codes = new int[excerpts.Count][];
        for (var i = 0; i < excerpts.Count; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            var name = excerpts[i].Name;
            line.Report(i, () => name);
            var audio = excerpts[i].Read();
            codes[i] = codec.Encode(audio);
            if (!measure)
            {
                continue;
            }

            var meter = new ReconstructionMeter(_configuration.SampleRate);
            meter.Add(audio, codec.Decode(codes[i]).AsSpan(0, audio.Length));
            all.Add(meter);
            files.Add(meter.Figures);
            foreach (var code in codes[i])
            {
                counts[code]++;
            }
        }

        var figures = measure ? new LevelFigures(level, all.Figures, Analysis.CodeStatistics.FromHistogram(counts), files, null) : null;
        return (codes, figures);
    }
}
