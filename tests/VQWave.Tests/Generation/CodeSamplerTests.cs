using VQWave.Generation;

namespace VQWave.Tests.Generation;

public class CodeSamplerTests
{
    [Theory]
    [InlineData(1024, 1f, 0)]
    [InlineData(1024, 0.7f, 40)]
    [InlineData(1024, 0.05f, 5)]
    [InlineData(1024, 4f, 1023)]
    [InlineData(1000, 1.3f, 2)]
    [InlineData(7, 1f, 3)]
    [InlineData(5, 0.5f, 4000)]
    public void Draws_what_a_straightforward_implementation_in_double_draws(int size, float temperature, int topK)
    {
        var random = new Random(size + topK);
        var sampler = new CodeSampler(size);
        var differences = 0;
        const int Draws = 2000;
        for (var n = 0; n < Draws; n++)
        {
            // Rounded, so that equal logits are frequent.
            var logits = Enumerable.Range(0, size).Select(_ => (float)Math.Round(random.NextDouble() * 8, 1)).ToArray();
            var uniform = random.NextDouble();
            var expected = Naive(logits, temperature, topK, uniform);
            differences += sampler.Sample(logits, temperature, topK, uniform) == expected ? 0 : 1;
        }

        // A draw within float rounding of a boundary may fall on its other side.
        Assert.InRange(differences, 0, Draws / 500);
    }

    [Fact]
    public void Frequencies_follow_the_softmax()
    {
        float[] logits = [0.5f, -1f, 2f, 1f, 1f, -3f, 0f, 2.5f];
        const float Temperature = 0.8f;
        const int Draws = 100_000;
        var weights = logits.Select(l => Math.Exp(l / Temperature)).ToArray();
        var counts = new int[logits.Length];
        var sampler = new CodeSampler(logits.Length);
        var random = new CounterRandom(99, 0);
        for (ulong i = 0; i < Draws; i++)
        {
            counts[sampler.Sample(logits, Temperature, 0, random.Uniform(i))]++;
        }

        // 7 degrees of freedom: 24.3 is passed once in a thousand times, and the draws are seeded.
        var chiSquare = weights.Select((w, i) => Square(counts[i] - (Draws * w / weights.Sum())) / (Draws * w / weights.Sum())).Sum();
        Assert.InRange(chiSquare, 0, 24.3);
    }

    [Theory]
    [InlineData(0f, 0)]
    [InlineData(0f, 5)]
    [InlineData(1f, 1)]
    public void Greedy_takes_the_lowest_of_equals_whatever_the_number(float temperature, int topK)
    {
        var sampler = new CodeSampler(6);
        float[] logits = [1, 3, -2, 3, 3, 0];
        foreach (var uniform in new[] { 0, 0.5, 0.999999 })
        {
            Assert.Equal(1, sampler.Sample(logits, temperature, topK, uniform));
        }
    }

    [Fact]
    public void Top_k_takes_exactly_k_even_among_equals()
    {
        var sampler = new CodeSampler(8);
        float[] logits = [2, 5, 2, 2, 2, 5, 2, 1];
        var seen = new SortedSet<int>();
        for (var i = 0; i < 4000; i++)
        {
            seen.Add(sampler.Sample(logits, 2, 4, i / 4000.0));
        }

        Assert.Equal([0, 1, 2, 5], seen);
    }

    [Fact]
    public void Zero_and_all_codes_or_more_are_the_same()
    {
        var sampler = new CodeSampler(50);
        var random = new Random(4);
        var logits = Enumerable.Range(0, 50).Select(_ => (float)random.NextDouble() * 3).ToArray();
        for (var i = 0; i < 500; i++)
        {
            var uniform = random.NextDouble();
            var all = sampler.Sample(logits, 1, 0, uniform);
            Assert.Equal(all, sampler.Sample(logits, 1, 50, uniform));
            Assert.Equal(all, sampler.Sample(logits, 1, 1024, uniform));
        }
    }

    [Fact]
    public void Extreme_logits_and_temperatures_give_a_possible_code()
    {
        var sampler = new CodeSampler(4);
        Assert.Equal(2, sampler.Sample([1, float.NaN, 9, float.NegativeInfinity], 1e-38f, 0, 0.99));
        Assert.Equal(3, sampler.Sample([1, float.NaN, 9, float.PositiveInfinity], 1, 2, 0.5));
        Assert.Equal(0, sampler.Sample([float.NaN, float.NaN, float.NaN, float.NaN], 1, 0, 0.5));
        for (var i = 0; i < 100; i++)
        {
            Assert.Contains(sampler.Sample([1, float.NaN, 2, float.NegativeInfinity], 1, 3, i / 100.0), new[] { 0, 2 });
        }
    }

    [Fact]
    public void Sampling_allocates_nothing()
    {
        var sampler = new CodeSampler(1024);
        var random = new Random(1);
        var logits = Enumerable.Range(0, 1024).Select(_ => (float)random.NextDouble() * 5).ToArray();
        long Run(int times)
        {
            var numbers = new CounterRandom(1, 1);
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < times; i++)
            {
                sampler.Sample(logits, 0.9f, i % 100, numbers.Uniform((ulong)i));
            }

            return GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Run(200);
        Assert.Equal(0, Run(500));
    }

    private static double Square(double x) => x * x;

    private static int Naive(float[] logits, double temperature, int topK, double uniform)
    {
        var k = topK == 0 ? logits.Length : Math.Min(topK, logits.Length);
        var kept = Enumerable.Range(0, logits.Length).OrderByDescending(i => logits[i]).ThenBy(i => i).Take(k).Order().ToList();
        var weights = kept.Select(i => Math.Exp(logits[i] / temperature)).ToList();
        var target = uniform * weights.Sum();
        double sum = 0;
        for (var i = 0; i < kept.Count; i++)
        {
            sum += weights[i];
            if (target < sum)
            {
                return kept[i];
            }
        }

        return kept[^1];
    }
}
