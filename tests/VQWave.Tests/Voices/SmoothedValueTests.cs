using VQWave.Streaming.Voices;

namespace VQWave.Tests.Voices;

public class SmoothedValueTests
{
    [Fact]
    public void A_linear_ramp_is_a_straight_line_that_arrives_exactly()
    {
        SmoothedValue value = new(0.3f);
        value.SetTarget(-1.1f, 77);
        for (var n = 1; n <= 77; n++)
        {
            Assert.False(value.IsSteady);
            Assert.Equal(0.3 + ((-1.1 - 0.3) * n / 77), value.Next(), 1e-6);
        }

        Assert.True(value.IsSteady);
        Assert.Equal(-1.1f, value.Next());
    }

    [Fact]
    public void An_exponential_ramp_has_the_same_factor_in_each_sample()
    {
        SmoothedValue value = new(0.01f, RampShape.Exponential);
        value.SetTarget(10, 300);
        var factor = Math.Pow(1000, 1.0 / 300);
        var last = 0.01f;
        for (var n = 0; n < 300; n++)
        {
            var next = value.Next();
            Assert.Equal(factor, next / last, 1e-5);
            last = next;
        }

        Assert.Equal(10f, value.Current);
        value.SetTarget(0, 10);
        Assert.Equal(9, value.Next(), 1e-5);
    }

    [Theory]
    [InlineData(RampShape.Linear)]
    [InlineData(RampShape.Exponential)]
    public void Blocks_of_any_size_give_the_same_bits(RampShape shape)
    {
        float[] Run(Func<int> size)
        {
            SmoothedValue value = new(1, shape);
            value.SetTarget(0.05f, 700);
            var result = new float[1000];
            for (var start = 0; start < result.Length; )
            {
                var count = Math.Min(size(), result.Length - start);
                value.SetTarget(0.05f, 700);
                value.Fill(result.AsSpan(start, count));
                start += count;
            }

            return result;
        }

        Random random = new(1);
        var expected = Run(() => 1000);
        Assert.Equal(expected, Run(() => 1));
        Assert.Equal(expected, Run(() => random.Next(1, 90)));
        SmoothedValue skipping = new(1, shape);
        skipping.SetTarget(0.05f, 700);
        skipping.Skip(123);
        Assert.Equal(expected[122], skipping.Current);
        skipping.Skip(int.MaxValue);
        Assert.Equal(0.05f, skipping.Current);
    }

    [Fact]
    public void Applied_as_a_gain_it_multiplies()
    {
        SmoothedValue value = new(1);
        value.SetTarget(0, 4);
        float[] samples = [2, 2, 2, 2, 2, 2];
        value.Apply(samples);
        Assert.Equal([1.5f, 1f, 0.5f, 0f, 0f, 0f], samples);
    }

    [Fact]
    public void A_new_target_within_a_ramp_goes_on_from_where_it_is_and_odd_ones_do_no_harm()
    {
        SmoothedValue value = new(0);
        value.SetTarget(1, 100);
        value.Skip(50);
        value.SetTarget(0, 50);
        Assert.Equal(0.49, value.Next(), 1e-6);
        value.SetTarget(float.NaN, 10);
        Assert.Equal(0.48, value.Next(), 1e-6);
        value.SetTarget(5, 0);
        Assert.Equal(5f, value.Current);
        Assert.True(value.IsSteady);
    }
}
