using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using VQWave.Analysis;

namespace VQWave.Surface;

/// <summary>Short-time spectra of what is heard, in bins that are even in log frequency, for a picture that scrolls.</summary>
/// <remarks>Threading: one thread.</remarks>
internal sealed class SpectrumMeter
{
    /// <summary>Bins of a column.</summary>
    public const int Bins = 160;

    /// <summary>The lowest frequency, in Hz.</summary>
    public const double Low = 40;

    /// <summary>The highest frequency, in Hz: what a model at 22,050 Hz can hold.</summary>
    public const double High = 11_025;

    private const byte Kind = 2;
    private const int HeadBytes = 28;
    private const double ColumnsPerSecond = 60;
    private const double WindowSeconds = 0.07;
    private const double FloorDecibels = -100;

    private int rate;
    private int hop;
    private RealFft fft = new(4);
    private float[] window = [];
    private float[] kept = [];
    private double[] windowed = [];
    private Complex[] spectrum = [];
    private double[] magnitudes = [];
    private (int First, int Last)[] bins = [];
    private int filled;
    private long columns;

    /// <summary>Adds sound as it comes from the player.</summary>
    /// <param name="frame">Frames a second (int32), then samples (float32).</param>
    /// <returns>The columns that have become whole, as pages take them; null for none.</returns>
    public byte[]? Add(ReadOnlySpan<byte> frame)
    {
        if (frame.Length < sizeof(int))
        {
            return null;
        }

        var framesPerSecond = BinaryPrimitives.ReadInt32LittleEndian(frame);
        if (framesPerSecond is < 4000 or > 1_600_000)
        {
            return null;
        }

        if (framesPerSecond != rate)
        {
            Prepare(framesPerSecond);
        }

        var samples = MemoryMarshal.Cast<byte, float>(frame[sizeof(int)..]);
        if (filled + samples.Length < window.Length)
        {
            Keep(ref samples, samples.Length);
            return null;
        }

        var most = ((filled + samples.Length - window.Length) / hop) + 1;
        var result = new byte[HeadBytes + (most * Bins)];
        var count = 0;
        var first = columns;
        while (filled + samples.Length >= window.Length)
        {
            Keep(ref samples, window.Length - filled);
            Measure(result.AsSpan(HeadBytes + (count * Bins), Bins));
            count++;
            columns++;
            kept.AsSpan(hop, window.Length - hop).CopyTo(kept);
            filled -= hop;
        }

        Keep(ref samples, samples.Length);
        WriteHead(result, count, first);
        return result[..(HeadBytes + (count * Bins))];
    }

    private void WriteHead(Span<byte> result, int count, long first)
    {
        result[0] = Kind;
        BinaryPrimitives.WriteUInt16LittleEndian(result[2..], (ushort)count);
        BinaryPrimitives.WriteUInt16LittleEndian(result[4..], Bins);
        BinaryPrimitives.WriteSingleLittleEndian(result[8..], (float)hop / rate);
        BinaryPrimitives.WriteSingleLittleEndian(result[12..], (float)Low);
        BinaryPrimitives.WriteSingleLittleEndian(result[16..], (float)High);
        BinaryPrimitives.WriteDoubleLittleEndian(result[20..], (double)first * hop / rate);
    }

    private void Keep(ref ReadOnlySpan<float> samples, int count)
    {
        samples[..count].CopyTo(kept.AsSpan(filled));
        filled += count;
        samples = samples[count..];
    }

    private void Prepare(int framesPerSecond)
    {
        rate = framesPerSecond;
        hop = Math.Max(1, (int)Math.Round(rate / ColumnsPerSecond));
        var size = (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)(rate * WindowSeconds));
        fft = new RealFft(size);
        window = new float[size];
        for (var i = 0; i < size; i++)
        {
            window[i] = (float)(0.5 - (0.5 * Math.Cos(2 * Math.PI * i / size)));
        }

        kept = new float[size];
        windowed = new double[size];
        spectrum = new Complex[fft.Bins];
        magnitudes = new double[fft.Bins];
        filled = 0;
        columns = 0;
        bins = new (int, int)[Bins];
        for (var bin = 0; bin < Bins; bin++)
        {
            var from = Low * Math.Pow(High / Low, (double)bin / Bins) * size / rate;
            var to = Low * Math.Pow(High / Low, (bin + 1.0) / Bins) * size / rate;
            var first = Math.Min((int)Math.Round(from), size / 2);
            bins[bin] = (first, Math.Clamp((int)Math.Round(to) - 1, first, size / 2));
        }
    }

    private void Measure(Span<byte> column)
    {
        for (var i = 0; i < window.Length; i++)
        {
            windowed[i] = kept[i] * window[i];
        }

        fft.Forward(windowed, spectrum);
        for (var k = 0; k < magnitudes.Length; k++)
        {
            magnitudes[k] = spectrum[k].Magnitude;
        }

        // A sine of full scale has 0 dB: half its energy lies at negative frequencies, half of it the window takes.
        var scale = 4.0 / window.Length;
        for (var bin = 0; bin < Bins; bin++)
        {
            var most = 0.0;
            for (var k = bins[bin].First; k <= bins[bin].Last; k++)
            {
                most = Math.Max(most, magnitudes[k]);
            }

            var decibels = 20 * Math.Log10(Math.Max(most * scale, 1e-9));
            column[bin] = (byte)Math.Clamp(Math.Round((decibels - FloorDecibels) * 255 / -FloorDecibels), 0, 255);
        }
    }
}
