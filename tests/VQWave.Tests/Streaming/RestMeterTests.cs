using VQWave.Streaming;

namespace VQWave.Tests.Streaming;

public sealed class RestMeterTests
{
    [Fact]
    public void A_thread_that_never_rests_is_found_out_and_forgiven_when_it_does_again()
    {
        var meter = new RestMeter();
        var turns = 0;
        while (!meter.Update(rests: false, filling: 10))
        {
            Assert.False(meter.IsRestless);
            turns++;
        }

        Assert.Equal(RestMeter.RestlessTicks + 10, turns);
        Assert.True(meter.IsRestless);
        Assert.False(meter.Update(rests: false, filling: 10));

        turns = 1;
        while (!meter.Update(rests: true, filling: 10))
        {
            Assert.True(meter.IsRestless);
            turns++;
        }

        Assert.Equal(RestMeter.CalmRests, turns);
        Assert.False(meter.IsRestless);
    }

    [Fact]
    public void Ordinary_play_with_rests_between_ticks_is_calm()
    {
        var meter = new RestMeter();
        for (var i = 0; i < 10_000; i++)
        {
            Assert.False(meter.Update(rests: i % 4 == 3, filling: 1));
        }
    }
}
