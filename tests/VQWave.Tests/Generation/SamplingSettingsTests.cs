using VQWave.Generation;

namespace VQWave.Tests.Generation;

public class SamplingSettingsTests
{
    [Theory]
    [InlineData(-0.01f)]
    [InlineData(4.01f)]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void Temperatures_out_of_range_are_refused(float value)
    {
        Assert.Contains("0 to 4", Assert.Throws<VQWaveException>(() => new SamplingSettings { Temperature = value }).Message);
        Assert.Throws<VQWaveException>(() => new SamplingSettings { LevelTemperatures = [1, value] });
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1025)]
    public void Top_k_out_of_range_is_refused(int value)
    {
        Assert.Contains("0 to 1024", Assert.Throws<VQWaveException>(() => new SamplingSettings { TopK = value }).Message);
        Assert.Throws<VQWaveException>(() => new SamplingSettings { LevelTopK = [value] });
    }

    [Fact]
    public void Own_values_of_levels_take_the_place_of_the_global_one()
    {
        var settings = new SamplingSettings
        {
            Temperature = 0.5f,
            TopK = 7,
            LevelTemperatures = [1, 2],
        };
        Assert.Equal(2, settings.TemperatureOf(1));
        Assert.Equal(7, settings.TopKOf(1));
        settings.ValidateFor(2);
        Assert.Contains("2 temperatures for 4 levels", Assert.Throws<VQWaveException>(() => settings.ValidateFor(4)).Message);
    }
}
