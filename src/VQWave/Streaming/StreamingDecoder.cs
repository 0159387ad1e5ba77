using VQWave.Inference;
using VQWave.Models;

namespace VQWave.Streaming;

/// <summary>
/// A decoder over a sequence of codes that is still being written: pieces computed with the exact overlap of the network's receptive
/// field, so that they are what the whole sequence gives.
/// </summary>
/// <remarks>Threading: one caller at a time. <see cref="Decode"/> allocates nothing on the managed heap; it calls ONNX Runtime.</remarks>
internal sealed class StreamingDecoder : IDisposable
{
    private readonly WindowBindings<long, float> windows;

    /// <summary>Loads the decoder of a level.</summary>
    /// <param name="runtime">ONNX Runtime and the provider.</param>
    /// <param name="pack">The pack.</param>
    /// <param name="levelIndex">Index of the level, coarsest first.</param>
    /// <param name="block">The most codes decoded at a time.</param>
    /// <exception cref="VQWaveException">ONNX Runtime refuses the graph.</exception>
    public StreamingDecoder(InferenceRuntime runtime, ModelPack pack, int levelIndex, int block)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(block, 1);
        var level = pack.Configuration.Levels[levelIndex];
        Compression = level.Compression;
        Field = ReceptiveField.OfDecoder(level.Decoder, level.Compression);
        Block = block;
        windows = new WindowBindings<long, float>(
            new StageSession(runtime, pack, ModelStage.Decoder, levelIndex),
            "codes",
            "audio",
            Field.Before + block + Field.After,
            length => [1, length],
            length => [1, (long)length * Compression]
        );
    }

    /// <summary>Samples a code.</summary>
    public int Compression { get; }

    /// <summary>The most codes decoded at a time.</summary>
    public int Block { get; }

    /// <summary>Codes before and after one that its samples depend on.</summary>
    public ReceptiveField Field { get; }

    /// <summary>The samples of some codes; those up to <see cref="ReceptiveField.After"/> past them must be there.</summary>
    /// <param name="codes">The level's codes.</param>
    /// <param name="start">First position.</param>
    /// <param name="output">count × compression samples, count 1 to <see cref="Block"/>.</param>
    /// <exception cref="VQWaveException">ONNX Runtime fails.</exception>
    public void Decode(CodeHistory codes, long start, Span<float> output)
    {
        var count = output.Length / Compression;
        var from = Math.Max(codes.Origin, start - Field.Before);
        var length = (int)(start + count + Field.After - from);
        codes.CopyTo(from, windows.Input(length));
        windows.Run(length).Slice((int)(start - from) * Compression, count * Compression).CopyTo(output);
    }

    /// <inheritdoc/>
    public void Dispose() => windows.Dispose();
}
