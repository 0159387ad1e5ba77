using VQWave.Training.Data;

namespace VQWave.Training.Tests.Data;

public sealed class XoshiroTests
{
    // The authors' C code, started at the state 1, 2, 3, 4, prints these (also the test vector of the Rust crate rand_xoshiro).
    [Fact]
    public void Outputs_are_those_of_the_published_generator()
    {
        var random = new Xoshiro(0) { State = [1, 2, 3, 4] };
        ulong[] expected =
        [
            11520,
            0,
            1509978240,
            1215971899390074240,
            1216172134540287360,
            607988272756665600,
            16172922978634559625,
            8476171486693032832,
            10595114339597558777,
            2904607092377533576,
        ];
        Assert.Equal(expected, Enumerable.Range(0, 10).Select(_ => random.Next()));
    }

    // The first outputs of the reference SplitMix64 seeded with 1234567.
    [Fact]
    public void The_seed_goes_through_SplitMix64() =>
        Assert.Equal(
            [6457827717110365317, 3203168211198807973, 9817491932198370423, 4593380528125082431],
            new Xoshiro(1234567).State.Select(s => unchecked((ulong)s))
        );

    [Fact]
    public void A_state_that_is_put_back_goes_on_alike()
    {
        var first = new Xoshiro(5);
        _ = first.Next();
        var second = new Xoshiro(0) { State = first.State };
        Assert.Equal(
            Enumerable.Range(0, 20).Select(_ => first.Next()).ToArray(),
            Enumerable.Range(0, 20).Select(_ => second.Next()).ToArray()
        );
        Assert.Throws<ArgumentOutOfRangeException>(() => second.State = [1, 2]);
    }

    [Fact]
    public void Below_is_uniform_and_inside()
    {
        var random = new Xoshiro(9);
        var counts = new int[7];
        for (var i = 0; i < 70_000; i++)
        {
            counts[random.Below(7)]++;
        }

        // 10,000 expected, standard deviation 93.
        Assert.All(counts, c => Assert.InRange(c, 9500, 10500));
        Assert.All(Enumerable.Range(0, 100), _ => Assert.InRange(random.Below(long.MaxValue), 0, long.MaxValue - 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => random.Below(0));
    }

    [Fact]
    public void Doubles_fill_the_unit_interval()
    {
        var random = new Xoshiro(11);
        var values = Enumerable.Range(0, 20_000).Select(_ => random.NextDouble()).ToArray();
        Assert.All(values, v => Assert.InRange(v, 0, 1 - 1e-17));
        Assert.InRange(values.Average(), 0.49, 0.51);
        Assert.InRange(values.Average(v => v * v), 0.3233, 0.3433);
    }
}
