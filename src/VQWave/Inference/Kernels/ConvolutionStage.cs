using VQWave.Models;

namespace VQWave.Inference.Kernels;

/// <summary>
/// One convolution, plain or transposed, as a product: each output position is the matrix times a window of input positions. A transposed one writes
/// as many positions at a time as its stride.
/// </summary>
internal sealed record ConvolutionStage
{
    /// <summary>Channels of the input.</summary>
    public required int Inputs { get; init; }

    /// <summary>Channels of the output.</summary>
    public required int Channels { get; init; }

    /// <summary>Positions of a window.</summary>
    public required int Taps { get; init; }

    /// <summary>Distance between them.</summary>
    public int Dilation { get; init; } = 1;

    /// <summary>Input positions from a window to the next.</summary>
    public int Step { get; init; } = 1;

    /// <summary>Output positions of a window.</summary>
    public int Phases { get; init; } = 1;

    /// <summary>Zeros before the first input.</summary>
    public required int Left { get; init; }

    /// <summary>Zeros after the last input.</summary>
    public required int Right { get; init; }

    /// <summary>Output positions that are left out at the beginning.</summary>
    public int Drop { get; init; }

    /// <summary>What follows.</summary>
    public Activation Activation { get; init; }

    /// <summary>Rows are [phase × channel], columns [tap × input channel], the earliest tap first.</summary>
    public required LinearLayer Matrix { get; init; }

    /// <summary>Input positions from the first of a window to its last, both included.</summary>
    public int Span => ((Taps - 1) * Dilation) + 1;
}
