using System.Numerics;
using System.Runtime.InteropServices;

namespace VQWave.Devices;

/// <summary>
/// Changes the rate of mono sound by any ratio with a linear-phase polyphase windowed-sinc filter: write input, read output.
/// </summary>
/// <remarks>
/// <para>
/// Kaiser window of 106 dB (Kaiser and Schafer 1980). Of the lower of the two Nyquist frequencies, the lower 91 % passes within
/// 0.01 dB and everything above 100 % is at least 100 dB down: 22,050 Hz keeps 10 kHz. Output sample n lies at input time
/// n · inputRate / outputRate, so there is no delay to account for; before the start and after the end there is silence.
/// </para>
/// <para>One thread at a time. For files and whole clips: buffers grow as needed, so this is not for the audio callback.</para>
/// </remarks>
public sealed class SincResampler
{
    private const double StopbandDecibels = 106;
    private const double PassbandShare = 0.91;

    // Ratios with more phases interpolate between this many; linear interpolation then errs by less than 1e-7 (-140 dB).
    private const int MaxPhases = 4096;

    private readonly long numerator;
    private readonly long denominator;
    private readonly int phases;
    private readonly bool interpolates;
    private readonly int half;
    private readonly int taps;
    private readonly float[] kernels;

    private float[] buffer = new float[8192];
    private long bufferStart;
    private int buffered;
    private long inputCount;
    private long outputCount;
    private bool finished;

    /// <summary>Designs the filter for a pair of rates.</summary>
    /// <param name="inputRate">Samples per second of what is written, 1 to 10,000,000.</param>
    /// <param name="outputRate">Samples per second of what is read, 1 to 10,000,000.</param>
    /// <exception cref="ArgumentOutOfRangeException">A rate is out of range.</exception>
    public SincResampler(int inputRate, int outputRate)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(inputRate, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(inputRate, 10_000_000);
        ArgumentOutOfRangeException.ThrowIfLessThan(outputRate, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(outputRate, 10_000_000);
        InputRate = inputRate;
        OutputRate = outputRate;
        long divisor = (long)BigInteger.GreatestCommonDivisor(inputRate, outputRate);
        numerator = outputRate / divisor;
        denominator = inputRate / divisor;
        interpolates = numerator > MaxPhases;
        phases = interpolates ? MaxPhases : (int)numerator;

        // All frequencies in cycles per input sample.
        double nyquist = 0.5 * Math.Min(1.0, (double)outputRate / inputRate);
        double transition = nyquist * (1 - PassbandShare);
        double cutoff = nyquist - (0.5 * transition);
        double beta = 0.1102 * (StopbandDecibels - 8.7);
        double order = (StopbandDecibels - 7.95) / (14.36 * transition);
        half = (int)Math.Ceiling(order / 2);
        taps = 2 * half;
        kernels = DesignKernels(cutoff, beta);

        // The samples before the first are silence.
        bufferStart = -half;
        buffered = half;
    }

    /// <summary>Samples per second of what is written.</summary>
    public int InputRate { get; }

    /// <summary>Samples per second of what is read.</summary>
    public int OutputRate { get; }

    /// <summary>Converts a whole clip; the result has ceil(length · outputRate / inputRate) samples.</summary>
    /// <param name="samples">The clip at the input rate.</param>
    /// <param name="inputRate">Its samples per second.</param>
    /// <param name="outputRate">The samples per second wanted.</param>
    /// <returns>The clip at the output rate; a copy where the rates are equal.</returns>
    public static float[] Convert(ReadOnlySpan<float> samples, int inputRate, int outputRate)
    {
        if (inputRate == outputRate)
        {
            return samples.ToArray();
        }

        SincResampler resampler = new(inputRate, outputRate);
        float[] result = new float[resampler.OutputLength(samples.Length)];
        int written = 0;
        for (int start = 0; start < samples.Length; start += 8192)
        {
            resampler.Write(samples.Slice(start, Math.Min(8192, samples.Length - start)));
            written += resampler.Read(result.AsSpan(written));
        }

        resampler.Finish();
        written += resampler.Read(result.AsSpan(written));
        return written == result.Length
            ? result
            : throw new InvalidOperationException($"The resampler gave {written} of {result.Length} samples.");
    }

    /// <summary>How many samples come out in all when so many go in.</summary>
    /// <param name="inputLength">Samples at the input rate.</param>
    /// <returns>Samples at the output rate.</returns>
    public long OutputLength(long inputLength) => ((inputLength * numerator) + denominator - 1) / denominator;

    /// <summary>Takes further input.</summary>
    /// <param name="input">Samples at the input rate, any number.</param>
    /// <exception cref="InvalidOperationException">After <see cref="Finish"/>.</exception>
    public void Write(ReadOnlySpan<float> input)
    {
        if (finished)
        {
            throw new InvalidOperationException("The resampler was finished; a new signal needs a new one.");
        }

        Append(input);
        inputCount += input.Length;
    }

    /// <summary>Says that no input follows, which lets <see cref="Read"/> give the rest.</summary>
    public void Finish()
    {
        if (!finished)
        {
            finished = true;
            Append(new float[taps + 1]);
        }
    }

    /// <summary>Gives as much output as the input so far allows and the span holds.</summary>
    /// <param name="output">Receives samples at the output rate.</param>
    /// <returns>How many were written; 0 when more input is needed or, once finished, at the end.</returns>
    public int Read(Span<float> output)
    {
        long limit = finished ? OutputLength(inputCount) : long.MaxValue;
        int count = 0;
        while (count < output.Length && outputCount < limit)
        {
            long position = outputCount * denominator / numerator;
            long remainder = (outputCount * denominator) - (position * numerator);
            // Taps cover input samples position - half + 1 ... position + half.
            long first = position - half + 1 - bufferStart;
            if (first + taps > buffered)
            {
                break;
            }

            ReadOnlySpan<float> window = buffer.AsSpan((int)first, taps);
            output[count++] = interpolates ? Interpolate(window, remainder) : Dot(window, (int)remainder);
            outputCount++;
        }

        DropOld();
        return count;
    }

    private float Dot(ReadOnlySpan<float> window, int phase)
    {
        ReadOnlySpan<float> kernel = kernels.AsSpan(phase * taps, taps);
        ReadOnlySpan<Vector<float>> a = MemoryMarshal.Cast<float, Vector<float>>(window);
        ReadOnlySpan<Vector<float>> b = MemoryMarshal.Cast<float, Vector<float>>(kernel);
        // Two sums hide the latency of the additions.
        Vector<float> even = Vector<float>.Zero;
        Vector<float> odd = Vector<float>.Zero;
        int i = 0;
        for (; i + 1 < a.Length; i += 2)
        {
            even += a[i] * b[i];
            odd += a[i + 1] * b[i + 1];
        }

        if (i < a.Length)
        {
            even += a[i] * b[i];
        }

        float sum = Vector.Sum(even + odd);
        for (int tap = a.Length * Vector<float>.Count; tap < taps; tap++)
        {
            sum += window[tap] * kernel[tap];
        }

        return sum;
    }

    private float Interpolate(ReadOnlySpan<float> window, long remainder)
    {
        double exact = (double)remainder * phases / numerator;
        int phase = (int)exact;
        float weight = (float)(exact - phase);
        float low = Dot(window, phase);
        return low + (weight * (Dot(window, phase + 1) - low));
    }

    private void Append(ReadOnlySpan<float> input)
    {
        if (buffered + input.Length > buffer.Length)
        {
            Array.Resize(ref buffer, Math.Max(buffer.Length * 2, buffered + input.Length));
        }

        input.CopyTo(buffer.AsSpan(buffered));
        buffered += input.Length;
    }

    private void DropOld()
    {
        long keepFrom = (outputCount * denominator / numerator) - half + 1;
        int drop = (int)Math.Min(buffered, keepFrom - bufferStart);
        // Moving only large pieces keeps the cost of copying small beside that of filtering.
        if (drop > 4096)
        {
            buffer.AsSpan(drop, buffered - drop).CopyTo(buffer);
            buffered -= drop;
            bufferStart += drop;
        }
    }

    private float[] DesignKernels(double cutoff, double beta)
    {
        // One more than the phases: interpolation looks at the next one.
        float[] result = new float[(phases + 1) * taps];
        double[] kernel = new double[taps];
        double windowScale = 1 / BesselI0(beta);
        for (int phase = 0; phase <= phases; phase++)
        {
            double fraction = (double)phase / phases;
            double sum = 0;
            for (int tap = 0; tap < taps; tap++)
            {
                double time = tap - half + 1 - fraction;
                double ratio = time / half;
                double window = ratio * ratio >= 1 ? 0 : BesselI0(beta * Math.Sqrt(1 - (ratio * ratio))) * windowScale;
                double angle = 2 * Math.PI * cutoff * time;
                kernel[tap] = (Math.Abs(angle) < 1e-12 ? 1 : Math.Sin(angle) / angle) * window;
                sum += kernel[tap];
            }

            // Each phase has gain 1 at 0 Hz, so that a constant stays constant.
            for (int tap = 0; tap < taps; tap++)
            {
                result[(phase * taps) + tap] = (float)(kernel[tap] / sum);
            }
        }

        return result;
    }

    // The modified Bessel function of the first kind and order 0 by its power series (Abramowitz and Stegun 9.6.10).
    private static double BesselI0(double x)
    {
        double quarter = x * x / 4;
        double term = 1;
        double sum = 1;
        for (int k = 1; term > sum * 1e-17; k++)
        {
            term *= quarter / ((double)k * k);
            sum += term;
        }

        return sum;
    }
}
