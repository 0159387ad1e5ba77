using VQWave.Models;
using VQWave.Torch;
using VQWave.Torch.Modules;
using F = VQWave.Torch.torch.nn.functional;

namespace VQWave.Training.Networks;

/// <summary>
/// The convolutions of an encoder or decoder, built from their configuration. Input (batch, channels, length), output (batch, channels,
/// length × upsampling / downsampling). Parameters are named <c>conv.I.weight</c> and <c>conv.I.bias</c>.
/// </summary>
public sealed class ConvolutionStack : Module
{
    private readonly ConvolutionNetwork _network;
    private readonly int _inputPerCode;
    private readonly int _outputPerCode;
    private readonly WeightsList _convolutions = new();

    /// <summary>Creates the layers with fresh weights from libtorch's random state.</summary>
    /// <param name="network">The configuration.</param>
    /// <param name="inputChannels">Channels of the input.</param>
    /// <param name="compression">Samples a code: with it a lookahead in codes becomes one in input and output positions.</param>
    public ConvolutionStack(ConvolutionNetwork network, int inputChannels, int compression)
    {
        _network = network;
        _inputPerCode = network.Downsampling > 1 ? compression : 1;
        _outputPerCode = network.Upsampling > 1 ? compression : 1;
        var channels = inputChannels;
        foreach (var layer in network.Layers)
        {
            _convolutions.Add(new WeightsModule(Initialization.ConvolutionWeight(layer, channels), layer.Channels));
            channels = layer.Channels;
        }

        register_module("conv", _convolutions);
    }

    /// <summary>Runs the stack; the caller owns the result.</summary>
    public Tensor forward(Tensor input)
    {
        var lookahead = _network.Padding.Mode == PaddingMode.Lookahead ? _network.Padding.Codes : 0;
        var x = lookahead > 0 ? F.pad(input, [0, (long)lookahead * _inputPerCode]) : input;
        for (var i = 0; i < _network.Layers.Count; i++)
        {
            x = Convolution.Apply(x, _network.Layers[i], _network.Padding, _convolutions[i]);
        }

        var drop = (long)lookahead * _outputPerCode;
        return drop > 0 ? x.narrow(2, drop, x.shape[2] - drop) : x;
    }
}
