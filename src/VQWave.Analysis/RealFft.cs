using System.Numerics;

namespace VQWave.Analysis;

/// <summary>
/// The discrete Fourier transform of real signals, X[k] = Σ x[n]·exp(−2πi·k·n/N), unscaled, by a radix-2 transform of half the
/// length (Cooley and Tukey 1965; the packing of real pairs into complex numbers: Sorensen et al. 1987).
/// </summary>
/// <remarks>Holds its work space: one thread at a time. Transforming allocates nothing.</remarks>
public sealed class RealFft
{
    private readonly int half;
    private readonly int[] reversed;
    private readonly Complex[] twiddles;
    private readonly Complex[] unpack;
    private readonly Complex[] work;

    /// <summary>Prepares tables for one size.</summary>
    /// <param name="size">N, a power of two from 4 to 2²⁴.</param>
    /// <exception cref="ArgumentOutOfRangeException">The size is none of these.</exception>
    public RealFft(int size)
    {
        if (size is < 4 or > (1 << 24) || !BitOperations.IsPow2(size))
        {
            throw new ArgumentOutOfRangeException(nameof(size), size, "The size must be a power of two from 4 to 2^24.");
        }

        Size = size;
        half = size / 2;
        work = new Complex[half];
        reversed = new int[half];
        int bits = BitOperations.Log2((uint)half);
        for (int i = 0; i < half; i++)
        {
            for (int bit = 0; bit < bits; bit++)
            {
                reversed[i] |= ((i >> bit) & 1) << (bits - 1 - bit);
            }
        }

        twiddles = new Complex[half / 2];
        for (int i = 0; i < twiddles.Length; i++)
        {
            (double sin, double cos) = Math.SinCos(-2 * Math.PI * i / half);
            twiddles[i] = new Complex(cos, sin);
        }

        unpack = new Complex[half];
        for (int i = 0; i < half; i++)
        {
            (double sin, double cos) = Math.SinCos(-2 * Math.PI * i / size);
            unpack[i] = new Complex(cos, sin);
        }
    }

    /// <summary>N, the length of the signal.</summary>
    public int Size { get; }

    /// <summary>N/2 + 1, the bins from 0 Hz to the Nyquist frequency.</summary>
    public int Bins => half + 1;

    /// <summary>Transforms a signal.</summary>
    /// <param name="signal">N samples.</param>
    /// <param name="spectrum">Receives N/2 + 1 bins.</param>
    /// <exception cref="ArgumentException">A length does not fit.</exception>
    public void Forward(ReadOnlySpan<double> signal, Span<Complex> spectrum)
    {
        if (signal.Length != Size || spectrum.Length != Bins)
        {
            throw new ArgumentException(
                $"A transform of {Size} takes {Size} samples and gives {Bins} bins, not {signal.Length} and {spectrum.Length}."
            );
        }

        for (int i = 0; i < half; i++)
        {
            work[reversed[i]] = new Complex(signal[2 * i], signal[(2 * i) + 1]);
        }

        for (int length = 2; length <= half; length *= 2)
        {
            int step = half / length;
            for (int start = 0; start < half; start += length)
            {
                for (int i = 0; i < length / 2; i++)
                {
                    Complex odd = work[start + i + (length / 2)] * twiddles[i * step];
                    Complex even = work[start + i];
                    work[start + i] = even + odd;
                    work[start + i + (length / 2)] = even - odd;
                }
            }
        }

        spectrum[0] = new Complex(work[0].Real + work[0].Imaginary, 0);
        spectrum[half] = new Complex(work[0].Real - work[0].Imaginary, 0);
        for (int k = 1; k < half; k++)
        {
            Complex mirror = Complex.Conjugate(work[half - k]);
            Complex even = (work[k] + mirror) * 0.5;
            Complex odd = (work[k] - mirror) * new Complex(0, -0.5);
            spectrum[k] = even + (unpack[k] * odd);
        }
    }
}
