using VQWave.Analysis;
using VQWave.Torch;

namespace VQWave.Training.Losses;

/// <summary>
/// The log-spectral distance that <c>evaluate</c> measures (windows of 2,048, hop 512), in units of 10 dB: for each frame the root of the mean over
/// frequencies of the squared difference of levels; then the mean over frames. The floor, −100 dB of a full-scale sine, is a soft one: it is added to the power.
/// </summary>
public sealed class LogSpectralLoss : IReconstructionLoss
{
    // 20 log10 of a ratio in units of 10 dB.
    private static readonly double Unit = 2 / Math.Log(10);

    // Keeps the gradient of the root finite where two frames are equal.
    private const double RootFloor = 1e-8;
    private readonly StftMagnitude _magnitude;

    /// <summary>Prepares the window.</summary>
    /// <param name="device">Where the audio lies.</param>
    /// <param name="inputLength">Samples of a crop.</param>
    /// <exception cref="VQWaveException">The crop is shorter than the window.</exception>
    public LogSpectralLoss(Device device, int inputLength)
    {
        const int Size = LogSpectralDistance.Size;
        if (inputLength < Size)
        {
            throw new VQWaveException($"An input length of {inputLength} samples is too short for the LSD loss; use at least {Size}.");
        }

        // A sine at full scale reads a quarter of the window under a Hann window.
        _magnitude = new StftMagnitude(Size, device, Math.Pow(LogSpectralDistance.Floor * Size / 4, 2));
    }

    /// <inheritdoc/>
    public string Name => "lsd";

    /// <inheritdoc/>
    public Tensor Compute(Tensor target, Tensor estimate)
    {
        var difference = (_magnitude.Of(target).log() - _magnitude.Of(estimate).log()) * Unit;
        return (difference.square().mean(1) + RootFloor).sqrt().mean();
    }

    /// <inheritdoc/>
    public void Dispose() => _magnitude.Dispose();
}
