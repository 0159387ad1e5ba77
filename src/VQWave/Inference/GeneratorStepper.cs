using VQWave.Inference.Kernels;
using VQWave.Models;

namespace VQWave.Inference;

/// <summary>
/// A generator that advances one code at a time, for a batch of independent sequences, in buffers that are made once. On the CPU kernels of our
/// own execute the graph where they know it; ONNX Runtime executes all others.
/// </summary>
/// <remarks>
/// Threading: one caller at a time. <see cref="Step"/> allocates nothing on the managed heap, but it may call ONNX Runtime and so is not
/// for an audio callback. Steppers of the same generator share its weights.
/// </remarks>
public sealed class GeneratorStepper : IDisposable
{
    private readonly GeneratorBuffers buffers;
    private readonly GeneratorEngine engine;

    /// <summary>Loads the generator of a level and allocates its buffers, with zero states.</summary>
    /// <param name="runtime">The provider and the precision.</param>
    /// <param name="pack">The pack.</param>
    /// <param name="levelIndex">Index of the level, coarsest first.</param>
    /// <param name="batch">Number of independent sequences.</param>
    /// <exception cref="VQWaveException">ONNX Runtime refuses the graph.</exception>
    public GeneratorStepper(InferenceRuntime runtime, ModelPack pack, int levelIndex, int batch = 1)
        : this(pack, levelIndex, batch, buffers => GeneratorEngine.Create(runtime, pack, levelIndex, buffers)) { }

    private GeneratorStepper(ModelPack pack, int levelIndex, int batch, Func<GeneratorBuffers, GeneratorEngine> create)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(batch, 1);
        var level = pack.Configuration.Levels[levelIndex];
        buffers = new GeneratorBuffers(batch, level.CodebookSize, level.Generator.ContextWidth);
        engine = create(buffers);
    }

    /// <summary>Number of independent sequences.</summary>
    public int Batch => buffers.Batch;

    /// <summary>Number of codes, the width of the logits.</summary>
    public int CodebookSize => buffers.CodebookSize;

    /// <summary>Width of the context of one step; 0 at the coarsest level.</summary>
    public int ContextWidth => buffers.ContextWidth;

    /// <summary>What executes the step: <c>onnxruntime</c>, <c>kernels-avx-vnni</c>, <c>kernels-avx2</c> or <c>kernels-portable</c>.</summary>
    public string EngineName => engine.Name;

    /// <summary>In how many bits most weights are read; never <see cref="InferencePrecision.Auto"/>.</summary>
    public InferencePrecision Precision => engine.Precision;

    /// <summary>Bytes of weights and scales that one step reads, for all sequences together; 0 where ONNX Runtime decides.</summary>
    public long WeightBytesPerStep => engine.WeightBytes;

    /// <summary>The code at the current position of each sequence: [batch]; set it before a step.</summary>
    public Span<long> Codes => buffers.Codes;

    /// <summary>The context at the current position of each sequence: [batch × width]; set it before a step.</summary>
    public Span<float> Context => buffers.Context;

    /// <summary>Steps since the states were zero.</summary>
    public long Position { get; private set; }

    /// <summary>A stepper on ONNX Runtime, whatever the precision: the reference.</summary>
    /// <exception cref="VQWaveException">ONNX Runtime refuses the graph.</exception>
    public static GeneratorStepper OnOnnxRuntime(InferenceRuntime runtime, ModelPack pack, int levelIndex, int batch = 1) =>
        new(pack, levelIndex, batch, buffers => new OnnxGeneratorEngine(runtime, pack, levelIndex, buffers));

    /// <summary>A stepper on given kernels, for tests and benchmarks.</summary>
    /// <exception cref="InvalidDataException">The graph is not known.</exception>
    internal static GeneratorStepper OnKernels(
        ModelPack pack,
        int levelIndex,
        InferencePrecision precision,
        KernelPath path,
        int batch = 1
    ) => new(pack, levelIndex, batch, buffers => new KernelGeneratorEngine(KernelWeights.Open(pack, levelIndex, precision, path), buffers));

    /// <summary>
    /// Takes the codes and contexts at the current position and moves on by one.
    /// </summary>
    /// <returns>The logits of the next codes, [batch × codebook size], valid until the next step.</returns>
    /// <exception cref="VQWaveException">ONNX Runtime fails, or a code is not one of the codebook's.</exception>
    public ReadOnlySpan<float> Step()
    {
        engine.Step();
        Position++;
        return buffers.Logits;
    }

    /// <summary>Goes back to the beginning of a piece: zero states.</summary>
    public void Reset()
    {
        engine.Reset();
        Position = 0;
    }

    /// <inheritdoc/>
    public void Dispose() => engine.Dispose();
}
