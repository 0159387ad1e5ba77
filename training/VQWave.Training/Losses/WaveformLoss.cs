using VQWave.Torch;
using F = VQWave.Torch.torch.nn.functional;

namespace VQWave.Training.Losses;

/// <summary>
/// Mean squared error of the samples, divided by the corpus's variance: 1 is what silence scores, so the weight beside other losses does
/// not depend on how loud the music is.
/// </summary>
public sealed class WaveformLoss(double variance) : IReconstructionLoss
{
    /// <inheritdoc/>
    public string Name => "mse";

    /// <inheritdoc/>
    public Tensor Compute(Tensor target, Tensor estimate) => F.mse_loss(estimate, target) / variance;

    /// <inheritdoc/>
    public void Dispose() { }
}
