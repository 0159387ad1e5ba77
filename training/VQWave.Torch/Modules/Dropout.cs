namespace VQWave.Torch.Modules;

/// <summary>In training, zeroes elements at random and scales the others so that the mean stays.</summary>
/// <param name="p">The probability that an element is dropped.</param>
public sealed class Dropout(double p = 0.5) : Module<Tensor, Tensor>
{
    /// <inheritdoc/>
    public override Tensor forward(Tensor input) => torch.nn.functional.dropout(input, p, training);
}
