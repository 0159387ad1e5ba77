namespace VQWave.OnnxExport;

/// <summary>The weights of all networks of a level, each by the names of <see cref="WeightShapes"/>.</summary>
public sealed record LevelWeights
{
    /// <summary>Weights of the encoder.</summary>
    public required IReadOnlyDictionary<string, WeightTensor> Encoder { get; init; }

    /// <summary>The codebook.</summary>
    public required IReadOnlyDictionary<string, WeightTensor> Codebook { get; init; }

    /// <summary>Weights of the decoder.</summary>
    public required IReadOnlyDictionary<string, WeightTensor> Decoder { get; init; }

    /// <summary>Weights of the context network; null at the coarsest level.</summary>
    public IReadOnlyDictionary<string, WeightTensor>? Context { get; init; }

    /// <summary>Weights of the generator.</summary>
    public required IReadOnlyDictionary<string, WeightTensor> Generator { get; init; }
}
