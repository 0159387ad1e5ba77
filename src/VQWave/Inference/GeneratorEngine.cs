using VQWave.Inference.Kernels;
using VQWave.Models;

namespace VQWave.Inference;

/// <summary>What executes a generator's step.</summary>
internal abstract class GeneratorEngine(GeneratorBuffers buffers) : IDisposable
{
    /// <summary>Codes and contexts in, logits out.</summary>
    protected GeneratorBuffers Buffers { get; } = buffers;

    /// <summary>Its name as programs print it.</summary>
    public abstract string Name { get; }

    /// <summary>In how many bits it reads the weights.</summary>
    public abstract InferencePrecision Precision { get; }

    /// <summary>Bytes of weights that a step reads; 0 if not known.</summary>
    public abstract long WeightBytes { get; }

    /// <summary>Chooses the engine for a level and loads it.</summary>
    /// <exception cref="VQWaveException">ONNX Runtime refuses the graph.</exception>
    public static GeneratorEngine Create(InferenceRuntime runtime, ModelPack pack, int levelIndex, GeneratorBuffers buffers)
    {
        var weights = OpenKernels(runtime, pack, levelIndex);
        if (weights is null)
        {
            return new OnnxGeneratorEngine(runtime, pack, levelIndex, buffers);
        }

        try
        {
            return new KernelGeneratorEngine(weights, buffers);
        }
        catch
        {
            weights.Dispose();
            throw;
        }
    }

    /// <summary>One sentence where generators do not run as the pack has them, or not as was asked for; otherwise null.</summary>
    public static string? Explain(InferenceRuntime runtime, ModelPack? pack)
    {
        var precision = runtime.Options.Precision;
        var wanted = IsQuantized(precision);
        if (runtime.Provider != ExecutionProvider.Cpu)
        {
            return wanted ? $"The GPU runs the generators as the pack has them: {precision.ToName()} is for the CPU." : null;
        }

        if (precision == InferencePrecision.Float16)
        {
            return "fp16 is for the GPU: the CPU runs the generators in fp32.";
        }

        // What 'auto' chooses is no news: reports name each generator's engine and precision.
        if (pack is null || !wanted)
        {
            return null;
        }

        var finest = pack.Configuration.Levels.Count - 1;
        try
        {
            var isFloat = KernelWeights.ReadGraph(pack.PathOf(ModelStage.Generator, finest), pack, finest).IsFloat;
            var kept = isFloat ? null : "The pack's generators are quantised already: they run as they are.";
            return KernelPaths.IsFast ? kept : "This processor lacks AVX2: quantised generators are slower on it than fp32.";
        }
        catch (InvalidDataException e)
        {
            var path = pack.PathOf(ModelStage.Generator, finest);
            return $"{path} is no graph that VQWave's own kernels know ({e.Message}): ONNX Runtime runs it as it is.";
        }
    }

    /// <summary>Takes the codes and contexts and writes the logits of the next codes.</summary>
    public abstract void Step();

    /// <summary>Zero states.</summary>
    public abstract void Reset();

    /// <inheritdoc/>
    public abstract void Dispose();

    // Whether fewer bits than the pack may have were asked for by name.
    private static bool IsQuantized(InferencePrecision precision) => precision is InferencePrecision.Int8 or InferencePrecision.Int4;

    // Without AVX2 the kernels are slower than ONNX Runtime's: they then only run where a precision is asked for that the pack does not have.
    private static Shared<KernelWeights>? OpenKernels(InferenceRuntime runtime, ModelPack pack, int levelIndex)
    {
        var precision = runtime.Options.Precision;
        if (runtime.Provider != ExecutionProvider.Cpu || !(KernelPaths.IsFast || IsQuantized(precision)))
        {
            return null;
        }

        try
        {
            return KernelWeights.Open(
                pack,
                levelIndex,
                precision switch
                {
                    InferencePrecision.Auto => InferencePrecision.Int8,
                    InferencePrecision.Float16 => InferencePrecision.Float32,
                    _ => precision,
                },
                KernelPaths.Best
            );
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }
}
