using VQWave.Inference;

namespace VQWave.Tests.Inference;

public sealed class SharedPoolTests
{
    [Fact]
    public void A_thing_is_made_once_and_disposed_of_by_its_last_holder()
    {
        var pool = new SharedPool<string, Thing>();
        var made = 0;
        Thing Make()
        {
            made++;
            return new Thing();
        }

        var first = pool.Open("a", Make);
        var second = pool.Open("a", Make);
        Assert.Same(first.Value, second.Value);
        Assert.Equal((1, 1), (made, pool.Count(_ => true)));
        first.Dispose();
        first.Dispose();
        Assert.False(second.Value.IsDisposed);
        second.Dispose();
        Assert.True(second.Value.IsDisposed);
        Assert.Equal(0, pool.Count(_ => true));
        using var third = pool.Open("a", Make);
        Assert.NotSame(first.Value, third.Value);
    }

    [Fact]
    public void What_has_no_key_is_its_holders_own()
    {
        var pool = new SharedPool<string, Thing>();
        var first = pool.Open(null, () => new Thing());
        using var second = pool.Open(null, () => new Thing());
        Assert.NotSame(first.Value, second.Value);
        first.Dispose();
        Assert.True(first.Value.IsDisposed);
        Assert.Equal(0, pool.Count(_ => true));
    }

    [Fact]
    public void What_cannot_be_made_is_held_by_nobody_and_tried_again()
    {
        var pool = new SharedPool<string, Thing>();
        Assert.Throws<VQWaveException>(() => pool.Open("a", () => throw new VQWaveException("broken")));
        Assert.Equal(0, pool.Count(_ => true));
        using var made = pool.Open("a", () => new Thing());
        Assert.NotNull(made.Value);
    }

    [Fact]
    public async Task Different_things_are_made_side_by_side_and_the_same_once()
    {
        var pool = new SharedPool<string, Thing>();
        using var both = new Barrier(2);
        var made = 0;
        // Each waits until the other has begun: one after the other they would not end.
        Thing Make()
        {
            Interlocked.Increment(ref made);
            Assert.True(both.SignalAndWait(TimeSpan.FromSeconds(30)));
            return new Thing();
        }

        var taken = await Task.WhenAll(
            ((string[])["a", "b", "a", "b"]).Select(key =>
                Task.Factory.StartNew(() => pool.Open(key, Make), TaskCreationOptions.LongRunning)
            )
        );
        Assert.Equal(2, made);
        Assert.Same(taken[0].Value, taken[2].Value);
        Assert.Same(taken[1].Value, taken[3].Value);
        taken[0].Dispose();
        Assert.False(taken[0].Value.IsDisposed);
        taken[2].Dispose();
        Assert.True(taken[0].Value.IsDisposed);
        taken[1].Dispose();
        taken[3].Dispose();
    }

    private sealed class Thing : IDisposable
    {
        public bool IsDisposed { get; private set; }

        public void Dispose() => IsDisposed = true;
    }
}
