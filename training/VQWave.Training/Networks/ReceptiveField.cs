using VQWave.Models;

namespace VQWave.Training.Networks;

/// <summary>How far an encoder sees around a code.</summary>
public static class ReceptiveField
{
    /// <summary>Codes that must surround a stretch of audio so that its codes equal those of the whole signal.</summary>
    public static int MarginCodes(ConvolutionNetwork encoder, int compression)
    {
        long left = 0, right = 0, stride = 1;
        foreach (var layer in encoder.Layers)
        {
            var (l, r) = layer.Pad(encoder.Padding);
            left += l * stride;
            right += r * stride;
            stride *= layer.Stride;
        }

        right += (long)encoder.Padding.Codes * compression;
        return (int)((Math.Max(left, right) + compression - 1) / compression) + 1;
    }
}
