using System.Diagnostics;
using VQWave.Inference.Blocks;
using VQWave.Models;

namespace VQWave.Inference;

/// <summary>
/// A generator at work for measurements, on whatever a provider would run it in play: in blocks of a tick's codes where the provider writes
/// blocks, step by step where not.
/// </summary>
/// <remarks>Threading: one caller at a time.</remarks>
public sealed class GeneratorTimer : IDisposable
{
    private const int Steps = 16;
    private const int Rounds = 3;
    private readonly GeneratorStepper? stepper;
    private readonly DeviceMemory? memory;
    private readonly BlockGenerator? blocks;
    private readonly Block? block;
    private long code;

    /// <summary>Loads the generator of a level.</summary>
    /// <param name="runtime">The provider and the precision.</param>
    /// <param name="pack">The pack.</param>
    /// <param name="levelIndex">Index of the level, coarsest first.</param>
    /// <param name="batch">Number of independent sequences.</param>
    /// <exception cref="VQWaveException">ONNX Runtime refuses it.</exception>
    public GeneratorTimer(InferenceRuntime runtime, ModelPack pack, int levelIndex, int batch = 1)
    {
        if (!runtime.UsesBlocks)
        {
            stepper = new GeneratorStepper(runtime, pack, levelIndex, batch);
            Fill(stepper.Context);
            return;
        }

        var configuration = pack.Configuration;
        memory = new DeviceMemory(runtime);
        try
        {
            CodesPerRun = configuration.Coarsest.Compression / configuration.Levels[levelIndex].Compression;
            blocks = new BlockGenerator(runtime, pack, levelIndex, [CodesPerRun], memory, batch);
            block = blocks.BlockFor(CodesPerRun);
            Fill(block.Context);
            memory.IsCapturing = true;
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Measures a stepper, which it disposes of.</summary>
    public GeneratorTimer(GeneratorStepper stepper)
    {
        this.stepper = stepper;
        Fill(stepper.Context);
    }

    /// <summary>Codes that a run writes in each sequence.</summary>
    public int CodesPerRun { get; } = Steps;

    /// <summary>What executes it: <c>onnxruntime-blocks</c>, or a stepper's name.</summary>
    public string EngineName => stepper?.EngineName ?? BlockGenerator.EngineName;

    /// <summary>Bytes of weights and scales that a code takes; 0 where ONNX Runtime decides.</summary>
    public long WeightBytesPerCode => stepper?.WeightBytesPerStep ?? 0;

    /// <summary>Writes <see cref="CodesPerRun"/> codes; they wander through the codebook.</summary>
    /// <exception cref="VQWaveException">ONNX Runtime fails.</exception>
    public void Run()
    {
        if (stepper is null)
        {
            for (var i = 0; i < CodesPerRun * blocks!.Batch; i++)
            {
                block!.Draw(i, 1, 0, NextCode(blocks.CodebookSize) / (double)blocks.CodebookSize);
            }

            blocks.Run(block!);
            return;
        }

        for (var i = 0; i < Steps; i++)
        {
            foreach (ref var value in stepper.Codes)
            {
                value = NextCode(stepper.CodebookSize);
            }

            stepper.Step();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        stepper?.Dispose();
        blocks?.Dispose();
        memory?.Dispose();
    }

    /// <summary>The faster of two providers at the finest level, and a sentence on how it was found.</summary>
    /// <exception cref="VQWaveException">ONNX Runtime fails.</exception>
    internal static (InferenceRuntime Faster, string Comparison) Choose(InferenceRuntime cpu, InferenceRuntime gpu, ModelPack pack)
    {
        var cpuTime = Measure(cpu, pack);
        var gpuTime = Measure(gpu, pack);
        var faster = gpuTime < cpuTime ? gpu : cpu;
        var name = ReferenceEquals(faster, gpu) ? "GPU" : "CPU";
        return (faster, $"Using the {name}: a code takes {cpuTime * 1e6:F0} µs on the CPU and {gpuTime * 1e6:F0} µs on the GPU.");
    }

    // Seconds of a code, once code is compiled, memory laid out and graphs captured.
    private static double Measure(InferenceRuntime runtime, ModelPack pack)
    {
        using var timer = new GeneratorTimer(runtime, pack, pack.Configuration.Levels.Count - 1);
        timer.Run();
        timer.Run();
        var start = Stopwatch.GetTimestamp();
        for (var i = 0; i < Rounds; i++)
        {
            timer.Run();
        }

        return Stopwatch.GetElapsedTime(start).TotalSeconds / (Rounds * timer.CodesPerRun);
    }

    private static void Fill(Span<float> context)
    {
        var random = new Random(1);
        foreach (ref var value in context)
        {
            value = (float)(random.NextDouble() - 0.5);
        }
    }

    private long NextCode(int codebookSize) => code = (code + 389) % codebookSize;
}
