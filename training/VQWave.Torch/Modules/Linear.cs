namespace VQWave.Torch.Modules;

/// <summary>(…, in) to (…, out).</summary>
public sealed class Linear : Module<Tensor, Tensor>
{
    /// <summary>Weights and bias uniform within ±1/√in, as in PyTorch.</summary>
    public Linear(long in_features, long out_features, bool bias = true)
    {
        double bound = 1 / Math.Sqrt(in_features);
        weight = register_parameter("weight", torch.nn.init.UniformParameter(bound, out_features, in_features));
        this.bias = bias ? register_parameter("bias", torch.nn.init.UniformParameter(bound, out_features)) : null;
    }

    /// <summary>(out, in).</summary>
    public Parameter weight { get; }

    /// <summary>(out), or null.</summary>
    public Parameter? bias { get; }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input) => torch.nn.functional.linear(input, weight, bias);
}
