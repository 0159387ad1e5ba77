using VQWave.Models;

namespace VQWave.Inference;

/// <summary>
/// How many codes before and after the one it stands at a convolution network's output (or, for an encoder, input) has to do with:
/// the overlap with which a sequence can be computed in pieces that join without a seam. Derived layer by layer from kernels,
/// strides, dilations and padding.
/// </summary>
/// <param name="Before">Codes before, 0 or more.</param>
/// <param name="After">Codes after, 0 or more.</param>
public readonly record struct ReceptiveField(int Before, int After)
{
    /// <summary>The field of an encoder, in codes of <paramref name="compression"/> samples.</summary>
    public static ReceptiveField OfEncoder(ConvolutionNetwork network, int compression)
    {
        // The latent of code 0 sees samples first .. last.
        long first = 0;
        long last = 0;
        foreach (var layer in network.Layers.Reverse())
        {
            var left = layer.Pad(network.Padding).Left;
            first = (first * layer.Stride) - left;
            last = (last * layer.Stride) - left + ((layer.Kernel - 1L) * layer.Dilation);
        }

        return Create(FloorDivide(first, compression), FloorDivide(last, compression), network.Padding);
    }

    /// <summary>The field of a decoder, in codes of <paramref name="compression"/> samples.</summary>
    public static ReceptiveField OfDecoder(ConvolutionNetwork network, int compression) => OfDecoder(network, compression, 0);

    /// <summary>The field of a decoder's layers from its first transposed one on: of all that does not run at the codes' own rate.</summary>
    public static ReceptiveField OfFinerLayers(ConvolutionNetwork network, int compression) =>
        OfDecoder(network, compression, network.Layers.TakeWhile(l => !l.Transposed).Count());

    private static ReceptiveField OfDecoder(ConvolutionNetwork network, int compression, int firstLayer)
    {
        // The samples of code 0 see codes first .. last.
        long first = 0;
        long last = compression - 1;
        foreach (var layer in network.Layers.Skip(firstLayer).Reverse())
        {
            var left = layer.Pad(network.Padding).Left;
            if (layer.Transposed)
            {
                // Sample t of the full output is made of inputs i with i·stride ≤ t ≤ i·stride + kernel − 1.
                first = -FloorDivide(layer.Kernel - 1 - (first + left), layer.Stride);
                last = FloorDivide(last + left, layer.Stride);
            }
            else
            {
                first -= left;
                last += ((layer.Kernel - 1L) * layer.Dilation) - left;
            }
        }

        return Create(first, last, network.Padding);
    }

    /// <summary>The field of a context network, in codes of its input level.</summary>
    public static ReceptiveField OfContext(ContextNetwork network) => new(network.HistoryCodes, network.LookaheadCodes);

    // A lookahead moves the input of a causal network ahead. The history is not shortened by it: a piece's own padding would show.
    private static ReceptiveField Create(long first, long last, Padding padding) =>
        new((int)Math.Max(0, -first), (int)Math.Max(0, last + padding.Codes));

    private static long FloorDivide(long value, long divisor)
    {
        var quotient = value / divisor;
        return value % divisor < 0 ? quotient - 1 : quotient;
    }
}
