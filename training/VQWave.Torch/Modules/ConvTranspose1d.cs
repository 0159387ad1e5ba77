namespace VQWave.Torch.Modules;

/// <summary>Transposed convolution over time: (batch, in, time) to (batch, out, time').</summary>
public sealed class ConvTranspose1d : Module<Tensor, Tensor>
{
    private readonly long _stride;
    private readonly long _padding;
    private readonly long _outputPadding;
    private readonly long _dilation;

    /// <summary>Weights and bias uniform within ±1/√(out × kernel), PyTorch's fan-in of this layout.</summary>
    public ConvTranspose1d(
        long in_channels,
        long out_channels,
        long kernel_size,
        long stride = 1,
        long padding = 0,
        long output_padding = 0,
        bool bias = true,
        long dilation = 1
    )
    {
        (_stride, _padding, _outputPadding, _dilation) = (stride, padding, output_padding, dilation);
        double bound = 1 / Math.Sqrt(out_channels * kernel_size);
        weight = register_parameter("weight", torch.nn.init.UniformParameter(bound, in_channels, out_channels, kernel_size));
        this.bias = bias ? register_parameter("bias", torch.nn.init.UniformParameter(bound, out_channels)) : null;
    }

    /// <summary>(in, out, kernel).</summary>
    public Parameter weight { get; }

    /// <summary>(out), or null.</summary>
    public Parameter? bias { get; }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input) =>
        torch.nn.functional.conv_transpose1d(input, weight, bias, _stride, _padding, _outputPadding, dilation: _dilation);
}
