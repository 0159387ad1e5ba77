using VQWave.Inference;
using VQWave.Models;

namespace VQWave.Streaming;

/// <summary>
/// A context network over a sequence of coarse codes that is still being written: its pieces are what the whole sequence gives. Kernels of our own
/// compute each position once, from states that are kept; ONNX Runtime computes pieces with the exact overlap of the network's receptive field.
/// </summary>
/// <remarks>Threading: one caller at a time. <see cref="Compute"/> allocates nothing on the managed heap; it may call ONNX Runtime.</remarks>
internal sealed class StreamingContext : IDisposable
{
    private readonly CodeStream? stream;
    private readonly WindowBindings<long, float>? windows;

    /// <summary>Loads the context network of a level.</summary>
    /// <param name="runtime">ONNX Runtime and the provider.</param>
    /// <param name="pack">The pack.</param>
    /// <param name="levelIndex">Index of the level, 1 or more.</param>
    /// <param name="block">The most coarse codes computed at a time.</param>
    /// <param name="onnxRuntime">Whether ONNX Runtime is to run it in any case: the reference.</param>
    /// <exception cref="VQWaveException">ONNX Runtime refuses the graph.</exception>
    public StreamingContext(InferenceRuntime runtime, ModelPack pack, int levelIndex, int block, bool onnxRuntime = false)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(levelIndex, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(block, 1);
        var network = pack.Configuration.Levels[levelIndex].Generator;
        Ratio = pack.Configuration.Ratio(levelIndex);
        Width = network.ContextWidth;
        Field = ReceptiveField.OfContext(network.Context!);
        Block = block;
        stream = onnxRuntime ? null : CodeStream.TryOpen(runtime, pack, ModelStage.Context, levelIndex, Field, block);
        if (stream is not null)
        {
            return;
        }

        windows = new WindowBindings<long, float>(
            new StageSession(runtime, pack, ModelStage.Context, levelIndex),
            "codes",
            "context",
            Field.Before + block + Field.After,
            length => [1, length],
            length => [1, (long)length * Ratio, Width]
        );
    }

    /// <summary>Whether kernels of our own run it.</summary>
    public bool IsOnKernels => stream is not null;

    /// <summary>Codes of the finer level that one coarse code covers.</summary>
    public int Ratio { get; }

    /// <summary>Values of the context at one position.</summary>
    public int Width { get; }

    /// <summary>The most coarse codes computed at a time.</summary>
    public int Block { get; }

    /// <summary>Coarse codes before and after a position that its context depends on.</summary>
    public ReceptiveField Field { get; }

    /// <summary>The context of some coarse codes; those up to <see cref="ReceptiveField.After"/> past them must be there.</summary>
    /// <param name="coarser">The codes of the coarser level.</param>
    /// <param name="start">First position.</param>
    /// <param name="count">Positions, 1 to <see cref="Block"/>.</param>
    /// <returns>[count × ratio × width], valid until the next call.</returns>
    /// <exception cref="VQWaveException">ONNX Runtime fails.</exception>
    public ReadOnlySpan<float> Compute(CodeHistory coarser, long start, int count)
    {
        if (stream is not null)
        {
            return stream.Compute(coarser, start, count);
        }

        var from = Math.Max(coarser.Origin, start - Field.Before);
        var length = (int)(start + count + Field.After - from);
        coarser.CopyTo(from, windows!.Input(length));
        var unit = Ratio * Width;
        return windows.Run(length).Slice((int)(start - from) * unit, count * unit);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        stream?.Dispose();
        windows?.Dispose();
    }
}
