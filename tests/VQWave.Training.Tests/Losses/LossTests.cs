using System.Numerics;
using VQWave.Torch;
using VQWave.Training.Distributed;
using VQWave.Training.Losses;

namespace VQWave.Training.Tests.Losses;

public sealed class LossTests
{
    private const int Length = 1600;
    private readonly float[] _target = Music.Phrase(Length, 1);
    private readonly float[] _estimate = [.. Music.Phrase(Length, 2).Select((v, i) => (0.8f * v) + (0.02f * MathF.Sin(i)))];

    [Theory]
    [InlineData("stft", new[] { "mse", "stft" }, new[] { 1.0, 0.1 })]
    [InlineData("mel", new[] { "mse", "mel" }, new[] { 1.0, 0.1 })]
    [InlineData("mse", new[] { "mse" }, new[] { 1.0 })]
    [InlineData("mse=2, stft=0.5,mel=1e-2", new[] { "mse", "stft", "mel" }, new[] { 2.0, 0.5, 0.01 })]
    public void Mixes_are_read(string text, string[] names, double[] weights) => Assert.Equal(names.Zip(weights), LossMix.Parse(text));

    [Theory]
    [InlineData("")]
    [InlineData("l1")]
    [InlineData("mse=")]
    [InlineData("mse=-1")]
    [InlineData("mse=NaN")]
    [InlineData("mse=Infinity")]
    [InlineData("mse=1,")]
    [InlineData("mse=1=2")]
    [InlineData("mse=0,5")]
    [InlineData("mse=0")]
    [InlineData("mse=0,stft=0")]
    public void Other_texts_are_refused(string text) => Check.Refused(() => LossMix.Parse(text), $"'{text}' is not a loss");

    [Fact]
    public void Waveform_loss_is_the_squared_error_over_the_variance()
    {
        using var loss = new WaveformLoss(0.04);
        var expected = _target.Zip(_estimate).Average(p => Math.Pow((double)p.First - p.Second, 2)) / 0.04;
        Assert.Equal(expected, Compute(loss), 1e-5 * expected);
    }

    [Fact]
    public void Multi_scale_stft_loss_is_that_of_a_plain_transform()
    {
        using var loss = new MultiScaleStftLoss(Device.CPU, Length, DataParallel.Alone, 256, 1024, 2048);
        double expected = 0;
        foreach (var size in new[] { 256, 1024 })
        {
            var wanted = Magnitudes(_target, size);
            var found = Magnitudes(_estimate, size);
            double difference = 0,
                energy = 0,
                logarithmic = 0;
            for (var i = 0; i < wanted.Length; i++)
            {
                difference += Math.Pow(wanted[i] - found[i], 2);
                energy += wanted[i] * wanted[i];
                logarithmic += Math.Abs(Math.Log(wanted[i]) - Math.Log(found[i]));
            }

            expected += Math.Sqrt(difference) / Math.Sqrt(energy) + (0.3 * logarithmic / wanted.Length);
        }

        // The window of 2048 is longer than the crop and is left out.
        Assert.Equal(expected / 2, Compute(loss), 1e-3);
    }

    [Fact]
    public void Log_spectral_loss_is_the_distance_that_evaluate_measures_in_units_of_10_dB()
    {
        // Frames at the ends differ: the loss mirrors what lies outside, the measure takes whole frames only.
        const int Long = 65536;
        var target = Music.Phrase(Long, 1);
        var estimate = target.Zip(Music.Phrase(Long, 2), (a, b) => (0.7f * a) + (0.05f * b)).ToArray();
        using var scope = torch.NewDisposeScope();
        using var loss = new LogSpectralLoss(Device.CPU, Long);
        var found = loss.Compute(torch.tensor(target, 1, Long), torch.tensor(estimate, 1, Long)).item<float>();
        var expected = VQWave.Analysis.LogSpectralDistance.Decibels(target, estimate) / 10;
        Assert.InRange(expected, 0.2, 2);
        Assert.Equal(expected, found, 0.03 * expected);

        // A gain alone reads itself.
        var louder = Array.ConvertAll(target, v => v * 2);
        var gain = loss.Compute(torch.tensor(target, 1, Long), torch.tensor(louder, 1, Long)).item<float>();
        Assert.Equal(2 * Math.Log10(2), gain, 0.005);
        Check.Refused(() => new LogSpectralLoss(Device.CPU, 1024), "LSD loss");
    }

    [Fact]
    public void Mel_loss_is_that_of_a_plain_transform()
    {
        using var loss = new MelLoss(Device.CPU, Length, 8000);
        double expected = 0;
        foreach (var size in new[] { 512, 1024 })
        {
            var bins = (size / 2) + 1;
            var filters = MelLoss.MelFilters(size, 8000);
            var wanted = Magnitudes(_target, size);
            var found = Magnitudes(_estimate, size);
            var frames = wanted.Length / bins;
            double sum = 0;
            for (var t = 0; t < frames; t++)
            {
                for (var band = 0; band < 80; band++)
                {
                    double a = 1e-5,
                        b = 1e-5;
                    for (var bin = 0; bin < bins; bin++)
                    {
                        a += filters[(band * bins) + bin] * wanted[(t * bins) + bin];
                        b += filters[(band * bins) + bin] * found[(t * bins) + bin];
                    }

                    sum += Math.Abs(Math.Log(a) - Math.Log(b));
                }
            }

            expected += sum / (frames * 80);
        }

        Assert.Equal(expected / 2, Compute(loss), 1e-3);
    }

    [Theory]
    [InlineData(512, 22050)]
    [InlineData(2048, 22050)]
    [InlineData(2048, 8000)]
    public void Mel_filters_sum_to_one_rise_in_frequency_and_reach_half_the_rate(int size, int rate)
    {
        var bins = (size / 2) + 1;
        var filters = MelLoss.MelFilters(size, rate);
        var centres = new double[80];
        for (var band = 0; band < 80; band++)
        {
            var row = filters.AsSpan(band * bins, bins).ToArray();
            Assert.All(row, v => Assert.True(v >= 0));
            Assert.Equal(1, row.Sum(v => (double)v), 1e-5);
            centres[band] = row.Select((v, i) => (double)v * i * rate / size).Sum();
        }

        Assert.Equal(centres.Order(), centres);

        // HTK: band b is centred at the (b + 1)th of 81 equal steps of mel; a triangle's centre of mass is within a bin or a third of its slope.
        var top = 2595 * Math.Log10(1 + (rate / 2.0 / 700));
        for (var band = 0; band < 80; band++)
        {
            double Hertz(int i) => 700 * (Math.Pow(10, top * i / 81 / 2595) - 1);
            Assert.InRange(centres[band], Hertz(band) - (1.0 * rate / size), Hertz(band + 2) + (1.0 * rate / size));
        }
    }

    [Fact]
    public void Silence_against_silence_has_a_finite_gradient()
    {
        using var loss = new LossMix("mse=1,stft=0.1,mel=0.1", Device.CPU, 2048, 8000, 1e-6);
        using var scope = torch.NewDisposeScope();
        var estimate = torch.zeros(1, 2048);
        estimate.requires_grad = true;
        var value = loss.Compute(torch.zeros(1, 2048), estimate);
        value.backward();
        Assert.Equal(0, value.ToDouble(), 1e-5);
        Assert.All(estimate.grad!.ToArray<float>(), g => Assert.True(float.IsFinite(g), $"a gradient is {g}"));
    }

    [Fact]
    public void A_mix_is_the_weighted_sum_of_its_parts()
    {
        using var mse = new WaveformLoss(0.04);
        using var stft = new MultiScaleStftLoss(Device.CPU, Length, DataParallel.Alone, 256, 1024, 2048);
        using var mix = new LossMix("mse=2,stft=0.25", Device.CPU, Length, 8000, 0.04);
        Assert.Equal((2 * Compute(mse)) + (0.25 * Compute(stft)), Compute(mix), 1e-5);
        Assert.Equal("mse+stft", mix.Name);
    }

    [Theory]
    [InlineData("stft", 255)]
    [InlineData("mel", 511)]
    public void Crops_shorter_than_every_window_are_refused(string loss, int length) =>
        Check.Refused(() => new LossMix(loss, Device.CPU, length, 8000, 1).Dispose(), $"{length} samples", $"at least {length + 1}");

    private double Compute(IReconstructionLoss loss)
    {
        using var scope = torch.NewDisposeScope();
        return loss.Compute(torch.tensor(_target, 1, Length), torch.tensor(_estimate, 1, Length)).ToDouble();
    }

    /// <summary>Frame by frame, bins inside: a Hann window, a hop of a quarter, the ends reflected, √(power + 1e-6).</summary>
    private static double[] Magnitudes(float[] audio, int size)
    {
        var bins = (size / 2) + 1;
        var frames = (audio.Length / (size / 4)) + 1;
        var result = new double[frames * bins];
        var twiddle = Enumerable.Range(0, size).Select(i => Complex.FromPolarCoordinates(1, -2 * Math.PI * i / size)).ToArray();
        for (var t = 0; t < frames; t++)
        {
            var frame = new double[size];
            for (var i = 0; i < size; i++)
            {
                var at = Math.Abs((t * size / 4) + i - (size / 2));
                at = at >= audio.Length ? (2 * (audio.Length - 1)) - at : at;
                frame[i] = audio[at] * (0.5 - (0.5 * Math.Cos(2 * Math.PI * i / size)));
            }

            for (var bin = 0; bin < bins; bin++)
            {
                var sum = Complex.Zero;
                for (var i = 0; i < size; i++)
                {
                    sum += frame[i] * twiddle[(int)((long)bin * i % size)];
                }

                result[(t * bins) + bin] = Math.Sqrt((sum.Real * sum.Real) + (sum.Imaginary * sum.Imaginary) + 1e-6);
            }
        }

        return result;
    }
}
