using VQWave.Models;

namespace VQWave.Inference;

/// <summary>The VQ-VAE of one level: audio to codes and back.</summary>
/// <remarks>One caller at a time. Loads each graph when it is first used.</remarks>
public sealed class LevelCodec : IDisposable
{
    private readonly Lazy<EncoderRunner> encoder;
    private readonly Lazy<CodebookRunner> codebook;
    private readonly Lazy<DecoderRunner> decoder;

    /// <summary>Creates the codec of a level.</summary>
    public LevelCodec(InferenceRuntime runtime, ModelPack pack, int levelIndex)
    {
        Level = pack.Configuration.Levels[levelIndex];
        encoder = new(() => new EncoderRunner(runtime, pack, levelIndex));
        codebook = new(() => new CodebookRunner(runtime, pack, levelIndex));
        // Both in ONNX Runtime, as bare weights are measured.
        decoder = new(() => DecoderRunner.OnOnnxRuntime(runtime, pack, levelIndex));
    }

    /// <summary>The level.</summary>
    public LevelConfiguration Level { get; }

    /// <summary>The codes of mono audio at the pack's rate, one for each begun <c>compression</c> samples.</summary>
    /// <exception cref="VQWaveException">ONNX Runtime refuses a graph or fails.</exception>
    public int[] Encode(ReadOnlySpan<float> audio) => codebook.Value.Quantize(encoder.Value.Encode(audio));

    /// <summary>The audio of codes, <c>compression</c> samples each.</summary>
    /// <exception cref="VQWaveException">ONNX Runtime refuses a graph or fails.</exception>
    public float[] Decode(ReadOnlySpan<int> codes, Action<int>? progress = null, CancellationToken cancellationToken = default) =>
        decoder.Value.Decode(codes, progress, cancellationToken);

    /// <inheritdoc/>
    public void Dispose()
    {
        Release(encoder);
        Release(codebook);
        Release(decoder);
    }

    private static void Release<T>(Lazy<T> part)
        where T : IDisposable
    {
        if (part.IsValueCreated)
        {
            part.Value.Dispose();
        }
    }
}
