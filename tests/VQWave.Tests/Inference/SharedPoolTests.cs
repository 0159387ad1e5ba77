using VQWave.Inference;

namespace VQWave.Tests.Inference;

public sealed class SharedPoolTests
{
    [Fact]
    public void A_thing_is_loaded_once_and_let_go_by_its_last_holder()
    {
        var pool = new SharedPool<string, object>();
        var loads = 0;
        object Load()
        {
            loads++;
            return new object();
        }

        var first = pool.Take("a", Load);
        Assert.Same(first, pool.Take("a", Load));
        Assert.Equal((1, 1), (loads, pool.Count(_ => true)));
        Assert.False(pool.Release("a"));
        Assert.True(pool.Release("a"));
        Assert.Equal(0, pool.Count(_ => true));
        Assert.NotSame(first, pool.Take("a", Load));
    }

    [Fact]
    public void What_cannot_be_loaded_is_held_by_nobody_and_tried_again()
    {
        var pool = new SharedPool<string, object>();
        Assert.Throws<VQWaveException>(() => pool.Take("a", () => throw new VQWaveException("broken")));
        Assert.Equal(0, pool.Count(_ => true));
        Assert.NotNull(pool.Take("a", () => new object()));
    }

    [Fact]
    public async Task Different_things_load_side_by_side_and_the_same_once()
    {
        var pool = new SharedPool<int, object>();
        using var both = new Barrier(2);
        var loads = 0;
        // Each load waits until the other has begun: one after the other they would not end.
        object Load()
        {
            Interlocked.Increment(ref loads);
            Assert.True(both.SignalAndWait(TimeSpan.FromSeconds(30)));
            return new object();
        }

        var taken = await Task.WhenAll(
            ((int[])[1, 2, 1, 2]).Select(key => Task.Factory.StartNew(() => pool.Take(key, Load), TaskCreationOptions.LongRunning))
        );
        Assert.Equal(2, loads);
        Assert.Same(taken[0], taken[2]);
        Assert.Same(taken[1], taken[3]);
        Assert.False(pool.Release(1));
        Assert.True(pool.Release(1));
    }
}
