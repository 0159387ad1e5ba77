using VQWave.TestSupport;
using VQWave.Training.Data;

namespace VQWave.Training.Tests.Data;

public sealed class AugmentationTests : IDisposable
{
    private const int Length = 4096;
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("loud")]
    [InlineData("gain=0")]
    [InlineData("gain=25")]
    [InlineData("gain=x")]
    [InlineData("pitch=-3")]
    [InlineData("polarity=1")]
    public void What_cannot_be_meant_is_refused(string text) => Check.Refused(() => Augmentation.Parse("time," + text), "--augment", text);

    /// <summary>A sine at another place and speed is known in closed form.</summary>
    [Theory]
    [InlineData(0, 1)]
    [InlineData(0.37, 1)]
    [InlineData(0.5, 1.0175)]
    [InlineData(0.9, 0.9829)]
    public void A_sine_comes_out_where_its_closed_form_says(double shift, double speed)
    {
        const double Step = 2 * Math.PI * 0.13;
        var source = new float[Length + 200];
        for (var i = 0; i < source.Length; i++)
        {
            source[i] = (float)Math.Sin(Step * i);
        }

        var result = new float[Length];
        Augmentation.Resample(source, shift, speed, result);
        for (var i = 0; i < Length; i++)
        {
            Assert.Equal(Math.Sin(Step * (16 + shift + (i * speed))), result[i], 2e-3);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("gain,polarity")]
    [InlineData("pitch")]
    [InlineData("gain,polarity,pitch,time")]
    public void Skipping_a_crop_draws_what_reading_it_draws(string text)
    {
        WriteNoise();
        var augmentation = Augmentation.Parse(text);
        using var data = new U16Dataset(_folder.Path, augmentation.SourceLength(Length));
        var (reader, skipper) = (new Xoshiro(7), new Xoshiro(7));
        var crop = new float[Length];
        for (var i = 0; i < 10; i++)
        {
            augmentation.ReadRandom(data, reader, crop);
            augmentation.SkipRandom(data, skipper);
            Assert.Equal(reader.State, skipper.State);
        }
    }

    [Fact]
    public void Gain_and_polarity_only_scale_and_stay_in_their_range()
    {
        WriteNoise();
        using var data = new U16Dataset(_folder.Path, Length);
        var augmentation = Augmentation.Parse("gain=3,polarity");
        Assert.Equal(Length, augmentation.SourceLength(Length));
        var random = new Xoshiro(1);
        var gains = new List<double>();
        for (var i = 0; i < 40; i++)
        {
            var twin = new Xoshiro(0) { State = random.State };
            var (plain, crop) = (new float[Length], new float[Length]);
            data.ReadRandom(twin, plain);
            augmentation.ReadRandom(data, random, crop);
            var loudest = Array.FindIndex(plain, v => Math.Abs(v) > 0.2);
            var gain = (double)crop[loudest] / plain[loudest];
            Assert.All(plain.Zip(crop), p => Assert.Equal(p.First * gain, p.Second, 1e-5));
            gains.Add(gain);
        }

        Assert.All(gains, g => Assert.InRange(20 * Math.Log10(Math.Abs(g)), -3.001, 3.001));
        Assert.InRange(gains.Count(g => g < 0), 8, 32);
        Assert.True(gains.Max(Math.Abs) > 1.2 && gains.Min(Math.Abs) < 0.85, "gains hardly vary");
    }

    [Fact]
    public void The_same_state_gives_the_same_crop_and_none_gives_the_corpus()
    {
        WriteNoise();
        var all = Augmentation.Parse("gain,polarity,pitch=50,time");
        using var data = new U16Dataset(_folder.Path, all.SourceLength(Length));
        var random = new Xoshiro(3);
        var state = random.State;
        var (first, second, again) = (new float[Length], new float[Length], new float[Length]);
        all.ReadRandom(data, random, first);
        all.ReadRandom(data, random, second);
        all.ReadRandom(data, new Xoshiro(0) { State = state }, again);
        Assert.Equal(first, again);
        Assert.NotEqual(first, second);
        Augmentation.None.ReadRandom(data, new Xoshiro(0) { State = state }, first);
        data.ReadRandom(new Xoshiro(0) { State = state }, again);
        Assert.Equal(first, again);
    }

    private void WriteNoise()
    {
        var random = new Random(1);
        U16File.Write(_folder["a.u16"], [.. Enumerable.Range(0, 20_000).Select(_ => (float)((random.NextDouble() - 0.5) * 0.9))]);
    }
}
