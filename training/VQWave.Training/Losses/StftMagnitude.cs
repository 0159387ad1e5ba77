using VQWave.Torch;

namespace VQWave.Training.Losses;

/// <summary>Magnitudes of a short-time Fourier transform with a Hann window and a hop of a quarter window.</summary>
internal sealed class StftMagnitude(int size, Device device) : IDisposable
{
    // Below the quantisation noise of 16-bit audio in such a window; keeps the gradient of the root finite.
    private const double PowerFloor = 1e-6;
    private readonly Tensor _window = torch.hann_window(size).to(device).DetachFromDisposeScope();

    /// <summary>Magnitudes (batch, size / 2 + 1, frames) of audio (batch, samples).</summary>
    public Tensor Of(Tensor audio)
    {
        using var scope = torch.NewDisposeScope();
        var spectrum = torch.stft(
            audio,
            size,
            size / 4,
            size,
            _window,
            center: true,
            normalized: false,
            onesided: true,
            return_complex: true
        );
        return (spectrum.view_as_real().square().sum(-1) + PowerFloor).sqrt().MoveToOuterDisposeScope();
    }

    public void Dispose() => _window.Dispose();
}
