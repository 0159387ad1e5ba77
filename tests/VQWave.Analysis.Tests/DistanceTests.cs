namespace VQWave.Analysis.Tests;

public sealed class DistanceTests
{
    [Theory]
    [InlineData(0.5, 1)]
    [InlineData(0.1, 3)]
    [InlineData(0.001, -0.2)]
    public void SiSdr_of_orthogonal_noise_is_its_ratio_at_any_gain(double noiseAmplitude, double gain)
    {
        // Over whole periods sines of different frequencies are orthogonal: SI-SDR = 20 log10(1 / amplitude).
        float[] reference = Signals.Make(20000, i => Math.Sin(2 * Math.PI * 40 * i / 20000));
        float[] estimate = Signals.Make(20000, i => gain * (reference[i] + (noiseAmplitude * Math.Sin(2 * Math.PI * 111 * i / 20000))));
        Assert.Equal(-20 * Math.Log10(noiseAmplitude), SiSdr.Decibels(reference, estimate), 0.01);
    }

    [Fact]
    public void SiSdr_of_extremes_is_as_documented()
    {
        float[] sound = Signals.Sine(440, 1000);
        float[] silence = new float[1000];
        Assert.Equal(double.PositiveInfinity, SiSdr.Decibels(sound, sound));
        Assert.Equal(double.NegativeInfinity, SiSdr.Decibels(sound, silence));
        Assert.Equal(double.NaN, SiSdr.Decibels(silence, sound));
        Assert.Throws<ArgumentException>(() => SiSdr.Decibels(sound, new float[999]));
        Assert.Throws<ArgumentException>(() => SiSdr.Decibels([], []));
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(0.8)]
    [InlineData(1.5)]
    public void Gain_alone_reads_as_that_gain(double gain)
    {
        float[] reference = Signals.Noise(30000, 1);
        float[] estimate = Array.ConvertAll(reference, sample => (float)(sample * gain));
        double nepers = Math.Abs(Math.Log(gain));

        Assert.Equal(20 * nepers / Math.Log(10), LogSpectralDistance.Decibels(reference, estimate), 0.001);
        Assert.Equal(nepers, MultiScaleStftDistance.Nepers(reference, estimate), 0.0005);
        Assert.Equal(nepers, MelDistance.Nepers(reference, estimate, Signals.Rate), 1e-5);
        Assert.Equal(Math.Abs(1 - gain), SpectralConvergence.Ratio(reference, estimate), 1e-6);
    }

    [Fact]
    public void Equal_sounds_have_distance_zero_and_silence_stays_finite()
    {
        float[] sound = Signals.Noise(10000, 2);
        float[] silence = new float[10000];
        Assert.Equal(0, LogSpectralDistance.Decibels(sound, sound));
        Assert.Equal(0, MultiScaleStftDistance.Nepers(sound, sound));
        Assert.Equal(0, MelDistance.Nepers(sound, sound, Signals.Rate));
        Assert.Equal(0, SpectralConvergence.Ratio(sound, sound));
        Assert.Equal(1, SpectralConvergence.Ratio(sound, silence));
        // Nothing is farther than the floor of -100 dB from full scale.
        Assert.InRange(LogSpectralDistance.Decibels(sound, silence), 30, 100);
    }

    [Fact]
    public void Frechet_distance_of_diagonal_gaussians_has_its_closed_form()
    {
        Random random = new(5);
        const int Count = 20000;
        double[] scales = [1, 2, 0.5, 3];
        double[] shifts = [0.5, -1, 2, 0];
        GaussianFit first = new(4);
        GaussianFit second = new(4);
        float[] a = new float[4];
        float[] b = new float[4];
        for (int n = 0; n < Count; n++)
        {
            for (int i = 0; i < 4; i++)
            {
                a[i] = (float)Signals.Normal(random);
                b[i] = (float)(shifts[i] + (scales[i] * Signals.Normal(random)));
            }

            first.Add(a);
            second.Add(b);
        }

        // For commuting covariances: sum of (mean difference)^2 + (deviation difference)^2.
        double expected = shifts.Zip(scales, (shift, scale) => (shift * shift) + ((scale - 1) * (scale - 1))).Sum();
        Assert.Equal(expected, FrechetDistance.Squared(first, second), 0.03 * expected);
        Assert.Equal(0, FrechetDistance.Squared(first, first), 1e-9);
    }

    [Fact]
    public void Frechet_distance_of_a_shift_is_its_squared_length_whatever_the_covariance()
    {
        Random random = new(6);
        GaussianFit first = new(3);
        GaussianFit second = new(3);
        for (int n = 0; n < 500; n++)
        {
            float x = (float)Signals.Normal(random);
            float y = (float)((0.9 * x) + (0.2 * Signals.Normal(random)));
            float z = (float)(x - y + Signals.Normal(random));
            first.Add([x, y, z]);
            second.Add([x + 1, y - 2, z + 0.5f]);
        }

        Assert.Equal(5.25, FrechetDistance.Squared(first, second), 1e-4);
        Assert.Equal(FrechetDistance.Squared(second, first), FrechetDistance.Squared(first, second), 1e-8);
    }

    [Fact]
    public void Frechet_distance_of_correlated_planes_equals_the_two_by_two_formula()
    {
        // For 2 x 2: tr((AB)^1/2) = sqrt(tr(AB) + 2 sqrt(det(AB))).
        Random random = new(8);
        GaussianFit first = new(2);
        GaussianFit second = new(2);
        for (int n = 0; n < 300; n++)
        {
            float x = (float)Signals.Normal(random);
            float y = (float)Signals.Normal(random);
            first.Add([x, (0.8f * x) + (0.6f * y)]);
            second.Add([(2 * x) - y, (0.5f * y) + x]);
        }

        double[,] a = first.Covariance();
        double[,] b = second.Covariance();
        double traceOfProduct = (a[0, 0] * b[0, 0]) + (2 * a[0, 1] * b[0, 1]) + (a[1, 1] * b[1, 1]);
        double determinant = ((a[0, 0] * a[1, 1]) - (a[0, 1] * a[0, 1])) * ((b[0, 0] * b[1, 1]) - (b[0, 1] * b[0, 1]));
        double root = Math.Sqrt(traceOfProduct + (2 * Math.Sqrt(determinant)));
        double mean0 = first.Mean()[0] - second.Mean()[0];
        double mean1 = first.Mean()[1] - second.Mean()[1];
        double expected = (mean0 * mean0) + (mean1 * mean1) + a[0, 0] + a[1, 1] + b[0, 0] + b[1, 1] - (2 * root);
        Assert.Equal(expected, FrechetDistance.Squared(first, second), 1e-9);
    }

    [Fact]
    public void Frechet_distance_of_log_mel_tells_a_sound_from_its_likes()
    {
        float[] noise = Signals.Noise(60000, 1);
        double alike = FrechetDistance.SquaredOfLogMel(noise, Signals.Noise(60000, 2), Signals.Rate);
        double different = FrechetDistance.SquaredOfLogMel(noise, Signals.Sine(440, 60000), Signals.Rate);
        Assert.True(different > 20 * alike, $"{alike} {different}");
        Assert.Throws<InvalidOperationException>(() => FrechetDistance.SquaredOfLogMel(noise, new float[100], 22050));
    }
}
