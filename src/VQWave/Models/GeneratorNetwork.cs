namespace VQWave.Models;

/// <summary>An autoregressive generator: embedding, LSTM layers, ELU dense layer of the LSTM's width, logits.</summary>
public sealed record GeneratorNetwork
{
    /// <summary>Dimension of the code embedding.</summary>
    public int EmbeddingDimension { get; init; } = 32;

    /// <summary>Units of each LSTM layer and of the dense layer.</summary>
    public required int Units { get; init; }

    /// <summary>Number of LSTM layers.</summary>
    public int Layers { get; init; } = 2;

    /// <summary>The context network, or null for the coarsest level.</summary>
    public ContextNetwork? Context { get; init; }

    /// <summary>
    /// Width of the context that one step takes: the embedding part, and with <see cref="ContextNetwork.ToOutput"/> the output part
    /// after it. 0 without a context network.
    /// </summary>
    public int ContextWidth => Context is null ? 0 : EmbeddingDimension + (Context.ToOutput ? Units : 0);
}
