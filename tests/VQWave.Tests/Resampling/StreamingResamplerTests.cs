using VQWave.Streaming.Resampling;

namespace VQWave.Tests.Resampling;

public class StreamingResamplerTests
{
    private const int Length = 8192;

    [Theory]
    [InlineData(22050, 22050)]
    [InlineData(22050, 24000)]
    [InlineData(22050, 44100)]
    [InlineData(22050, 48000)]
    [InlineData(22050, 88200)]
    [InlineData(22050, 96000)]
    [InlineData(22050, 192000)]
    [InlineData(22050, 384000)]
    [InlineData(22050, 1234568)]
    [InlineData(22050, 47999)]
    [InlineData(8000, 192000)]
    public void Going_up_keeps_sines_and_makes_no_images(int from, int to)
    {
        // 10 kHz at 22,050 Hz.
        double[] frequencies = [0.07 * from, 0.1 * from, 0.31 * from, 10000.0 / 22050 * from];
        foreach (var frequency in frequencies)
        {
            var output = Convert(from, to, 1, n => Math.Sin(2 * Math.PI * frequency * n / from), Length);
            var gain = Spectrum.Decibels(Spectrum.AmplitudeAt(output, frequency / to));
            var spurious = Spectrum.Decibels(Spectrum.LargestElsewhere(output, frequency / to));
            Assert.True(Math.Abs(gain) < 0.01, $"{frequency} Hz has a gain of {gain} dB");
            Assert.True(spurious < -100, $"{frequency} Hz leaves {spurious} dB elsewhere");
        }
    }

    [Theory]
    [InlineData(48000, 22050)]
    [InlineData(192000, 22050)]
    [InlineData(44100, 8000)]
    [InlineData(22050, 8000)]
    [InlineData(48000, 47999)]
    [InlineData(48000, 44100)]
    [InlineData(22050, 1235)]
    [InlineData(384000, 22050)]
    public void Going_down_keeps_what_fits_and_removes_the_rest(int from, int to)
    {
        foreach (var share in new[] { 0.02, 0.5, 0.9 })
        {
            var frequency = share * to / 2;
            var output = Convert(from, to, 1, n => Math.Sin(2 * Math.PI * frequency * n / from), Length);
            var gain = Spectrum.Decibels(Spectrum.AmplitudeAt(output, frequency / to));
            var spurious = Spectrum.Decibels(Spectrum.LargestElsewhere(output, frequency / to));
            Assert.True(Math.Abs(gain) < 0.01, $"{frequency} Hz has a gain of {gain} dB");
            Assert.True(spurious < -100, $"{frequency} Hz leaves {spurious} dB elsewhere");
        }

        foreach (var share in new[] { 1.001, 1.02, 1.5 })
        {
            var frequency = share * to / 2;
            if (frequency < 0.49 * from)
            {
                var output = Convert(from, to, 1, n => Math.Sin(2 * Math.PI * frequency * n / from), Length);
                var alias = Spectrum.Decibels(Spectrum.LargestElsewhere(output, -1));
                Assert.True(alias < -100, $"{frequency} Hz leaves {alias} dB");
            }
        }
    }

    [Theory]
    [InlineData(44100, 0.5)]
    [InlineData(44100, 1.2)]
    [InlineData(44100, 3.3)]
    [InlineData(48000, 2.1)]
    [InlineData(48000, 7.7)]
    [InlineData(22050, 1.0594630943592953)]
    [InlineData(8000, 0.3)]
    [InlineData(8000, 1.9)]
    [InlineData(384000, 2.1)]
    public void Pitch_moves_frequencies_and_the_cutoff_follows(int to, double pitch)
    {
        const int From = 22050;
        var highest = Math.Min(0.9 * From / 2 * pitch, 0.9 * to / 2);
        foreach (var heard in new[] { highest * 0.1, highest })
        {
            var frequency = heard / pitch;
            var output = Convert(From, to, pitch, n => Math.Sin(2 * Math.PI * frequency * n / From), Length);
            var gain = Spectrum.Decibels(Spectrum.AmplitudeAt(output, heard / to));
            var spurious = Spectrum.Decibels(Spectrum.LargestElsewhere(output, heard / to));
            Assert.True(Math.Abs(gain) < 0.02, $"{heard} Hz has a gain of {gain} dB");
            Assert.True(spurious < -100, $"{heard} Hz leaves {spurious} dB elsewhere");
        }

        foreach (var heard in new[] { 0.502 * to, 0.6 * to, 0.93 * to })
        {
            var frequency = heard / pitch;
            if (frequency < 0.49 * From)
            {
                var output = Convert(From, to, pitch, n => Math.Sin(2 * Math.PI * frequency * n / From), Length);
                var alias = Spectrum.Decibels(Spectrum.LargestElsewhere(output, -1));
                Assert.True(alias < -100, $"{heard} Hz leaves {alias} dB");
            }
        }
    }

    [Theory]
    [InlineData(22050, 48000, 9900)]
    [InlineData(22050, 192000, 9900)]
    [InlineData(48000, 22050, 9900)]
    [InlineData(22050, 8000, 3500)]
    public void A_sweep_is_the_sweep_that_it_would_be_at_the_other_rate(int from, int to, double highest)
    {
        const double Seconds = 1.5;
        double Sweep(double time) => time < 0 ? 0 : Math.Sin(2 * Math.PI * (20 * time + ((highest - 20) * time * time / (2 * Seconds))));
        StreamingResampler resampler = new(from, to);
        var input = Enumerable.Range(0, (int)(Seconds * from)).Select(n => (float)Sweep((double)n / from)).ToArray();
        var output = new float[(int)(Seconds * to)];
        resampler.Process(input, output, out _, out var produced);
        double worst = 0;
        for (var n = to / 20; n < produced; n++)
        {
            worst = Math.Max(worst, Math.Abs(output[n] - Sweep((double)n / to)));
        }

        Assert.True(produced > 0.98 * output.Length);
        Assert.True(worst < 2e-5, $"The sweep is off by {worst}.");
    }

    [Theory]
    [InlineData(22050, 44100)]
    [InlineData(22050, 48000)]
    [InlineData(22050, 8000)]
    [InlineData(48000, 22050)]
    public void An_impulse_comes_out_at_its_time_and_the_delay_is_the_reading_ahead(int from, int to)
    {
        StreamingResampler resampler = new(from, to);
        var input = new float[2000];
        const int At = 1000;
        input[At] = 1;
        var output = new float[to];
        resampler.Process(input, output, out var consumed, out var produced);
        Assert.Equal(input.Length, consumed);
        var peak = Array.IndexOf(output, output.Take(produced).Max());
        Assert.InRange(peak, (At * (double)to / from) - 1, (At * (double)to / from) + 1);
        // The next output would lie at this input position.
        var position = (double)produced * from / to;
        var step = (double)from / to;
        Assert.InRange(consumed - position, resampler.DelayInputSamples - step - 1, resampler.DelayInputSamples + 1);
        Assert.Equal(resampler.DelayInputSamples / (double)from, resampler.DelaySeconds);
        Assert.Equal(resampler.DelayInputSamples * (double)to / from, resampler.DelayOutputSamples, 6);
        Assert.True(resampler.DelaySeconds < (from == 22050 && to >= 22050 ? 0.0037 : 0.011));
    }

    [Fact]
    public void Blocks_of_any_size_give_the_same_bits()
    {
        const int Outputs = 20_000;
        var input = Noise(60_000, 3);
        // Output positions and pitches, up into the narrowed filters and down again, one change within the ramp of another.
        (int At, double Pitch, int Ramp)[] changes =
        [
            (1000, 1.5, 480),
            (1200, 3.9, 800),
            (5000, 0.4, 1),
            (7000, 6, 3000),
            (12_000, 1, 999),
            (16_000, 1.01, 0),
        ];
        var expected = Run(new Random(1), _ => 100_000);
        Random sizes = new(2);
        foreach (var largest in new[] { 1, 2, 7, 64, 1000, 8192 })
        {
            Assert.Equal(expected, Run(sizes, random => random.Next(1, largest + 1)));
        }

        float[] Run(Random random, Func<Random, int> size)
        {
            StreamingResampler resampler = new(22050, 48000);
            var output = new float[Outputs];
            var read = 0;
            var written = 0;
            var next = 0;
            while (written < Outputs)
            {
                if (next < changes.Length && changes[next].At == written)
                {
                    resampler.SetPitch(changes[next].Pitch, changes[next].Ramp);
                    next++;
                }

                var until = next < changes.Length ? changes[next].At : Outputs;
                var room = Math.Min(until - written, size(random));
                var given = Math.Min(input.Length - read, size(random));
                resampler.Process(input.AsSpan(read, given), output.AsSpan(written, room), out var consumed, out var produced);
                read += consumed;
                written += produced;
                Assert.True(consumed > 0 || produced > 0 || given == 0);
            }

            return output;
        }
    }

    [Theory]
    [InlineData(22050, 48000)]
    [InlineData(22050, 44100)]
    [InlineData(44100, 48000)]
    [InlineData(22050, 384000)]
    [InlineData(22050, 1234568)]
    [InlineData(22050, 47999)]
    [InlineData(48000, 22050)]
    public void The_ratio_is_exact_and_stays_so_after_the_pitch_has_moved(int from, int to)
    {
        StreamingResampler resampler = new(from, to);
        var silence = new float[4 * from];
        var output = new float[2 * to];
        resampler.Process(silence, output, out _, out var produced);
        Assert.Equal(output.Length, produced);
        // Whole seconds from here on: exactly so many input samples, however odd the pitches between.
        resampler.SetPitch(1.7, 321);
        resampler.Process(silence, output.AsSpan(0, to), out _, out _);
        resampler.SetPitch(0.37, 100);
        resampler.Process(silence, output.AsSpan(0, to), out _, out _);
        resampler.SetPitch(1, 77);
        resampler.Process(silence, output.AsSpan(0, to), out _, out _);
        Assert.Equal(1.0, resampler.Pitch);
        for (var second = 0; second < 4; second++)
        {
            resampler.Process(silence, output.AsSpan(0, to), out var consumed, out _);
            Assert.Equal(from, consumed);
        }
    }

    [Theory]
    [InlineData(44100, 1, 4, 500)]
    [InlineData(44100, 4, 0.5, 2000)]
    [InlineData(48000, 0.25, 8, 4800)]
    [InlineData(22050, 0.9, 1.1, 64)]
    [InlineData(8000, 0.1, 1.5, 333)]
    public void A_glide_is_the_signal_read_at_a_gliding_speed_without_a_step(int to, double first, double second, int ramp)
    {
        const int From = 22050;
        const double Frequency = 300;
        StreamingResampler resampler = new(From, to);
        resampler.SetPitch(first, 0);
        var input = Enumerable.Range(0, 200_000).Select(n => (float)Math.Sin(2 * Math.PI * Frequency * n / From)).ToArray();
        var output = new float[3000 + ramp + 3000];
        resampler.Process(input, output.AsSpan(0, 3000), out var consumed, out _);
        resampler.SetPitch(second, ramp);
        resampler.Process(input.AsSpan(consumed), output.AsSpan(3000), out _, out var produced);
        Assert.Equal(ramp + 3000, produced);

        var position = 0.0;
        double worst = 0;
        double largestStep = 0;
        for (var n = 0; n < output.Length; n++)
        {
            if (position > 400)
            {
                worst = Math.Max(worst, Math.Abs(output[n] - Math.Sin(2 * Math.PI * Frequency * position / From)));
                largestStep = Math.Max(largestStep, Math.Abs(output[n] - output[n - 1]));
            }

            var progress = Math.Clamp((n - 3000 + 1) / (double)ramp, 0, 1);
            position += (first + ((second - first) * progress)) * From / to;
        }

        // Steady play at the higher pitch moves by at most 2 sin(pi f / rate) in a sample.
        var steady = 2 * Math.Sin(Math.PI * Frequency * Math.Max(first, second) / to);
        Assert.True(worst < 1e-4, $"off by {worst}");
        Assert.True(largestStep < steady + 1e-4, $"a step of {largestStep}, and {steady} in steady play");
    }

    [Fact]
    public void Needed_input_is_what_is_then_consumed()
    {
        StreamingResampler resampler = new(22050, 44100);
        var input = Noise(100_000, 5);
        var output = new float[4096];
        Random random = new(6);
        var read = 0;
        for (var i = 0; i < 200; i++)
        {
            if (i % 5 == 0)
            {
                resampler.SetPitch(0.3 + (random.NextDouble() * 5), random.Next(0, 700));
            }

            var count = random.Next(0, 300);
            var needed = resampler.InputNeeded(count);
            resampler.Process(input.AsSpan(read, needed), output.AsSpan(0, count), out var consumed, out var produced);
            Assert.Equal((needed, count), (consumed, produced));
            read += consumed;
        }
    }

    [Fact]
    public void Reset_starts_again()
    {
        StreamingResampler resampler = new(22050, 48000);
        var input = Noise(3000, 7);
        var first = new float[4000];
        var second = new float[4000];
        resampler.Process(input, first, out _, out _);
        resampler.SetPitch(2, 50);
        resampler.Process(input, second, out _, out _);
        resampler.SetPitch(1, 50);
        resampler.Reset();
        Assert.Equal(1.0, resampler.Pitch);
        resampler.Process(input, second, out _, out _);
        Assert.Equal(first, second);
    }

    [Fact]
    public void Processing_allocates_nothing()
    {
        StreamingResampler resampler = new(22050, 48000);
        var input = Noise(20_000, 8);
        var output = new float[512];
        long Run(int blocks)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < blocks; i++)
            {
                resampler.SetPitch(i % 3 == 0 ? 1 : 0.5 + (i % 7), 100);
                _ = resampler.InputNeeded(64);
                resampler.Process(input, output.AsSpan(0, 64), out _, out _);
                if (i % 100 == 0)
                {
                    resampler.Reset();
                }
            }

            return GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Run(300);
        Assert.Equal(0, Run(2000));
    }

    [Fact]
    public void Pitch_is_held_in_its_range_and_odd_values_do_no_harm()
    {
        StreamingResampler resampler = new(22050, 48000, 2);
        resampler.SetPitch(100, 0);
        Assert.Equal(2, resampler.Pitch, 9);
        resampler.SetPitch(double.NaN, 0);
        Assert.Equal(2, resampler.Pitch, 9);
        resampler.SetPitch(-1, 0);
        Assert.Equal(StreamingResampler.MinimumPitch, resampler.Pitch, 9);
        resampler.Process([], [], out var consumed, out var produced);
        Assert.Equal((0, 0), (consumed, produced));
        Assert.Throws<ArgumentOutOfRangeException>(() => new StreamingResampler(999, 48000));
        Assert.Throws<ArgumentOutOfRangeException>(() => new StreamingResampler(22050, 1_536_001));
        Assert.Throws<ArgumentOutOfRangeException>(() => new StreamingResampler(22050, 48000, 17));
    }

    /// <summary>Output from the middle of a long signal, where neither end is felt.</summary>
    private static float[] Convert(int from, int to, double pitch, Func<int, double> signal, int length)
    {
        StreamingResampler resampler = new(from, to);
        resampler.SetPitch(pitch, 0);
        var skipped = (int)(2 * resampler.DelayOutputSamples) + 16;
        var input = Enumerable.Range(0, resampler.InputNeeded(skipped + length)).Select(n => (float)signal(n)).ToArray();
        var output = new float[skipped + length];
        resampler.Process(input, output, out _, out var produced);
        Assert.Equal(output.Length, produced);
        return output[skipped..];
    }

    private static float[] Noise(int count, int seed)
    {
        Random random = new(seed);
        return [.. Enumerable.Range(0, count).Select(_ => (float)((2 * random.NextDouble()) - 1))];
    }
}
