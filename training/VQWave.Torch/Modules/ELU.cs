namespace VQWave.Torch.Modules;

/// <summary>Exponential linear unit.</summary>
/// <param name="alpha">What large negative elements tend to, negated.</param>
public sealed class ELU(double alpha = 1) : Module<Tensor, Tensor>
{
    /// <inheritdoc/>
    public override Tensor forward(Tensor input) => torch.nn.functional.elu(input, alpha);
}
