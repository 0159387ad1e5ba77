using Microsoft.ML.OnnxRuntime;
using VQWave.Models;

namespace VQWave.Inference;

/// <summary>Runs an encoder over audio of any length, in overlapping pieces.</summary>
/// <remarks>One caller at a time.</remarks>
public sealed class EncoderRunner : IDisposable
{
    private static readonly string[] Outputs = ["latents"];
    private readonly StageSession session;
    private readonly ReceptiveField field;
    private readonly int chunkCodes;

    /// <summary>Loads the encoder of a level.</summary>
    /// <param name="runtime">ONNX Runtime and the provider.</param>
    /// <param name="pack">The pack.</param>
    /// <param name="levelIndex">Index of the level, coarsest first.</param>
    /// <param name="chunkSamples">Samples computed at a time, which bounds the memory used.</param>
    /// <exception cref="VQWaveException">ONNX Runtime refuses the graph.</exception>
    public EncoderRunner(InferenceRuntime runtime, ModelPack pack, int levelIndex, int chunkSamples = 1 << 16)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(chunkSamples, 1);
        session = new StageSession(runtime, pack, ModelStage.Encoder, levelIndex);
        Level = session.Level;
        field = ReceptiveField.OfEncoder(Level.Encoder, Level.Compression);
        chunkCodes = Math.Max(1, chunkSamples / Level.Compression);
    }

    /// <summary>The level.</summary>
    public LevelConfiguration Level { get; }

    /// <summary>Encodes mono audio; a last incomplete code's samples are filled up with silence.</summary>
    /// <param name="audio">Samples at the pack's rate, −1 … 1.</param>
    /// <returns>Latents [n × codebook dimension], n = samples / compression rounded up.</returns>
    public float[] Encode(ReadOnlySpan<float> audio)
    {
        var compression = Level.Compression;
        var total = (int)((audio.Length + (long)compression - 1) / compression);
        var dimension = Level.CodebookDimension;
        var latents = new float[(long)total * dimension];
        for (var start = 0; start < total; start += chunkCodes)
        {
            var chunk = Chunk.At(start, Math.Min(chunkCodes, total - start), total, field);
            var input = new float[chunk.InputCount * compression];
            var from = chunk.InputStart * compression;
            audio.Slice(from, Math.Min(input.Length, audio.Length - from)).CopyTo(input);
            using var value = OrtValue.CreateTensorValueFromMemory(input, [1, input.Length]);
            using var outputs = session.Run("audio", value, Outputs);
            session
                .Values<float>(outputs[0], chunk.InputCount * dimension)
                .Slice(chunk.Skip * dimension, chunk.Count * dimension)
                .CopyTo(latents.AsSpan(start * dimension));
        }

        return latents;
    }

    /// <inheritdoc/>
    public void Dispose() => session.Dispose();
}
