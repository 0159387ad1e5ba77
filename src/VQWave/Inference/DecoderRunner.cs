using VQWave.Inference.Kernels;
using VQWave.Models;

namespace VQWave.Inference;

/// <summary>Runs a decoder over codes of any number: as a stream on kernels of our own where these know its graph; else in ONNX Runtime, in overlapping pieces.</summary>
/// <remarks>One caller at a time.</remarks>
public sealed class DecoderRunner : IDisposable
{
    private static readonly string[] Outputs = ["audio"];
    private readonly StageSession? session;
    private readonly ConvolutionStream? stream;
    private readonly ReceptiveField field;
    private readonly int chunkCodes;

    /// <summary>Loads the decoder of a level.</summary>
    /// <param name="runtime">ONNX Runtime and the provider.</param>
    /// <param name="pack">The pack.</param>
    /// <param name="levelIndex">Index of the level, coarsest first.</param>
    /// <param name="chunkSamples">Samples computed at a time, which bounds the memory used.</param>
    /// <exception cref="VQWaveException">ONNX Runtime refuses the graph.</exception>
    public DecoderRunner(InferenceRuntime runtime, ModelPack pack, int levelIndex, int chunkSamples = 1 << 16)
        : this(runtime, pack, levelIndex, chunkSamples, onnxRuntime: false) { }

    private DecoderRunner(InferenceRuntime runtime, ModelPack pack, int levelIndex, int chunkSamples, bool onnxRuntime)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(chunkSamples, 1);
        var weights = onnxRuntime ? null : ConvolutionWeights.TryOpen(runtime, pack, ModelStage.Decoder, levelIndex);
        stream = weights is null ? null : new ConvolutionStream(weights);
        session = stream is null ? new StageSession(runtime, pack, ModelStage.Decoder, levelIndex) : null;
        Level = pack.Configuration.Levels[levelIndex];
        field = ReceptiveField.OfDecoder(Level.Decoder, Level.Compression);
        chunkCodes = Math.Max(1, chunkSamples / Level.Compression);
    }

    /// <summary>The level.</summary>
    public LevelConfiguration Level { get; }

    /// <summary>A runner on ONNX Runtime: the reference.</summary>
    /// <exception cref="VQWaveException">ONNX Runtime refuses the graph.</exception>
    public static DecoderRunner OnOnnxRuntime(InferenceRuntime runtime, ModelPack pack, int levelIndex, int chunkSamples = 1 << 16) =>
        new(runtime, pack, levelIndex, chunkSamples, onnxRuntime: true);

    /// <summary>Decodes codes to mono audio.</summary>
    /// <param name="codes">n codes, each 0 to codebook size − 1.</param>
    /// <param name="progress">Told the number of codes decoded after each piece.</param>
    /// <param name="cancellationToken">Looked at between pieces.</param>
    /// <returns>n × compression samples at the pack's rate, −1 … 1.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A code is out of range.</exception>
    public float[] Decode(ReadOnlySpan<int> codes, Action<int>? progress = null, CancellationToken cancellationToken = default)
    {
        CodeGuard.Check(codes, Level.CodebookSize);
        var compression = Level.Compression;
        var audio = new float[(long)codes.Length * compression];
        stream?.Reset();
        var written = 0;
        for (var start = 0; start < codes.Length; start += chunkCodes)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (stream is not null)
            {
                var count = Math.Min(chunkCodes, codes.Length - start);
                written += stream.Push(codes.Slice(start, count), audio.AsSpan(written));
                progress?.Invoke(start + count);
                continue;
            }

            var chunk = Chunk.At(start, Math.Min(chunkCodes, codes.Length - start), codes.Length, field);
            using var value = CodeGuard.Tensor(codes.Slice(chunk.InputStart, chunk.InputCount));
            using var outputs = session!.Run("codes", value, Outputs);
            session
                .Values<float>(outputs[0], chunk.InputCount * compression)
                .Slice(chunk.Skip * compression, chunk.Count * compression)
                .CopyTo(audio.AsSpan(start * compression));
            progress?.Invoke(start + chunk.Count);
        }

        stream?.Finish(audio.AsSpan(written));

        return audio;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        stream?.Dispose();
        session?.Dispose();
    }
}
