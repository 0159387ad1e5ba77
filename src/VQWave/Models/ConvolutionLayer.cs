namespace VQWave.Models;

/// <summary>One 1-D convolution of a network.</summary>
public sealed record ConvolutionLayer
{
    /// <summary>Output channels.</summary>
    public required int Channels { get; init; }

    /// <summary>Taps.</summary>
    public required int Kernel { get; init; }

    /// <summary>Stride: downsampling of a convolution, upsampling of a transposed one.</summary>
    public int Stride { get; init; } = 1;

    /// <summary>Distance between taps.</summary>
    public int Dilation { get; init; } = 1;

    /// <summary>Whether the convolution is transposed (upsamples by its stride).</summary>
    public bool Transposed { get; init; }

    /// <summary>What follows it.</summary>
    public Activation Activation { get; init; } = Activation.Elu;

    /// <summary>
    /// Zeros before and after the input of a convolution, or samples cut from both ends of a transposed one's full output.
    /// 'same' follows Keras for inputs whose length is a multiple of the stride.
    /// </summary>
    public (int Left, int Right) Pad(Padding padding)
    {
        var total = Transposed || Stride > 1 ? Math.Max(Kernel - Stride, 0) : (Kernel - 1) * Dilation;
        if (padding.Mode == PaddingMode.Same)
        {
            return (total / 2, total - (total / 2));
        }

        return Transposed ? (0, total) : (total, 0);
    }
}
