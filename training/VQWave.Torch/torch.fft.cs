namespace VQWave.Torch;

public static partial class torch
{
    /// <summary>Discrete Fourier transforms.</summary>
    public static class fft
    {
        /// <summary>The spectrum of real signals along a dimension, n/2 + 1 complex bins; n cuts or pads with zeros.</summary>
        /// <exception cref="TorchException">The sizes do not fit.</exception>
        public static Tensor rfft(Tensor input, long n = -1, long dim = -1) => Tensor.Made(Native.vqt_rfft(input.Handle, n, dim), input);

        /// <summary>The real signals, of n samples, that have these half spectra; n is 2 (bins − 1) where not given.</summary>
        /// <exception cref="TorchException">The sizes do not fit.</exception>
        public static Tensor irfft(Tensor input, long n = -1, long dim = -1) => Tensor.Made(Native.vqt_irfft(input.Handle, n, dim), input);
    }
}
