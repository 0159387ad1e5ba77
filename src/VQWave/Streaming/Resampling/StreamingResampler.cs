using System.Numerics;
using System.Runtime.InteropServices;

namespace VQWave.Streaming.Resampling;

/// <summary>
/// Changes the rate of a mono stream between any two rates, and its pitch while it plays: a linear-phase polyphase windowed sinc over
/// preallocated buffers. Real-time safe.
/// </summary>
/// <remarks>
/// <para>
/// Of the lower of the two Nyquist frequencies the lower 90.9 % passes within 0.001 dB (22,050 Hz keeps 10 kHz) and everything from
/// 100 % on is 110 dB down: images where the rate goes up, aliases where it goes down or the pitch is raised. The cutoff follows the
/// momentary ratio continuously.
/// </para>
/// <para>
/// The position is an integer in units of 1 / (output rate · 2^40) of an input sample (2^36 above 192,000 Hz), so that at pitch 1 the ratio is exact and
/// nothing drifts. Output depends on the input and on the output samples between which the pitch was set, not on block sizes.
/// </para>
/// <para>
/// Output sample n lies at the input position that has been passed: the stream is not shifted, but input is read ahead by
/// <see cref="DelayInputSamples"/>, which is its delay.
/// </para>
/// <para>
/// Threading: one thread at a time. <see cref="Process"/>, <see cref="SetPitch"/>, <see cref="InputNeeded"/> and <see cref="Reset"/> are
/// real-time safe: they allocate nothing, lock nothing and wait for nothing.
/// </para>
/// </remarks>
public sealed class StreamingResampler
{
    /// <summary>The lowest rate, in Hz.</summary>
    public const int MinimumRate = 1_000;

    /// <summary>The highest rate, in Hz.</summary>
    public const int MaximumRate = 1_536_000;

    /// <summary>The lowest pitch: four octaves down.</summary>
    public const double MinimumPitch = 1.0 / 16;

    private const int FractionBits = 40;
    private const int FractionBitsOfHighRates = 36;
    private const int LowestHighRate = 192_001;
    private const double FixedPoint = 4294967296.0;
    private const int Slack = 4096;

    private readonly SincKernel kernel;
    private readonly long one;
    private readonly long unityStep;
    private readonly double phasesPerUnit;
    private readonly bool goesUp;
    private readonly int keptPast;
    private readonly float[] buffer;

    // Index in the buffer of the input sample at or before the position; the rest of the position is the fraction.
    private int index;
    private long fraction;
    private int filled;
    private long step;
    private long targetStep;
    private long stepIncrement;
    private int rampRemaining;

    /// <summary>Designs the filter (or shares that of another resampler of the same rates) and allocates the buffers.</summary>
    /// <param name="inputRate">Samples per second of what goes in, 1,000 to 1,536,000.</param>
    /// <param name="outputRate">Samples per second of what comes out, 1,000 to 1,536,000.</param>
    /// <param name="maximumPitch">The highest pitch that will be asked for, 1 to 16; 8 is three octaves up.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of range.</exception>
    public StreamingResampler(int inputRate, int outputRate, double maximumPitch = 8)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(inputRate, MinimumRate);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(inputRate, MaximumRate);
        ArgumentOutOfRangeException.ThrowIfLessThan(outputRate, MinimumRate);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(outputRate, MaximumRate);
        if (maximumPitch is not (>= 1 and <= 16))
        {
            throw new ArgumentOutOfRangeException(nameof(maximumPitch), maximumPitch, "The highest pitch is 1 to 16 times.");
        }

        InputRate = inputRate;
        OutputRate = outputRate;
        MaximumPitch = maximumPitch;
        var divisor = (int)BigInteger.GreatestCommonDivisor(inputRate, outputRate);
        var numerator = inputRate / divisor;
        var denominator = outputRate / divisor;
        // At most 192,000 · 2^40 · 16 or 1,536,000 · 2^36 · 16, less than 2^62: the sum of position and step fits.
        var bits = Math.Max(inputRate, outputRate) < LowestHighRate ? FractionBits : FractionBitsOfHighRates;
        one = (long)denominator << bits;
        unityStep = (long)numerator << bits;
        goesUp = unityStep <= one;
        kernel = SincKernel.For(numerator, denominator);
        phasesPerUnit = kernel.Phases / (double)one;
        var widest = Math.Max(1, maximumPitch * numerator / denominator);
        keptPast = Math.Max(kernel.Half, (int)Math.Ceiling(SincKernel.HalfWidth * widest)) + 1;
        buffer = new float[(2 * keptPast) + Slack];
        Reset();
    }

    /// <summary>Samples per second of what goes in.</summary>
    public int InputRate { get; }

    /// <summary>Samples per second of what comes out.</summary>
    public int OutputRate { get; }

    /// <summary>The highest pitch that can be set.</summary>
    public double MaximumPitch { get; }

    /// <summary>The momentary pitch: how many times faster than at the pair's own ratio the input is read.</summary>
    public double Pitch => (double)step / unityStep;

    /// <summary>The pitch that the present ramp leads to.</summary>
    public double TargetPitch => (double)targetStep / unityStep;

    /// <summary>Input samples that are read ahead of the position at the momentary ratio: the delay at the input rate.</summary>
    public int DelayInputSamples => Lead(step);

    /// <summary>The delay in seconds of the input's own time.</summary>
    public double DelaySeconds => (double)DelayInputSamples / InputRate;

    /// <summary>The delay in output samples at the momentary ratio.</summary>
    public double DelayOutputSamples => DelayInputSamples * ((double)one / step);

    /// <summary>Forgets all input and starts again at position 0 with silence before it; the pitch goes to its target at once.</summary>
    public void Reset()
    {
        Array.Clear(buffer);
        index = keptPast;
        filled = keptPast;
        fraction = 0;
        if (targetStep == 0)
        {
            targetStep = unityStep;
        }

        step = targetStep;
        rampRemaining = 0;
    }

    /// <summary>Sets the pitch from the next output sample on.</summary>
    /// <param name="pitch">1 leaves it as it is, 2 is an octave up; held within 1/16 and <see cref="MaximumPitch"/>. A NaN is ignored.</param>
    /// <param name="rampSamples">Output samples over which the ratio goes there in a straight line; 0 jumps (without a click: only the speed changes).</param>
    public void SetPitch(double pitch, int rampSamples)
    {
        if (double.IsNaN(pitch))
        {
            return;
        }

        // Where the pitch is 1 this is the exact rational ratio.
        var target = (long)Math.Round(unityStep * Math.Clamp(pitch, MinimumPitch, MaximumPitch));
        if (target == targetStep)
        {
            return;
        }

        targetStep = target;
        rampRemaining = Math.Max(0, rampSamples);
        if (rampRemaining == 0)
        {
            step = target;
        }
        else
        {
            stepIncrement = (target - step) / rampRemaining;
        }
    }

    /// <summary>How many further input samples <see cref="Process"/> needs to give so many output samples; what it then consumes.</summary>
    /// <param name="outputSamples">Output samples, 0 or more.</param>
    public int InputNeeded(int outputSamples)
    {
        var end = filled;
        var at = index;
        var part = fraction;
        var pace = step;
        var ramp = rampRemaining;
        for (var n = 0; n < outputSamples; n++)
        {
            end = Math.Max(end, at + Lead(pace) + 1);
            pace = NextStep(pace, ref ramp);
            part += pace;
            at += (int)(part / one);
            part %= one;
        }

        return end - filled;
    }

    /// <summary>Converts: fills the output as far as the input reaches, and takes no more input than that needs.</summary>
    /// <param name="input">Samples at the input rate, any number.</param>
    /// <param name="output">Receives samples at the output rate, any number.</param>
    /// <param name="consumed">How many input samples were taken; the rest is to be given again.</param>
    /// <param name="produced">How many output samples were written; fewer than asked for only where all input was taken.</param>
    public void Process(ReadOnlySpan<float> input, Span<float> output, out int consumed, out int produced)
    {
        consumed = 0;
        produced = 0;
        while (produced < output.Length)
        {
            var missing = index + Lead(step) + 1 - filled;
            if (missing > 0)
            {
                var taken = Math.Min(missing, input.Length - consumed);
                Append(input.Slice(consumed, taken));
                consumed += taken;
                if (taken < missing)
                {
                    return;
                }
            }

            output[produced++] = UsesTable(step) ? FilterFromTable() : FilterStretched();
            step = NextStep(step, ref rampRemaining);
            fraction += step;
            index += (int)(fraction / one);
            fraction %= one;
        }
    }

    private long NextStep(long pace, ref int ramp)
    {
        if (ramp == 0)
        {
            return pace;
        }

        ramp--;
        return ramp == 0 ? targetStep : pace + stepIncrement;
    }

    // The table's cutoff is the input's Nyquist frequency where the rate goes up, which any lower pitch keeps; where it goes down
    // the table fits the pair's own ratio only.
    private bool UsesTable(long pace) => goesUp ? pace <= one : pace == unityStep;

    private int Lead(long pace) =>
        UsesTable(pace) ? kernel.Half
        : pace <= one ? SincKernel.HalfWidth
        : (int)Math.Ceiling(SincKernel.HalfWidth * ((double)pace / one));

    private void Append(ReadOnlySpan<float> samples)
    {
        if (filled + samples.Length > buffer.Length)
        {
            var from = index - keptPast;
            Array.Copy(buffer, from, buffer, 0, filled - from);
            index -= from;
            filled -= from;
        }

        samples.CopyTo(buffer.AsSpan(filled));
        filled += samples.Length;
    }

    private float FilterFromTable()
    {
        var exact = fraction * phasesPerUnit;
        var phase = (int)exact;
        var weight = (float)(exact - phase);
        ref var window = ref MemoryMarshal.GetReference(buffer.AsSpan(index - kernel.Half + 1, kernel.Taps));
        var samples = MemoryMarshal.Cast<float, Vector<float>>(MemoryMarshal.CreateReadOnlySpan(ref window, kernel.Taps));
        var low = MemoryMarshal.Cast<float, Vector<float>>(kernel.Table.AsSpan(phase * kernel.Taps, kernel.Taps));
        if (weight == 0)
        {
            return Dot(samples, low);
        }

        var high = MemoryMarshal.Cast<float, Vector<float>>(kernel.Table.AsSpan((phase + 1) * kernel.Taps, kernel.Taps));
        var atLow = Vector<float>.Zero;
        var atHigh = Vector<float>.Zero;
        for (var i = 0; i < samples.Length; i++)
        {
            var sample = samples[i];
            atLow += sample * low[i];
            atHigh += sample * high[i];
        }

        return Vector.Sum(atLow + (weight * (atHigh - atLow)));
    }

    private static float Dot(ReadOnlySpan<Vector<float>> samples, ReadOnlySpan<Vector<float>> taps)
    {
        // Two sums hide the latency of the additions. There are 16 taps or a multiple: an even number of vectors of up to 8.
        var even = Vector<float>.Zero;
        var odd = Vector<float>.Zero;
        var i = 0;
        for (; i + 1 < samples.Length; i += 2)
        {
            even += samples[i] * taps[i];
            odd += samples[i + 1] * taps[i + 1];
        }

        if (i < samples.Length)
        {
            even += samples[i] * taps[i];
        }

        return Vector.Sum(even + odd);
    }

    // The same filter, wider by the momentary ratio: its taps are read from the fine table in steps of 1 / ratio.
    private float FilterStretched()
    {
        var narrowing = step > one ? (double)one / step : 1;
        var scale = narrowing * (SincKernel.Resolution * FixedPoint);
        var advance = (long)scale;
        var part = (double)fraction / one;
        var lead = Lead(step);
        var sum =
            Side(buffer.AsSpan(index + 1, lead), (long)((1 - part) * scale), advance)
            + SideBackwards(buffer.AsSpan(index - lead + 1, lead), (long)(part * scale), advance);
        return sum * (float)narrowing;
    }

    private float Side(ReadOnlySpan<float> samples, long distance, long advance)
    {
        var pairs = kernel.Prototype;
        var count = Count(samples.Length, distance, advance);
        // Four sums hide the latency of the additions.
        float a = 0;
        float b = 0;
        float c = 0;
        float d = 0;
        var i = 0;
        for (; i + 3 < count; i += 4, distance += 4 * advance)
        {
            a += samples[i] * Tap(pairs, distance);
            b += samples[i + 1] * Tap(pairs, distance + advance);
            c += samples[i + 2] * Tap(pairs, distance + (2 * advance));
            d += samples[i + 3] * Tap(pairs, distance + (3 * advance));
        }

        for (; i < count; i++, distance += advance)
        {
            a += samples[i] * Tap(pairs, distance);
        }

        return (a + b) + (c + d);
    }

    private float SideBackwards(ReadOnlySpan<float> samples, long distance, long advance)
    {
        var pairs = kernel.Prototype;
        var count = Count(samples.Length, distance, advance);
        float a = 0;
        float b = 0;
        float c = 0;
        float d = 0;
        var i = samples.Length - 1;
        var last = samples.Length - count;
        for (; i - 3 >= last; i -= 4, distance += 4 * advance)
        {
            a += samples[i] * Tap(pairs, distance);
            b += samples[i - 1] * Tap(pairs, distance + advance);
            c += samples[i - 2] * Tap(pairs, distance + (2 * advance));
            d += samples[i - 3] * Tap(pairs, distance + (3 * advance));
        }

        for (; i >= last; i--, distance += advance)
        {
            a += samples[i] * Tap(pairs, distance);
        }

        return (a + b) + (c + d);
    }

    private static int Count(int available, long distance, long advance)
    {
        const long End = (long)SincKernel.HalfWidth * SincKernel.Resolution << 32;
        return (int)Math.Min(available, (End - distance + advance - 1) / advance);
    }

    private static float Tap(float[] pairs, long distance)
    {
        var at = (int)(distance >> 32) * 2;
        var weight = (int)((distance >> 8) & 0xFFFFFF) * (1f / 0x1000000);
        return pairs[at] + (weight * pairs[at + 1]);
    }
}
