using VQWave.Streaming.Voices;

namespace VQWave.Tests.Voices;

public class LevelMeterTests
{
    private const int Rate = 48000;

    [Fact]
    public void A_steady_sine_reads_its_peak_and_its_rms()
    {
        LevelMeter meter = new(Rate);
        meter.Process(Sine(0.5, 3 * Rate));
        Assert.Equal(0.5, meter.Peak, 1e-3);
        Assert.Equal(0.5, meter.PeakHold, 1e-4);
        Assert.Equal(0.5 / Math.Sqrt(2), meter.Rms, 1e-3);
        Assert.Equal(-6.0206, LevelMeter.Decibels(0.5), 1e-4);
        Assert.Equal(0, meter.Clipped);
    }

    [Fact]
    public void The_peak_falls_by_20_dB_in_1_7_seconds_and_the_hold_stays_for_two()
    {
        LevelMeter meter = new(Rate);
        meter.Process([1f]);
        meter.Process(new float[(int)(1.7 * Rate)]);
        Assert.Equal(0.1, meter.Peak, 1e-4);
        Assert.Equal(1f, meter.PeakHold);
        meter.Process(new float[Rate]);
        Assert.Equal(meter.Peak, meter.PeakHold);
        for (var second = 0; second < 60; second++)
        {
            meter.Process(new float[Rate]);
        }

        Assert.Equal((0f, 0f, 0f), (meter.Peak, meter.PeakHold, meter.Rms));
    }

    [Fact]
    public void The_mean_square_settles_with_300_ms()
    {
        LevelMeter meter = new(Rate);
        var ones = new float[(int)(0.3 * Rate)];
        Array.Fill(ones, 1);
        meter.Process(ones);
        Assert.Equal(Math.Sqrt(1 - Math.Exp(-1)), meter.Rms, 1e-4);
    }

    [Fact]
    public void Blocks_of_any_size_read_the_same_and_clipping_is_counted()
    {
        LevelMeter whole = new(Rate);
        LevelMeter pieces = new(Rate);
        var signal = Sine(1.2, 5000);
        signal[77] = float.NaN;
        signal[78] = float.PositiveInfinity;
        whole.Process(signal);
        Random random = new(3);
        for (var n = 0; n < signal.Length; )
        {
            var count = Math.Min(random.Next(1, 200), signal.Length - n);
            pieces.Process(signal.AsSpan(n, count));
            n += count;
        }

        Assert.Equal((whole.Peak, whole.Rms, whole.PeakHold, whole.Clipped), (pieces.Peak, pieces.Rms, pieces.PeakHold, pieces.Clipped));
        Assert.Equal(signal.Count(s => !(Math.Abs(s) <= 1)), whole.Clipped);
        Assert.True(float.IsFinite(whole.Rms) && whole.Peak <= 1.2001);
        whole.Reset();
        Assert.Equal((0f, 0f, 0L), (whole.Peak, whole.Rms, whole.Clipped));
    }

    private static float[] Sine(double amplitude, int count) =>
        [.. Enumerable.Range(0, count).Select(n => (float)(amplitude * Math.Sin(2 * Math.PI * 997 * n / Rate)))];
}
