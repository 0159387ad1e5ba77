using System.Diagnostics;
using VQWave.Inference;
using VQWave.Models;

namespace VQWave.Generation;

/// <summary>
/// Generates codes offline, level after level from the coarsest: each generator is conditioned on the whole sequence of the next
/// coarser level, of which it covers every code with as many as the ratio of the two levels. Several pieces at once share each step's read of
/// the weights.
/// </summary>
/// <remarks>Threading: one caller at a time. Graphs are loaded when a level is first generated, and kept.</remarks>
public sealed class HierarchicalGenerator : IDisposable
{
    // The context of 512 coarse codes at width 288 and ratio 4 takes 2.4 MB, for each piece. Not less for several pieces: each is to be what it is
    // alone, and a convolution's last bits may depend on the length that it is given.
    private const int ContextChunk = 512;
    private const int ProgressInterval = 256;

    private readonly ModelPack pack;
    private readonly Func<int, int, GeneratorStepper> createStepper;
    private readonly GeneratorStepper?[] steppers;
    private readonly Lazy<ContextRunner>[] contexts;
    private readonly CodeSampler[] samplers;

    /// <summary>Creates a generator over a pack.</summary>
    public HierarchicalGenerator(InferenceRuntime runtime, ModelPack pack)
        : this(runtime, pack, (level, batch) => new GeneratorStepper(runtime, pack, level, batch)) { }

    /// <summary>Creates a generator over a pack on given steppers, for tests.</summary>
    /// <param name="runtime">What runs the context networks.</param>
    /// <param name="pack">The pack.</param>
    /// <param name="createStepper">Makes the stepper of a level, by its index, for a number of pieces.</param>
    internal HierarchicalGenerator(InferenceRuntime runtime, ModelPack pack, Func<int, int, GeneratorStepper> createStepper)
    {
        this.pack = pack;
        this.createStepper = createStepper;
        var levels = pack.Configuration.Levels;
        steppers = new GeneratorStepper?[levels.Count];
        contexts = [.. levels.Select((_, i) => new Lazy<ContextRunner>(() => new ContextRunner(runtime, pack, i)))];
        samplers = [.. levels.Select(l => new CodeSampler(l.CodebookSize))];
    }

    /// <summary>Number of codes of each level, coarsest first down to the finest one wanted.</summary>
    /// <param name="configuration">The model configuration.</param>
    /// <param name="finestLevel">Index of the finest level wanted.</param>
    /// <param name="length">Codes wanted there.</param>
    public static int[] Lengths(HierarchyConfiguration configuration, int finestLevel, int length)
    {
        var lengths = new int[finestLevel + 1];
        lengths[finestLevel] = length;
        for (var i = finestLevel; i > 0; i--)
        {
            var ratio = configuration.Ratio(i);
            lengths[i - 1] = (lengths[i] + ratio - 1) / ratio;
        }

        return lengths;
    }

    /// <summary>Generates all levels down to the finest one wanted.</summary>
    /// <param name="request">What is to be generated.</param>
    /// <param name="progress">Told every few hundred codes, on the calling thread.</param>
    /// <param name="cancellationToken">Looked at every few hundred codes.</param>
    /// <returns>The levels, coarsest first.</returns>
    /// <exception cref="VQWaveException">The request does not fit the pack, or ONNX Runtime fails.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public IReadOnlyList<GeneratedLevel> Generate(
        GenerationRequest request,
        Action<GenerationProgress>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        var configuration = pack.Configuration;
        request.ValidateFor(configuration);
        var lengths = Lengths(configuration, request.FinestLevel, request.Length);
        var generated = new List<GeneratedLevel>(lengths.Length);
        for (var i = 0; i < lengths.Length; i++)
        {
            var start = Stopwatch.GetTimestamp();
            var stepper = StepperOf(i, request.Count);
            var pieces = GenerateLevel(i, stepper, lengths[i], i == 0 ? [] : generated[i - 1].Pieces, request, progress, cancellationToken);
            var elapsed = Stopwatch.GetElapsedTime(start).TotalSeconds;
            generated.Add(
                new GeneratedLevel(i, configuration.Levels[i], pieces, elapsed)
                {
                    Engine = stepper.EngineName,
                    Precision = stepper.Precision,
                }
            );
        }

        return generated;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var stepper in steppers)
        {
            stepper?.Dispose();
        }

        foreach (var context in contexts.Where(c => c.IsValueCreated))
        {
            context.Value.Dispose();
        }
    }

    private GeneratorStepper StepperOf(int level, int batch)
    {
        if (steppers[level] is { } kept && kept.Batch == batch)
        {
            kept.Reset();
            return kept;
        }

        steppers[level]?.Dispose();
        steppers[level] = null;
        return steppers[level] = createStepper(level, batch);
    }

    // Code 0 is the start code; step i takes code and context i of each piece and gives code i + 1.
    private int[][] GenerateLevel(
        int index,
        GeneratorStepper stepper,
        int length,
        IReadOnlyList<int[]> coarser,
        GenerationRequest request,
        Action<GenerationProgress>? progress,
        CancellationToken cancellationToken
    )
    {
        var sampler = samplers[index];
        var temperature = request.Sampling.TemperatureOf(index);
        var topK = request.Sampling.TopKOf(index);
        var width = stepper.ContextWidth;
        var ratio = pack.Configuration.Ratio(index);
        var random = new CounterRandom[request.Count];
        var context = new float[request.Count][];
        var contextStart = 0;
        var codes = new int[request.Count][];
        for (var piece = 0; piece < codes.Length; piece++)
        {
            random[piece] = new CounterRandom(request.SeedOf(piece), (uint)index);
            codes[piece] = new int[length];
            codes[piece][0] = pack.Manifest.StartCodes[index];
        }

        for (var i = 0; i < length - 1; i++)
        {
            if (i % ProgressInterval == 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
                progress?.Invoke(new GenerationProgress(index, i, length));
            }

            if (width > 0)
            {
                var coarse = i / ratio;
                if (i == 0 || coarse >= contextStart + ContextChunk)
                {
                    contextStart = coarse;
                    for (var piece = 0; piece < codes.Length; piece++)
                    {
                        var count = Math.Min(ContextChunk, coarser[piece].Length - coarse);
                        context[piece] = contexts[index].Value.Compute(coarser[piece], coarse, count);
                    }
                }

                for (var piece = 0; piece < codes.Length; piece++)
                {
                    context[piece].AsSpan((i - (contextStart * ratio)) * width, width).CopyTo(stepper.Context.Slice(piece * width, width));
                }
            }

            for (var piece = 0; piece < codes.Length; piece++)
            {
                stepper.Codes[piece] = codes[piece][i];
            }

            var logits = stepper.Step();
            for (var piece = 0; piece < codes.Length; piece++)
            {
                var own = logits.Slice(piece * stepper.CodebookSize, stepper.CodebookSize);
                codes[piece][i + 1] = sampler.Sample(own, temperature, topK, random[piece].Uniform((ulong)(i + 1)));
            }
        }

        progress?.Invoke(new GenerationProgress(index, length, length));
        return codes;
    }
}
