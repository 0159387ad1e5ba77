using System.Diagnostics;
using VQWave.Inference;
using VQWave.Models;

namespace VQWave.Generation;

/// <summary>
/// Generates codes offline, level after level from the coarsest: each generator is conditioned on the whole sequence of the next
/// coarser level, of which it covers every code with as many as the ratio of the two levels.
/// </summary>
/// <remarks>Threading: one caller at a time. Graphs are loaded when a level is first generated, and kept.</remarks>
public sealed class HierarchicalGenerator : IDisposable
{
    // The context of 512 coarse codes at width 288 and ratio 4 takes 2.4 MB.
    private const int ContextChunk = 512;
    private const int ProgressInterval = 256;

    private readonly ModelPack pack;
    private readonly Lazy<GeneratorStepper>[] steppers;
    private readonly Lazy<ContextRunner>[] contexts;
    private readonly CodeSampler[] samplers;

    /// <summary>Creates a generator over a pack.</summary>
    public HierarchicalGenerator(InferenceRuntime runtime, ModelPack pack)
    {
        this.pack = pack;
        var levels = pack.Configuration.Levels.Count;
        steppers = new Lazy<GeneratorStepper>[levels];
        contexts = new Lazy<ContextRunner>[levels];
        samplers = new CodeSampler[levels];
        for (var i = 0; i < levels; i++)
        {
            var index = i;
            steppers[i] = new(() => new GeneratorStepper(runtime, pack, index));
            contexts[i] = new(() => new ContextRunner(runtime, pack, index));
            samplers[i] = new CodeSampler(pack.Configuration.Levels[i].CodebookSize);
        }
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
        ArgumentOutOfRangeException.ThrowIfNegative(request.FinestLevel);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(request.FinestLevel, configuration.Levels.Count);
        request.Sampling.ValidateFor(configuration.Levels.Count);
        var seconds = request.Length / configuration.CodeRate(configuration.Levels[request.FinestLevel]);
        // A length in whole codes may pass the limit by less than one of the coarsest.
        var limit = GenerationRequest.MaximumSeconds + (1 / configuration.CodeRate(configuration.Coarsest));
        if (request.Length < 1 || seconds > limit)
        {
            throw new VQWaveException(
                $"The length of {request.Length} codes is not 1 code to {GenerationRequest.MaximumSeconds} seconds (a piece is held in memory)."
            );
        }

        var lengths = Lengths(configuration, request.FinestLevel, request.Length);
        var generated = new List<GeneratedLevel>(lengths.Length);
        for (var i = 0; i < lengths.Length; i++)
        {
            var start = Stopwatch.GetTimestamp();
            var coarser = i == 0 ? [] : generated[i - 1].Codes;
            var codes = GenerateLevel(i, lengths[i], coarser, request, progress, cancellationToken);
            var elapsed = Stopwatch.GetElapsedTime(start).TotalSeconds;
            var stepper = steppers[i].Value;
            generated.Add(
                new GeneratedLevel(i, configuration.Levels[i], codes, elapsed)
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
        foreach (var stepper in steppers.Where(s => s.IsValueCreated))
        {
            stepper.Value.Dispose();
        }

        foreach (var context in contexts.Where(c => c.IsValueCreated))
        {
            context.Value.Dispose();
        }
    }

    // Code 0 is the start code; step i takes code and context i and gives code i + 1.
    private int[] GenerateLevel(
        int index,
        int length,
        int[] coarser,
        GenerationRequest request,
        Action<GenerationProgress>? progress,
        CancellationToken cancellationToken
    )
    {
        var stepper = steppers[index].Value;
        stepper.Reset();
        var sampler = samplers[index];
        var random = new CounterRandom(request.Seed, (uint)index);
        var temperature = request.Sampling.TemperatureOf(index);
        var topK = request.Sampling.TopKOf(index);
        var width = stepper.ContextWidth;
        var ratio = pack.Configuration.Ratio(index);
        float[] context = [];
        var contextStart = 0;
        var codes = new int[length];
        codes[0] = pack.Manifest.StartCodes[index];
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
                    context = contexts[index].Value.Compute(coarser, coarse, Math.Min(ContextChunk, coarser.Length - coarse));
                }

                context.AsSpan((i - (contextStart * ratio)) * width, width).CopyTo(stepper.Context);
            }

            stepper.Codes[0] = codes[i];
            codes[i + 1] = sampler.Sample(stepper.Step(), temperature, topK, random.Uniform((ulong)(i + 1)));
        }

        progress?.Invoke(new GenerationProgress(index, length, length));
        return codes;
    }
}
