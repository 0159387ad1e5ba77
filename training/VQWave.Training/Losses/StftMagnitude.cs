using VQWave.Torch;

namespace VQWave.Training.Losses;

/// <summary>Magnitudes of a short-time Fourier transform with a Hann window and a hop of a quarter window.</summary>
/// <param name="size">Samples of the window.</param>
/// <param name="device">Where the audio lies.</param>
/// <param name="powerFloor">
/// What is added to the power and keeps the gradient of the root finite; if not given, it lies below the quantisation noise of 16-bit audio in such a window.
/// </param>
internal sealed class StftMagnitude(int size, Device device, double powerFloor = 1e-6) : IDisposable
{
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
        return (spectrum.view_as_real().square().sum(-1) + powerFloor).sqrt().MoveToOuterDisposeScope();
    }

    public void Dispose() => _window.Dispose();
}
