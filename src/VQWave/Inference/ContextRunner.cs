using VQWave.Inference.Kernels;
using VQWave.Models;

namespace VQWave.Inference;

/// <summary>
/// Runs a context network over codes of the next coarser level, any piece of them at a time: on kernels of our own where these know its graph, as live
/// play does, so that both give the same codes; else in ONNX Runtime.
/// </summary>
/// <remarks>One caller at a time.</remarks>
public sealed class ContextRunner : IDisposable
{
    private static readonly string[] Outputs = ["context"];
    private readonly StageSession? session;
    private readonly ConvolutionStream? stream;
    private readonly int coarseCodebookSize;

    /// <summary>Loads the context network of a level other than the coarsest.</summary>
    /// <param name="runtime">ONNX Runtime and the provider.</param>
    /// <param name="pack">The pack.</param>
    /// <param name="levelIndex">Index of the level, 1 or more.</param>
    /// <exception cref="VQWaveException">ONNX Runtime refuses the graph.</exception>
    public ContextRunner(InferenceRuntime runtime, ModelPack pack, int levelIndex)
        : this(runtime, pack, levelIndex, onnxRuntime: false) { }

    private ContextRunner(InferenceRuntime runtime, ModelPack pack, int levelIndex, bool onnxRuntime)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(levelIndex, 1);
        var weights = onnxRuntime ? null : ConvolutionWeights.TryOpen(runtime, pack, ModelStage.Context, levelIndex);
        stream = weights is null ? null : new ConvolutionStream(weights);
        session = stream is null ? new StageSession(runtime, pack, ModelStage.Context, levelIndex) : null;
        var network = pack.Configuration.Levels[levelIndex].Generator;
        Ratio = pack.Configuration.Ratio(levelIndex);
        Width = network.ContextWidth;
        Field = ReceptiveField.OfContext(network.Context!);
        coarseCodebookSize = pack.Configuration.Levels[levelIndex - 1].CodebookSize;
    }

    /// <summary>Codes of this level that one coarse code covers.</summary>
    public int Ratio { get; }

    /// <summary>Values of the context at one position.</summary>
    public int Width { get; }

    /// <summary>Coarse codes before and after a position that its context depends on.</summary>
    public ReceptiveField Field { get; }

    /// <summary>A runner on ONNX Runtime, whatever the precision: the reference.</summary>
    /// <exception cref="VQWaveException">ONNX Runtime refuses the graph.</exception>
    public static ContextRunner OnOnnxRuntime(InferenceRuntime runtime, ModelPack pack, int levelIndex) =>
        new(runtime, pack, levelIndex, onnxRuntime: true);

    /// <summary>The context of a piece of a sequence, as computing the whole sequence gives it.</summary>
    /// <param name="codes">All codes of the coarser level.</param>
    /// <param name="start">First coarse code of the piece.</param>
    /// <param name="count">Coarse codes of the piece.</param>
    /// <returns>[count × ratio × width].</returns>
    /// <exception cref="ArgumentOutOfRangeException">A code or the piece is out of range.</exception>
    public float[] Compute(ReadOnlySpan<int> codes, int start, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan((long)start + count, codes.Length, nameof(count));
        var chunk = Chunk.At(start, count, codes.Length, Field);
        var input = codes.Slice(chunk.InputStart, chunk.InputCount);
        CodeGuard.Check(input, coarseCodebookSize);
        if (count == 0)
        {
            return [];
        }

        var block = Ratio * Width;
        if (stream is not null)
        {
            var context = new float[chunk.InputCount * block];
            stream.Reset();
            var written = stream.Push(input, context);
            stream.Finish(context.AsSpan(written));
            return context.AsSpan(chunk.Skip * block, count * block).ToArray();
        }

        using var value = CodeGuard.Tensor(input);
        using var outputs = session!.Run("codes", value, Outputs);
        return session.Values<float>(outputs[0], chunk.InputCount * block).Slice(chunk.Skip * block, count * block).ToArray();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        stream?.Dispose();
        session?.Dispose();
    }
}
