using System.Numerics;

namespace VQWave.Analysis;

/// <summary>
/// Magnitudes of a short-time Fourier transform, scaled so that a full-scale sine at a bin's frequency reads 1 (0 dBFS).
/// </summary>
/// <remarks>
/// Periodic Hann window. Frame i covers samples i·hop … i·hop + size − 1, without padding at the start; frames go on while
/// they lie inside the signal, and one that is shorter than a window gives one frame padded with silence. Immutable.
/// </remarks>
public sealed class Spectrogram
{
    private readonly float[] magnitudes;

    private Spectrogram(float[] magnitudes, int frames, int size, int hop)
    {
        this.magnitudes = magnitudes;
        Frames = frames;
        Size = size;
        Hop = hop;
    }

    /// <summary>Frames.</summary>
    public int Frames { get; }

    /// <summary>The window's length in samples.</summary>
    public int Size { get; }

    /// <summary>Samples from frame to frame.</summary>
    public int Hop { get; }

    /// <summary>Size/2 + 1 frequencies, bin k at k·rate/size Hz.</summary>
    public int Bins => (Size / 2) + 1;

    /// <summary>One frame's magnitudes.</summary>
    /// <param name="frame">The frame, from 0.</param>
    /// <returns><see cref="Bins"/> magnitudes, 1 at full scale.</returns>
    public ReadOnlySpan<float> this[int frame] => magnitudes.AsSpan(frame * Bins, Bins);

    /// <summary>Transforms a signal.</summary>
    /// <param name="samples">Mono samples, full scale −1 to 1.</param>
    /// <param name="size">The window's length, a power of two.</param>
    /// <param name="hop">Samples from frame to frame.</param>
    /// <returns>The magnitudes.</returns>
    /// <exception cref="ArgumentException">The signal is empty.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The size is no power of two, or the hop not positive.</exception>
    public static Spectrogram Of(ReadOnlySpan<float> samples, int size, int hop)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(hop, 1);
        if (samples.IsEmpty)
        {
            throw new ArgumentException("An empty signal has no spectrum.", nameof(samples));
        }

        RealFft fft = new(size);
        double[] window = HannWindow(size);
        // The sum of a periodic Hann window is size/2, and a sine puts half its amplitude in each of two bins.
        double scale = 4.0 / size;
        int frames = samples.Length <= size ? 1 : 1 + ((samples.Length - size) / hop);
        int bins = fft.Bins;
        float[] result = new float[checked(frames * bins)];
        double[] frame = new double[size];
        Complex[] spectrum = new Complex[bins];
        for (int index = 0; index < frames; index++)
        {
            ReadOnlySpan<float> part = samples[(index * hop)..];
            for (int i = 0; i < size; i++)
            {
                frame[i] = i < part.Length ? part[i] * window[i] : 0;
            }

            fft.Forward(frame, spectrum);
            Span<float> target = result.AsSpan(index * bins, bins);
            for (int bin = 0; bin < bins; bin++)
            {
                double re = spectrum[bin].Real;
                double im = spectrum[bin].Imaginary;
                target[bin] = (float)(Math.Sqrt((re * re) + (im * im)) * scale);
            }
        }

        return new Spectrogram(result, frames, size, hop);
    }

    /// <summary>All magnitudes, frame after frame.</summary>
    internal ReadOnlySpan<float> Values => magnitudes;

    private static double[] HannWindow(int size)
    {
        double[] window = new double[size];
        for (int i = 0; i < size; i++)
        {
            window[i] = 0.5 - (0.5 * Math.Cos(2 * Math.PI * i / size));
        }

        return window;
    }
}
