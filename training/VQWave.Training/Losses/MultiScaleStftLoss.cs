using VQWave.Torch;
using VQWave.Training.Distributed;

namespace VQWave.Training.Losses;

/// <summary>
/// Multi-scale STFT loss (Yamamoto et al. 2020): the mean over window sizes of spectral convergence plus
/// <c>LogWeight</c> × the mean absolute difference of log magnitudes.
/// </summary>
public sealed class MultiScaleStftLoss : IReconstructionLoss
{
    private const double LogWeight = 0.3;

    // Keeps the gradient of the root finite where both signals are silent and their magnitudes equal.
    private const double RootFloor = 1e-12;
    private readonly StftMagnitude[] _scales;
    private readonly DataParallel _processes;

    /// <summary>Prepares the windows; those longer than the crops are left out.</summary>
    /// <param name="device">Where the audio lies.</param>
    /// <param name="inputLength">Samples of a crop.</param>
    /// <param name="processes">Who shares the batch: convergence is a ratio of sums over all of it.</param>
    /// <param name="sizes">Samples of the windows.</param>
    public MultiScaleStftLoss(Device device, int inputLength, DataParallel processes, params int[] sizes)
    {
        _processes = processes;
        _scales = [.. sizes.Where(s => s <= inputLength).Select(s => new StftMagnitude(s, device))];
        if (_scales.Length == 0)
        {
            throw new VQWaveException(
                $"An input length of {inputLength} samples is too short for the STFT loss; use at least {sizes.Min()}."
            );
        }
    }

    /// <inheritdoc/>
    public string Name => "stft";

    /// <inheritdoc/>
    public Tensor Compute(Tensor target, Tensor estimate)
    {
        Tensor? total = null;
        foreach (var scale in _scales)
        {
            var wanted = scale.Of(target);
            var found = scale.Of(estimate);
            var error = _processes.SumWithGradient((wanted - found).square().sum());
            var convergence = (error + RootFloor).sqrt() / _processes.Sum(wanted.square().sum()).sqrt();
            var logarithmic = (wanted.log() - found.log()).abs().mean();
            var loss = convergence + logarithmic * LogWeight;
            total = total is null ? loss : total + loss;
        }

        return total! / _scales.Length;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var scale in _scales)
        {
            scale.Dispose();
        }
    }
}
