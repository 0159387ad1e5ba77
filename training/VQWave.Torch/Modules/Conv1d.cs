namespace VQWave.Torch.Modules;

/// <summary>Convolution over time: (batch, in, time) to (batch, out, time').</summary>
public sealed class Conv1d : Module<Tensor, Tensor>
{
    private readonly long _stride;
    private readonly long _padding;
    private readonly long _dilation;
    private readonly long _groups;

    /// <summary>Weights and bias uniform within ±1/√(fan-in), as in PyTorch.</summary>
    public Conv1d(
        long in_channels,
        long out_channels,
        long kernel_size,
        long stride = 1,
        long padding = 0,
        long dilation = 1,
        bool bias = true,
        long groups = 1
    )
    {
        (_stride, _padding, _dilation, _groups) = (stride, padding, dilation, groups);
        double bound = 1 / Math.Sqrt(in_channels / groups * kernel_size);
        weight = register_parameter("weight", torch.nn.init.UniformParameter(bound, out_channels, in_channels / groups, kernel_size));
        this.bias = bias ? register_parameter("bias", torch.nn.init.UniformParameter(bound, out_channels)) : null;
    }

    /// <summary>(out, in / groups, kernel).</summary>
    public Parameter weight { get; }

    /// <summary>(out), or null.</summary>
    public Parameter? bias { get; }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input) => torch.nn.functional.conv1d(input, weight, bias, _stride, _padding, _dilation, _groups);
}
