using Microsoft.ML.OnnxRuntime;
using VQWave.Models;

namespace VQWave.Inference;

/// <summary>Finds the codes nearest to latents.</summary>
/// <remarks>One caller at a time.</remarks>
public sealed class CodebookRunner : IDisposable
{
    // 4,096 latents against 1,024 vectors: 16 MB of distances.
    private const int ChunkCodes = 4096;
    private static readonly string[] Outputs = ["codes"];
    private readonly StageSession session;

    /// <summary>Loads the codebook of a level.</summary>
    /// <exception cref="VQWaveException">ONNX Runtime refuses the graph.</exception>
    public CodebookRunner(InferenceRuntime runtime, ModelPack pack, int levelIndex) =>
        session = new StageSession(runtime, pack, ModelStage.Codebook, levelIndex);

    /// <summary>The codes of latents.</summary>
    /// <param name="latents">[n × codebook dimension].</param>
    /// <returns>n codes.</returns>
    public int[] Quantize(ReadOnlySpan<float> latents)
    {
        var dimension = session.Level.CodebookDimension;
        if (latents.Length % dimension != 0)
        {
            throw new ArgumentException(
                $"{latents.Length} values are not a multiple of the codebook's dimension {dimension}.",
                nameof(latents)
            );
        }

        var codes = new int[latents.Length / dimension];
        for (var start = 0; start < codes.Length; start += ChunkCodes)
        {
            var count = Math.Min(ChunkCodes, codes.Length - start);
            var input = latents.Slice(start * dimension, count * dimension).ToArray();
            using var value = OrtValue.CreateTensorValueFromMemory(input, [1, count, dimension]);
            using var outputs = session.Run("latents", value, Outputs);
            var found = session.Values<long>(outputs[0], count);
            for (var i = 0; i < count; i++)
            {
                codes[start + i] = (int)found[i];
            }
        }

        return codes;
    }

    /// <inheritdoc/>
    public void Dispose() => session.Dispose();
}
