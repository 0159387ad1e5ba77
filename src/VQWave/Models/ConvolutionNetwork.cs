namespace VQWave.Models;

/// <summary>A stack of 1-D convolutions: an encoder or a decoder.</summary>
public sealed record ConvolutionNetwork
{
    /// <summary>Padding of all layers.</summary>
    public Padding Padding { get; init; } = Padding.Same;

    /// <summary>The layers in the order of computation.</summary>
    public required IReadOnlyList<ConvolutionLayer> Layers { get; init; }

    /// <summary>Product of the strides of the layers that are not transposed.</summary>
    public int Downsampling => Layers.Where(l => !l.Transposed).Aggregate(1, (a, l) => a * l.Stride);

    /// <summary>Product of the strides of the transposed layers.</summary>
    public int Upsampling => Layers.Where(l => l.Transposed).Aggregate(1, (a, l) => a * l.Stride);
}
