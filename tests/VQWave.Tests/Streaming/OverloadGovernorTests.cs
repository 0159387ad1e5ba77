using VQWave.Streaming;

namespace VQWave.Tests.Streaming;

public class OverloadGovernorTests
{
    private static readonly OverloadGovernorOptions Options = new() { HoldTicks = 50, MaximumHoldTicks = 200 };

    [Fact]
    public void Steady_play_and_a_single_late_tick_change_nothing()
    {
        var governor = new OverloadGovernor(Options, 3);
        for (var i = 0; i < 1000; i++)
        {
            governor.Update(i == 500 ? 3 : 0.6, 1, starved: false, 3);
        }

        Assert.Equal(3, governor.Limit);
        Assert.Equal(0, governor.Drops);
    }

    [Fact]
    public void Overload_drops_one_level_after_another_until_there_is_time()
    {
        var governor = new OverloadGovernor(Options, 3);
        // Level 3 takes twice the time there is, level 2 a little more than there is, level 1 half.
        double[] loads = [0.2, 0.5, 1.3, 2];
        var drops = new List<int>();
        for (var i = 0; i < 40; i++)
        {
            var before = governor.Limit;
            governor.Update(loads[governor.Limit], 1, starved: false, governor.Limit);
            if (governor.Limit != before)
            {
                drops.Add(i);
            }
        }

        Assert.Equal(1, governor.Limit);
        Assert.Equal(2, governor.Drops);
        Assert.True(drops[1] - drops[0] > Options.SettleTicks);
        Assert.InRange(drops[0], 0, 6);
    }

    [Theory]
    [InlineData(0.3, false)]
    [InlineData(1, true)]
    public void An_emptying_ring_and_missing_samples_are_trouble_at_any_load(double fill, bool starved)
    {
        var governor = new OverloadGovernor(Options, 3);
        Assert.Equal(2, governor.Update(0.1, fill, starved, 3));
    }

    [Fact]
    public void A_level_comes_back_after_a_calm_while_and_later_each_time_that_was_too_early()
    {
        var governor = new OverloadGovernor(Options, 3);
        var returns = new List<int>();
        var drops = new List<int>();
        for (var i = 0; i < 1500; i++)
        {
            var before = governor.Limit;
            // The finest level never has the time it needs.
            governor.Update(governor.Limit == 3 ? 1.5 : 0.3, 1, starved: false, governor.Limit);
            (
                governor.Limit > before ? returns
                : governor.Limit < before ? drops
                : []
            ).Add(i);
        }

        var waits = returns.Zip(drops, (r, d) => r - d).ToArray();
        Assert.Equal([50, 100, 200, 200], waits[..4]);
        Assert.Equal(returns.Count, governor.Returns);
    }

    [Fact]
    public void It_never_drops_the_last_level_nor_one_that_is_not_heard()
    {
        var governor = new OverloadGovernor(Options, 3);
        for (var i = 0; i < 200; i++)
        {
            governor.Update(9, 0, starved: true, Math.Min(1, governor.Limit));
        }

        Assert.Equal(0, governor.Limit);
        Assert.Equal(1, governor.Drops);
        governor.Reset(1);
        Assert.Equal(1, governor.Limit);
    }

    [Fact]
    public void It_goes_no_further_down_than_helps()
    {
        // A level below 0.9 of the next finer one's time is relief; the coarsest here costs most of all.
        var floor = EngineCore.FloorOf([250, 60, 35, 90]);
        Assert.Equal(2, floor);
        Assert.Equal(0, EngineCore.FloorOf([10, 20, 30, 40]));
        Assert.Equal(3, EngineCore.FloorOf([10, 20, 39, 40]));
        var governor = new OverloadGovernor(Options, 3, floor);
        for (var i = 0; i < 200; i++)
        {
            governor.Update(9, 0, starved: true, governor.Limit);
        }

        Assert.Equal(2, governor.Limit);
    }
}
