namespace VQWave.Devices.Tests;

public sealed class SincResamplerTests
{
    [Theory]
    [InlineData(22050, 48000, 100)]
    [InlineData(22050, 48000, 5000)]
    [InlineData(22050, 48000, 10000)]
    [InlineData(22050, 44100, 10000)]
    [InlineData(22050, 192000, 10000)]
    [InlineData(44100, 22050, 1000)]
    [InlineData(44100, 22050, 10000)]
    [InlineData(48000, 22050, 10000)]
    [InlineData(96000, 22050, 10000)]
    [InlineData(44100, 48001, 10000)]
    public void Passband_sines_keep_gain_and_phase(int inputRate, int outputRate, double frequency)
    {
        float[] input = Signals.Sine(frequency, inputRate, inputRate / 2);
        float[] output = SincResampler.Convert(input, inputRate, outputRate);

        Assert.Equal((int)Math.Ceiling((double)input.Length * outputRate / inputRate), output.Length);
        // The closed form at the new rate, away from the silence before and after: within 0.01 dB and in phase.
        int edge = output.Length / 8;
        float[] expected = Signals.Sine(frequency, outputRate, output.Length);
        double error = Signals.MaxDifference(output.AsSpan(edge..^edge), expected.AsSpan(edge..^edge));
        Assert.True(error < 0.5 * 0.00115, $"Largest difference {error}.");
    }

    [Theory]
    [InlineData(44100, 22050, 11100)]
    [InlineData(44100, 22050, 12000)]
    [InlineData(44100, 22050, 21000)]
    [InlineData(48000, 22050, 11100)]
    [InlineData(48000, 22050, 23000)]
    [InlineData(96000, 22050, 40000)]
    public void Frequencies_above_the_new_nyquist_are_gone(int inputRate, int outputRate, double frequency)
    {
        float[] output = SincResampler.Convert(Signals.Sine(frequency, inputRate, inputRate / 2, 1.0), inputRate, outputRate);

        int edge = output.Length / 8;
        double decibels = 20 * Math.Log10(Signals.Rms(output.AsSpan(edge..^edge)) * Math.Sqrt(2));
        Assert.True(decibels < -96, $"Alias at {decibels:f1} dB.");
    }

    [Theory]
    [InlineData(22050, 48000, 10000)]
    [InlineData(22050, 44100, 10900)]
    [InlineData(22050, 48001, 9000)]
    public void Images_above_the_old_nyquist_are_gone(int inputRate, int outputRate, double frequency)
    {
        float[] output = SincResampler.Convert(Signals.Sine(frequency, inputRate, inputRate / 2, 1.0), inputRate, outputRate);

        int edge = output.Length / 8;
        double image = Signals.AmplitudeAt(output.AsSpan(edge..^edge), inputRate - frequency, outputRate);
        double decibels = 20 * Math.Log10(image);
        Assert.True(decibels < -96, $"Image at {decibels:f1} dB.");
    }

    [Theory]
    [InlineData(22050, 48000)]
    [InlineData(44100, 22050)]
    [InlineData(44100, 48001)]
    public void Blocks_of_any_size_give_the_same_samples(int inputRate, int outputRate)
    {
        Random random = new(7);
        float[] input = new float[20000];
        for (int i = 0; i < input.Length; i++)
        {
            input[i] = random.NextSingle() - 0.5f;
        }

        float[] whole = SincResampler.Convert(input, inputRate, outputRate);
        SincResampler resampler = new(inputRate, outputRate);
        List<float> blocks = [];
        float[] output = new float[3001];
        int at = 0;
        while (at < input.Length)
        {
            int length = Math.Min(random.Next(1, 900), input.Length - at);
            resampler.Write(input.AsSpan(at, length));
            at += length;
            int got = resampler.Read(output.AsSpan(0, random.Next(0, 3001)));
            blocks.AddRange(output[..got]);
        }

        resampler.Finish();
        int rest;
        while ((rest = resampler.Read(output)) > 0)
        {
            blocks.AddRange(output[..rest]);
        }

        Assert.Equal(whole, blocks);
    }

    [Fact]
    public void Constant_stays_constant()
    {
        float[] input = new float[10000];
        Array.Fill(input, 0.25f);
        float[] output = SincResampler.Convert(input, 22050, 48000);
        Assert.All(output[2000..^2000], sample => Assert.Equal(0.25f, sample, 1e-6f));
    }

    [Fact]
    public void Rates_must_be_positive()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new SincResampler(0, 48000));
        Assert.Throws<ArgumentOutOfRangeException>(() => new SincResampler(48000, -1));
    }
}
