namespace VQWave.Analysis.Tests;

public sealed class FeatureTests
{
    [Theory]
    [InlineData(440)]
    [InlineData(3000)]
    [InlineData(8000)]
    public void Centroid_of_a_sine_is_its_frequency(double frequency) =>
        Assert.Equal(frequency, SpectralFeatures.CentroidHertz(Signals.Sine(frequency, 44100), Signals.Rate), 12.0);

    [Fact]
    public void Centroid_of_white_noise_is_the_middle_and_rests_do_not_count()
    {
        float[] noise = Signals.Noise(44100, 1);
        Assert.Equal(Signals.Rate / 4.0, SpectralFeatures.CentroidHertz(noise, Signals.Rate), 60.0);
        float[] withRest = [.. noise, .. new float[88200]];
        Assert.Equal(Signals.Rate / 4.0, SpectralFeatures.CentroidHertz(withRest, Signals.Rate), 100.0);
        Assert.Equal(0, SpectralFeatures.CentroidHertz(new float[5000], Signals.Rate));
    }

    [Fact]
    public void Flatness_tells_noise_from_tones()
    {
        // Powers of white noise are exponentially distributed: exp(-Euler's constant).
        Assert.Equal(Math.Exp(-0.5772), SpectralFeatures.Flatness(Signals.Noise(88200, 3)), 0.01);
        Assert.True(SpectralFeatures.Flatness(Signals.Sine(440, 44100)) < 1e-4);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(10)]
    public void Onset_rate_of_a_click_train_is_its_rate(int clicksPerSecond)
    {
        int period = Signals.Rate / clicksPerSecond;
        float[] clicks = Signals.Make(
            Signals.Rate * 5,
            i => i % period >= period / 2 ? 0.8 * Math.Exp(-((i % period) - (period / 2)) / 200.0) * (i % 2 == 0 ? 1 : -1) : 0
        );
        Assert.Equal(clicksPerSecond, OnsetDetector.Rate(clicks, Signals.Rate), 0.21);
    }

    [Fact]
    public void Onsets_of_notes_are_where_they_begin_and_steady_sound_has_none()
    {
        double[] starts = [0.5, 1.1, 1.9, 2.2];
        float[] notes = Signals.Make(
            Signals.Rate * 3,
            i =>
            {
                double time = (double)i / Signals.Rate;
                double sum = 0;
                for (int n = 0; n < starts.Length; n++)
                {
                    double age = time - starts[n];
                    if (age > 0)
                    {
                        sum += 0.3 * Math.Exp(-6 * age) * Math.Min(1, age / 0.005) * Math.Sin(2 * Math.PI * (300 + (90 * n)) * age);
                    }
                }

                return sum;
            }
        );

        double[] found = OnsetDetector.Seconds(notes, Signals.Rate);

        Assert.Equal(starts.Length, found.Length);
        for (int n = 0; n < starts.Length; n++)
        {
            Assert.Equal(starts[n], found[n], 0.03);
        }

        Assert.Empty(OnsetDetector.Seconds(Signals.Sine(440, 66150), Signals.Rate));
        Assert.Empty(OnsetDetector.Seconds(Signals.Noise(66150, 4), Signals.Rate));
        Assert.Equal(0, OnsetDetector.Rate(new float[66150], Signals.Rate));
    }

    [Fact]
    public void Energy_share_of_two_sines_is_that_of_their_squares()
    {
        float[] sound = Signals.Make(
            44100,
            i => (0.6 * Math.Sin(2 * Math.PI * 500 * i / Signals.Rate)) + (0.2 * Math.Sin(2 * Math.PI * 4000 * i / Signals.Rate))
        );
        Assert.Equal(0.1, SpectralFeatures.EnergyShareAbove(sound, Signals.Rate, 1000), 0.0005);
        Assert.Equal(1, SpectralFeatures.EnergyShareAbove(sound, Signals.Rate, 0), 1e-12);
        Assert.Equal(0, SpectralFeatures.EnergyShareAbove(sound, Signals.Rate, 12000));
    }

    [Theory]
    [InlineData(440.0, 9)]
    [InlineData(261.6256, 0)]
    [InlineData(1046.502, 0)]
    [InlineData(739.989, 6)]
    public void Chroma_of_a_note_is_its_pitch_class(double frequency, int pitchClass)
    {
        double[] chroma = SpectralFeatures.Chroma(Signals.Sine(frequency, 44100), Signals.Rate);
        Assert.Equal(1, chroma.Sum(), 1e-9);
        Assert.True(chroma[pitchClass] > 0.95, string.Join(' ', chroma));
    }

    [Fact]
    public void Level_of_a_sine_has_its_closed_form()
    {
        SoundLevel level = SoundLevel.Of(Signals.Make(22050, i => 0.1 + (0.5 * Math.Sin(2 * Math.PI * 100 * (i + 0.5) / 22050))));
        Assert.Equal(0.1, level.Mean, 1e-6);
        Assert.Equal(Math.Sqrt(0.01 + 0.125), level.Rms, 1e-5);
        Assert.Equal(0.6, level.Peak, 1e-3);
        Assert.Equal(20 * Math.Log10(level.Peak / level.Rms), level.CrestDecibels, 9);
        Assert.Equal(0, level.ClippedShare);
        Assert.Equal(-3.0103, SoundLevel.Of(Signals.Sine(100, 22050, 1)).RmsDecibels, 1e-3);
        Assert.Equal(0.5, SoundLevel.Of([1f, -1f, 0.99f, 0f]).ClippedShare);
        Assert.Equal(double.NegativeInfinity, SoundLevel.Of(new float[4]).RmsDecibels);
    }

    [Fact]
    public void Code_statistics_have_their_closed_forms()
    {
        CodeStatistics even = CodeStatistics.FromHistogram([5, 5, 5, 5, 0, 0, 0, 0]);
        Assert.Equal(2, even.EntropyBits, 12);
        Assert.Equal(4, even.Perplexity, 12);
        Assert.Equal(0.5, even.Usage);
        CodeStatistics skewed = CodeStatistics.FromCodes([0, 0, 1, 3], 4);
        Assert.Equal(1.5, skewed.EntropyBits, 12);
        Assert.Equal(3, skewed.Used);
        Assert.Equal(4, skewed.Total);
        Assert.Equal(0, CodeStatistics.FromHistogram([7, 0]).EntropyBits);
        Assert.Throws<ArgumentOutOfRangeException>(() => CodeStatistics.FromCodes([4], 4));
        Assert.Throws<ArgumentException>(() => CodeStatistics.FromHistogram([1, -1]));
    }
}
