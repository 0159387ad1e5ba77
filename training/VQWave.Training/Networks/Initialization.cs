using VQWave.Models;
using VQWave.Torch;
using VQWave.Torch.Modules;

namespace VQWave.Training.Networks;

/// <summary>
/// Starting weights. ELU halves about a third of a signal's variance, so weights of variance 1.6 / fan-in keep it level through the
/// depth; with libtorch's own start the deeper VQ-VAEs (128x, 512x) do not learn in short runs.
/// </summary>
internal static class Initialization
{
    private const double EluGain = 1.6;

    // Music is far from full scale: a decoder that starts at the level of noise begins by unlearning it.
    private const double OutputGain = 0.01;

    public static Parameter ConvolutionWeight(ConvolutionLayer layer, int inputChannels)
    {
        var gain = layer.Activation switch
        {
            Activation.Elu => EluGain,
            Activation.Tanh => OutputGain,
            _ => 1.0,
        };

        // Each output of a transposed convolution hears kernel / stride of the taps.
        var fanIn = (double)inputChannels * layer.Kernel / (layer.Transposed ? layer.Stride : 1);
        long[] shape = layer.Transposed ? [inputChannels, layer.Channels, layer.Kernel] : [layer.Channels, inputChannels, layer.Kernel];
        return Normal(shape, Math.Sqrt(gain / fanIn));
    }

    public static Parameter Normal(long[] shape, double deviation)
    {
        using var standard = torch.randn(shape);
        return new Parameter(standard * deviation);
    }
}
