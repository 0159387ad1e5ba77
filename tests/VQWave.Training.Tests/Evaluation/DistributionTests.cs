using VQWave.Training.Evaluation;

namespace VQWave.Training.Tests.Evaluation;

public sealed class DistributionTests
{
    [Fact]
    public void Quantiles_of_0_to_100_are_themselves()
    {
        var distribution = Distribution.Of(Enumerable.Range(0, 101).Reverse().Select(i => (double)i));
        Assert.Equal(
            (0, 5, 50, 95, 100),
            (distribution.Minimum, distribution.Low, distribution.Median, distribution.High, distribution.Maximum)
        );
        Assert.True(distribution.Spans(5));
        Assert.True(distribution.Spans(95));
        Assert.False(distribution.Spans(4.999));
        Assert.False(distribution.Spans(double.NaN));
    }

    [Fact]
    public void Two_values_are_interpolated_and_silence_stays_silent()
    {
        Assert.Equal(15, Distribution.Of([10, 20]).Median, 1e-12);
        Assert.Equal(10.5, Distribution.Of([10, 20]).Low, 1e-12);
        Assert.Equal(double.NegativeInfinity, Distribution.Of([double.NegativeInfinity, double.NegativeInfinity, -20]).Median);
    }

    [Fact]
    public void Chroma_concentrates_between_even_and_single()
    {
        Assert.Equal(0, SoundMeasure.ChromaConcentration(Enumerable.Repeat(1 / 12.0, 12).ToArray()), 1e-12);
        Assert.Equal(1, SoundMeasure.ChromaConcentration([0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]), 1e-12);
        var two = SoundMeasure.ChromaConcentration([0.5, 0.5, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        Assert.Equal(1 - (Math.Log(2) / Math.Log(12)), two, 1e-12);
        Assert.Equal(0, SoundMeasure.ChromaConcentration(new double[12]));
    }
}
