using VQWave.Inference;
using VQWave.Inference.Kernels;
using VQWave.Models;

namespace VQWave.Streaming;

/// <summary>
/// A network of convolutions over a <see cref="CodeHistory"/>, asked for piece after piece. Where a piece does not follow the last one, or the history has
/// started anew, the states are made again from the codes that the network can see.
/// </summary>
/// <remarks>Threading: one caller at a time. <see cref="Compute"/> allocates nothing, locks nothing and calls nothing outside.</remarks>
internal sealed class CodeStream : IDisposable
{
    private readonly ConvolutionStream stream;
    private readonly ReceptiveField field;
    private readonly int[] codes;
    private readonly float[] output;
    private readonly int unit;
    private long pushed;
    private long next;
    private long expected;
    private int ready;
    private int starts = -1;

    private CodeStream(ConvolutionStream stream, ReceptiveField field, int block)
    {
        this.stream = stream;
        this.field = field;
        var stages = stream.Graph.Stages;
        unit = stages.Aggregate(stream.Graph.Outputs, (n, s) => n * s.Phases);
        codes = new int[block];
        // What is asked for, and what comes early: of the last codes and their neighbours, less than the field holds.
        output = new float[(2 * block + field.Before + field.After + 1) * unit];
    }

    /// <summary>Loads a network where kernels of our own are to execute it; null where ONNX Runtime is.</summary>
    /// <param name="runtime">The provider and the precision.</param>
    /// <param name="pack">The pack.</param>
    /// <param name="stage">Decoder or context.</param>
    /// <param name="levelIndex">Index of the level, coarsest first.</param>
    /// <param name="field">Codes before and after one that its outputs depend on.</param>
    /// <param name="block">The most codes computed at a time.</param>
    public static CodeStream? TryOpen(
        InferenceRuntime runtime,
        ModelPack pack,
        ModelStage stage,
        int levelIndex,
        ReceptiveField field,
        int block
    ) =>
        ConvolutionWeights.TryOpen(runtime, pack, stage, levelIndex) is { } weights
            ? new CodeStream(new ConvolutionStream(weights), field, block)
            : null;

    /// <summary>The outputs of some codes; those up to <see cref="ReceptiveField.After"/> past them must be there.</summary>
    /// <param name="history">The codes.</param>
    /// <param name="start">First position.</param>
    /// <param name="count">Positions, 1 to the block.</param>
    /// <returns>The outputs, all those of a code after one another; valid until the next call.</returns>
    /// <exception cref="VQWaveException">A code is not one of the network's.</exception>
    public ReadOnlySpan<float> Compute(CodeHistory history, long start, int count)
    {
        if (history.Starts != starts || start < expected || start - expected > field.Before)
        {
            stream.Reset();
            starts = history.Starts;
            pushed = Math.Max(history.Origin, start - field.Before);
            next = pushed;
            ready = 0;
        }

        var end = start + count + field.After;
        Drop(start);
        while (pushed < end)
        {
            var piece = codes.AsSpan(0, (int)Math.Min(codes.Length, end - pushed));
            history.CopyTo(pushed, piece);
            pushed += piece.Length;
            ready += stream.Push(piece, output.AsSpan(ready));
            Drop(start);
        }

        // What was asked for stays where it is until the next call drops it.
        expected = start + count;
        return output.AsSpan(0, count * unit);
    }

    /// <inheritdoc/>
    public void Dispose() => stream.Dispose();

    // Leaves out the outputs of codes before a position.
    private void Drop(long start)
    {
        var gone = (int)Math.Min((start - next) * unit, ready / unit * unit);
        output.AsSpan(gone, ready - gone).CopyTo(output);
        ready -= gone;
        next += gone / unit;
    }
}
