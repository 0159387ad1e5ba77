using VQWave.Models;
using VQWave.Torch;
using F = VQWave.Torch.torch.nn.functional;

namespace VQWave.Training.Networks;

/// <summary>One configured convolution on a (batch, channels, length) tensor.</summary>
internal static class Convolution
{
    public static Tensor Apply(Tensor x, ConvolutionLayer layer, Padding padding, WeightsModule weights)
    {
        var (left, right) = layer.Pad(padding);
        var (weight, bias) = (weights.Weight, weights.Bias);
        Tensor y;
        if (layer.Transposed)
        {
            y = Autocast.ConvTranspose1d(x, weight, bias, layer.Stride);
            if (left + right > 0)
            {
                y = y.narrow(2, left, y.shape[2] - left - right);
            }
        }
        else if (left == right)
        {
            y = Autocast.Conv1d(x, weight, bias, layer.Stride, left, layer.Dilation);
        }
        else
        {
            y = Autocast.Conv1d(F.pad(x, [left, right]), weight, bias, layer.Stride, 0, layer.Dilation);
        }

        return layer.Activation switch
        {
            Activation.Elu => F.elu(y),
            Activation.Tanh => y.tanh(),
            _ => y,
        };
    }
}
