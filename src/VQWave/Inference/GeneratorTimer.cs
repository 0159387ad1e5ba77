using System.Diagnostics;
using VQWave.Inference.Blocks;
using VQWave.Models;

namespace VQWave.Inference;

/// <summary>
/// Measures a provider by what it would do in play: the finest level's codes of one tick, in blocks where the provider writes blocks and step by step
/// where not.
/// </summary>
internal sealed class GeneratorTimer : IDisposable
{
    private const int Rounds = 3;
    private readonly GeneratorStepper? stepper;
    private readonly DeviceMemory? memory;
    private readonly BlockGenerator? blocks;
    private readonly int codes;

    /// <summary>Loads the finest generator.</summary>
    /// <exception cref="VQWaveException">ONNX Runtime refuses it.</exception>
    public GeneratorTimer(InferenceRuntime runtime, ModelPack pack)
    {
        var finest = pack.Configuration.Levels.Count - 1;
        codes = pack.Configuration.Coarsest.Compression / pack.Configuration.Levels[finest].Compression;
        if (!runtime.UsesBlocks)
        {
            stepper = new GeneratorStepper(runtime, pack, finest);
            return;
        }

        memory = new DeviceMemory(runtime);
        try
        {
            blocks = new BlockGenerator(runtime, pack, finest, [codes], memory);
        }
        catch
        {
            memory.Dispose();
            throw;
        }
    }

    /// <summary>The faster of two providers, and a sentence on how it was found.</summary>
    /// <exception cref="VQWaveException">ONNX Runtime fails.</exception>
    public static (InferenceRuntime Faster, string Comparison) Choose(InferenceRuntime cpu, InferenceRuntime gpu, ModelPack pack)
    {
        var cpuTime = Measure(cpu, pack);
        var gpuTime = Measure(gpu, pack);
        var faster = gpuTime < cpuTime ? gpu : cpu;
        var name = ReferenceEquals(faster, gpu) ? "GPU" : "CPU";
        return (faster, $"Using the {name}: a code takes {cpuTime * 1e6:F0} µs on the CPU and {gpuTime * 1e6:F0} µs on the GPU.");
    }

    /// <summary>Writes the codes of a tick.</summary>
    /// <exception cref="VQWaveException">ONNX Runtime fails.</exception>
    public void Run()
    {
        blocks?.Run(blocks.BlockFor(codes));
        for (var i = 0; stepper is not null && i < codes; i++)
        {
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

    // Seconds of a code, once code is compiled, memory laid out and graphs captured.
    private static double Measure(InferenceRuntime runtime, ModelPack pack)
    {
        using var timer = new GeneratorTimer(runtime, pack);
        timer.Run();
        timer.Run();
        var start = Stopwatch.GetTimestamp();
        for (var i = 0; i < Rounds; i++)
        {
            timer.Run();
        }

        return Stopwatch.GetElapsedTime(start).TotalSeconds / (Rounds * timer.codes);
    }
}
