using VQWave.Torch;

namespace VQWave.Training.Losses;

/// <summary>
/// Mean squared error of the first differences of the samples, divided by the corpus's variance. Music has most of its energy below 1 kHz,
/// and a plain waveform loss learns what lies above last; a difference weighs a frequency f by 4 sin²(π f / rate).
/// </summary>
public sealed class PreEmphasisLoss(double variance) : IReconstructionLoss
{
    /// <inheritdoc/>
    public string Name => "pre";

    /// <inheritdoc/>
    public Tensor Compute(Tensor target, Tensor estimate)
    {
        var error = estimate - target;
        var last = error.shape[1] - 1;
        return (error.narrow(1, 1, last) - error.narrow(1, 0, last)).square().mean() / variance;
    }

    /// <inheritdoc/>
    public void Dispose() { }
}
