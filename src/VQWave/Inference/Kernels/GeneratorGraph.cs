namespace VQWave.Inference.Kernels;

/// <summary>
/// What a generator graph computes, read off its nodes: x = embedding[code] (+ context), LSTM layers over [x, h], h (+ context), a dense
/// layer with ELU, logits.
/// </summary>
internal sealed class GeneratorGraph
{
    /// <summary>Number of codes, of the embedding and of the logits.</summary>
    public required int CodebookSize { get; init; }

    /// <summary>Dimension of the embedding.</summary>
    public required int EmbeddingDimension { get; init; }

    /// <summary>Units of each LSTM layer.</summary>
    public required int Units { get; init; }

    /// <summary>The table: [codes × dimension].</summary>
    public required float[] Embedding { get; init; }

    /// <summary>Whether the context's first values are added to the embedding.</summary>
    public required bool HasContext { get; init; }

    /// <summary>Whether the values after them are added to the last LSTM layer's output.</summary>
    public required bool HasOutputContext { get; init; }

    /// <summary>The LSTM layers: rows are the gates i, f, g, o, columns the layer's input and its own output.</summary>
    public required IReadOnlyList<LinearLayer> Lstm { get; init; }

    /// <summary>The dense layer before the ELU.</summary>
    public required LinearLayer Dense { get; init; }

    /// <summary>The last layer.</summary>
    public required LinearLayer Logits { get; init; }

    /// <summary>All matrices, in the order of their use.</summary>
    public IEnumerable<LinearLayer> Layers => [.. Lstm, Dense, Logits];

    /// <summary>Whether no matrix is quantised.</summary>
    public bool IsFloat => Layers.All(l => l.Weights is not null);
}
