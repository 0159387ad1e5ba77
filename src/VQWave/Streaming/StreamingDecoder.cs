using Microsoft.ML.OnnxRuntime;
using VQWave.Inference;
using VQWave.Models;

namespace VQWave.Streaming;

/// <summary>
/// A decoder over a sequence of codes that is still being written: its pieces are what the whole sequence gives. Kernels of our own compute each
/// position once, from states that are kept; ONNX Runtime computes pieces with the exact overlap of the network's receptive field.
/// </summary>
/// <remarks>Threading: one caller at a time. <see cref="Decode"/> allocates nothing on the managed heap; it may call ONNX Runtime.</remarks>
internal sealed class StreamingDecoder : IDisposable
{
    private readonly CodeStream? stream;
    private readonly WindowBindings<long, float>? windows;

    // By the number of codes before the block that there are: only what the finer layers need of a piece goes through them, which is most of the work.
    private readonly OrtIoBinding[]? cropped;
    private readonly ReceptiveField finer;

    /// <summary>Loads the decoder of a level.</summary>
    /// <param name="runtime">ONNX Runtime and the provider.</param>
    /// <param name="pack">The pack.</param>
    /// <param name="levelIndex">Index of the level, coarsest first.</param>
    /// <param name="block">The most codes decoded at a time.</param>
    /// <param name="onnxRuntime">Whether ONNX Runtime is to run it in any case: the reference.</param>
    /// <exception cref="VQWaveException">ONNX Runtime refuses the graph.</exception>
    public StreamingDecoder(InferenceRuntime runtime, ModelPack pack, int levelIndex, int block, bool onnxRuntime = false)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(block, 1);
        var level = pack.Configuration.Levels[levelIndex];
        Compression = level.Compression;
        Field = ReceptiveField.OfDecoder(level.Decoder, level.Compression);
        Block = block;
        stream = onnxRuntime ? null : CodeStream.TryOpen(runtime, pack, ModelStage.Decoder, levelIndex, Field, block);
        if (stream is not null)
        {
            return;
        }

        finer = ReceptiveField.OfFinerLayers(level.Decoder, level.Compression);
        var session = new StageSession(runtime, pack, ModelStage.Decoder, levelIndex);
        var crops = session.HasOptionalInput(ModelStages.PieceStart) && session.HasOptionalInput(ModelStages.PieceEnd);
        windows = new WindowBindings<long, float>(
            session,
            "codes",
            "audio",
            Field.Before + block + Field.After,
            length => [1, length],
            length => [1, (long)length * Compression]
        );
        if (!crops)
        {
            return;
        }

        try
        {
            cropped = [.. Enumerable.Range(0, Field.Before + 1).Select(Bind)];
        }
        catch (OnnxRuntimeException e)
        {
            windows.Dispose();
            throw new VQWaveException(
                $"{session.FilePath} cannot be bound by ONNX Runtime ({InferenceRuntime.FirstLine(e.Message)}): export the pack again.",
                e
            );
        }
    }

    /// <summary>Samples a code.</summary>
    public int Compression { get; }

    /// <summary>The most codes decoded at a time.</summary>
    public int Block { get; }

    /// <summary>Codes before and after one that its samples depend on.</summary>
    public ReceptiveField Field { get; }

    /// <summary>Whether kernels of our own run it.</summary>
    public bool IsOnKernels => stream is not null;

    /// <summary>Whether blocks of <see cref="Block"/> codes are cropped within the graph; a pack of an earlier version has no such input.</summary>
    public bool IsCropped => cropped is not null;

    /// <summary>The samples of some codes; those up to <see cref="ReceptiveField.After"/> past them must be there.</summary>
    /// <param name="codes">The level's codes.</param>
    /// <param name="start">First position.</param>
    /// <param name="output">count × compression samples, count 1 to <see cref="Block"/>.</param>
    /// <exception cref="VQWaveException">ONNX Runtime fails.</exception>
    public void Decode(CodeHistory codes, long start, Span<float> output)
    {
        var count = output.Length / Compression;
        if (stream is not null)
        {
            stream.Compute(codes, start, count).CopyTo(output);
            return;
        }

        var from = Math.Max(codes.Origin, start - Field.Before);
        var length = (int)(start + count + Field.After - from);
        codes.CopyTo(from, windows!.Input(length));
        if (cropped is not null && count == Block)
        {
            var before = Math.Min((int)(start - from), finer.Before);
            var taken = (before + count + finer.After) * Compression;
            windows.Run(cropped[start - from], taken).Slice(before * Compression, count * Compression).CopyTo(output);
            return;
        }

        windows.Run(length).Slice((int)(start - from) * Compression, count * Compression).CopyTo(output);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        stream?.Dispose();
        windows?.Dispose();
    }

    private OrtIoBinding Bind(int there)
    {
        var before = Math.Min(there, finer.Before);
        var after = Field.After - finer.After;
        return windows!.BindCropped(
            "codes",
            [1, there + Block + Field.After],
            "audio",
            [1, (long)(before + Block + finer.After) * Compression],
            (ModelStages.PieceStart, there - before),
            (ModelStages.PieceEnd, after == 0 ? long.MaxValue : -after)
        );
    }
}
