using System.Collections.Concurrent;
using System.Numerics;

namespace VQWave.Tests.Resampling;

/// <summary>Spectra of sines through a Kaiser window whose side lobes are 150 dB down.</summary>
internal static class Spectrum
{
    private const double Beta = 16;
    private static readonly ConcurrentDictionary<int, double[]> Windows = new();

    // Bins from the centre of a line to where its main lobe has ended: sqrt(beta² + pi²) / pi and one more.
    private const int LineWidth = 7;

    /// <summary>Amplitude of the sine of a frequency in cycles a sample.</summary>
    public static double AmplitudeAt(float[] signal, double frequency)
    {
        var window = Window(signal.Length);
        var sum = Complex.Zero;
        for (var n = 0; n < signal.Length; n++)
        {
            sum += window[n] * signal[n] * Complex.FromPolarCoordinates(1, -2 * Math.PI * frequency * n);
        }

        return 2 * sum.Magnitude / window.Sum();
    }

    /// <summary>The largest amplitude anywhere but at a frequency in cycles a sample (negative: anywhere). The length is a power of two.</summary>
    public static double LargestElsewhere(float[] signal, double frequency)
    {
        var window = Window(signal.Length);
        var bins = new Complex[signal.Length];
        for (var n = 0; n < signal.Length; n++)
        {
            bins[n] = window[n] * signal[n];
        }

        Transform(bins);
        var scale = 2 / window.Sum();
        double largest = 0;
        for (var k = 0; k <= signal.Length / 2; k++)
        {
            if (frequency < 0 || Math.Abs(k - (frequency * signal.Length)) > LineWidth)
            {
                largest = Math.Max(largest, bins[k].Magnitude * scale);
            }
        }

        return largest;
    }

    public static double Decibels(double amplitude) => 20 * Math.Log10(amplitude);

    private static double[] Window(int length) => Windows.GetOrAdd(length, Design);

    private static double[] Design(int length)
    {
        var window = new double[length];
        for (var n = 0; n < length; n++)
        {
            var x = (2.0 * n / (length - 1)) - 1;
            window[n] = Bessel(Beta * Math.Sqrt(Math.Max(0, 1 - (x * x)))) / Bessel(Beta);
        }

        return window;
    }

    // I0 as the mean of exp(x cos t) over half a turn, by the trapezoidal rule, which is exact to rounding for periodic functions.
    private static double Bessel(double x)
    {
        double sum = 0;
        const int Points = 64;
        for (var i = 0; i < Points; i++)
        {
            sum += Math.Exp(x * Math.Cos(2 * Math.PI * i / Points));
        }

        return sum / Points;
    }

    private static void Transform(Span<Complex> data)
    {
        var n = data.Length;
        if (n == 1)
        {
            return;
        }

        var even = new Complex[n / 2];
        var odd = new Complex[n / 2];
        for (var i = 0; i < n / 2; i++)
        {
            even[i] = data[2 * i];
            odd[i] = data[(2 * i) + 1];
        }

        Transform(even);
        Transform(odd);
        for (var k = 0; k < n / 2; k++)
        {
            var turned = odd[k] * Complex.FromPolarCoordinates(1, -2 * Math.PI * k / n);
            data[k] = even[k] + turned;
            data[k + (n / 2)] = even[k] - turned;
        }
    }
}
