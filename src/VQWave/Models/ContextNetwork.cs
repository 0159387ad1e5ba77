namespace VQWave.Models;

/// <summary>
/// The network that tells a generator about the next coarser level: embedding, dilated ELU convolutions, one transposed
/// convolution to the finer rate (ELU), and bias-free 1x1 projections.
/// </summary>
public sealed record ContextNetwork
{
    /// <summary>Dimension of the embedding of the coarse codes.</summary>
    public int EmbeddingDimension { get; init; } = 32;

    /// <summary>Channels of all its convolutions.</summary>
    public required int Channels { get; init; }

    /// <summary>Taps of the dilated convolutions.</summary>
    public int Kernel { get; init; } = 3;

    /// <summary>Dilation of each convolution, in order.</summary>
    public required IReadOnlyList<int> Dilations { get; init; }

    /// <summary>Padding; a lookahead counts codes of the coarser level.</summary>
    public Padding Padding { get; init; } = Padding.Same;

    /// <summary>
    /// Whether a second projection is added to the output of the generator's last LSTM layer, past the recurrent layers.
    /// </summary>
    public bool ToOutput { get; init; }

    /// <summary>The dilated convolutions as layers.</summary>
    public IEnumerable<ConvolutionLayer> Convolutions =>
        Dilations.Select(d => new ConvolutionLayer
        {
            Channels = Channels,
            Kernel = Kernel,
            Dilation = d,
        });

    /// <summary>How many codes of the coarser level it must see past the one it stands at.</summary>
    public int LookaheadCodes => Padding.Mode == PaddingMode.Same ? Convolutions.Sum(l => l.Pad(Padding.Same).Right) : Padding.Codes;

    /// <summary>How many codes of the coarser level before the one it stands at have any influence.</summary>
    public int HistoryCodes => Convolutions.Sum(l => l.Pad(Padding).Left);
}
