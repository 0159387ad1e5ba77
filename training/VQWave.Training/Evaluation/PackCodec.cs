using VQWave.Inference;
using VQWave.Models;

namespace VQWave.Training.Evaluation;

/// <summary>The VQ-VAE of a model pack's level, run as the player runs it.</summary>
internal sealed class PackCodec(InferenceRuntime runtime, ModelPack pack, int levelIndex) : ILevelCodec
{
    private readonly LevelCodec _codec = new(runtime, pack, levelIndex);

    /// <inheritdoc/>
    public LevelConfiguration Level => _codec.Level;

    /// <inheritdoc/>
    public int[] Encode(float[] audio) => _codec.Encode(audio);

    /// <inheritdoc/>
    public float[] Decode(int[] codes) => _codec.Decode(codes);

    /// <inheritdoc/>
    public void Dispose() => _codec.Dispose();
}
