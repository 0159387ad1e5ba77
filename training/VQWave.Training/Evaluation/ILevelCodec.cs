using VQWave.Models;

namespace VQWave.Training.Evaluation;

/// <summary>The VQ-VAE of one level, wherever its weights come from.</summary>
internal interface ILevelCodec : IDisposable
{
    /// <summary>The level.</summary>
    LevelConfiguration Level { get; }

    /// <summary>The codes of mono audio, one for each begun <c>Compression</c> samples.</summary>
    int[] Encode(float[] audio);

    /// <summary>The audio of codes, <c>Compression</c> samples each.</summary>
    float[] Decode(int[] codes);
}
