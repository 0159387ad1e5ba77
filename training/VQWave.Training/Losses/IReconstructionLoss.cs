using VQWave.Torch;

namespace VQWave.Training.Losses;

/// <summary>A differentiable distance between audio and its reconstruction.</summary>
public interface IReconstructionLoss : IDisposable
{
    /// <summary>Name on progress lines and in the metrics file.</summary>
    string Name { get; }

    /// <summary>The distance, a scalar; both (batch, samples) in −1 … 1.</summary>
    Tensor Compute(Tensor target, Tensor estimate);
}
