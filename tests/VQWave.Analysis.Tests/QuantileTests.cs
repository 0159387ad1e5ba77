namespace VQWave.Analysis.Tests;

public sealed class QuantileTests
{
    // The value at (n − 1) × share, by hand: 0.4 is 1.6, which is 20 + 0.6 × 15.
    [Theory]
    [InlineData(0, 15)]
    [InlineData(0.05, 16)]
    [InlineData(0.25, 20)]
    [InlineData(0.4, 29)]
    [InlineData(0.5, 35)]
    [InlineData(0.9, 46)]
    [InlineData(1, 50)]
    public void It_is_the_seventh_type(double share, double expected) =>
        Assert.Equal(expected, Quantile.Of([15, 20, 35, 40, 50], share), 1e-12);

    [Fact]
    public void Infinite_values_and_one_value_are_themselves()
    {
        Assert.Equal(3, Quantile.Of([3], 0.7));
        Assert.Equal(double.NegativeInfinity, Quantile.Of([double.NegativeInfinity, double.NegativeInfinity, -20], 0.3));
    }

    [Fact]
    public void It_needs_a_value_and_a_share()
    {
        Assert.Throws<ArgumentException>(() => Quantile.Of([], 0.5));
        Assert.Throws<ArgumentOutOfRangeException>(() => Quantile.Of([1], 1.1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Quantile.Of([1], double.NaN));
    }
}
