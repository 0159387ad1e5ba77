using VQWave.Generation;

namespace VQWave.Tests.Generation;

public class CounterRandomTests
{
    // The known answers of Random123's kat_vectors for philox4x32-10.
    [Theory]
    [InlineData(0u, 0u, 0u, 0u, 0u, 0u, 0x6627e8d5u, 0xe169c58du, 0xbc57ac4cu, 0x9b00dbd8u)]
    [InlineData(~0u, ~0u, ~0u, ~0u, ~0u, ~0u, 0x408f276du, 0x41c83b0eu, 0xa20bc7c6u, 0x6d5451fdu)]
    [InlineData(
        0x243f6a88u,
        0x85a308d3u,
        0x13198a2eu,
        0x03707344u,
        0xa4093822u,
        0x299f31d0u,
        0xd16cfe09u,
        0x94fdccebu,
        0x5001e420u,
        0x24126ea1u
    )]
    public void Philox_gives_the_published_answers(uint c0, uint c1, uint c2, uint c3, uint k0, uint k1, uint a, uint b, uint c, uint d) =>
        Assert.Equal((a, b, c, d), CounterRandom.Philox(c0, c1, c2, c3, k0, k1));

    [Fact]
    public void Numbers_are_uniform_and_depend_on_all_parts_of_the_key()
    {
        const int Count = 200_000;
        var random = new CounterRandom(12345, 2);
        var bins = new int[100];
        for (ulong i = 0; i < Count; i++)
        {
            var value = random.Uniform(i);
            Assert.InRange(value, 0, 1 - 1e-16);
            bins[(int)(value * bins.Length)]++;
        }

        // 99 degrees of freedom: mean 99, standard deviation 14.
        var expected = Count / (double)bins.Length;
        var chiSquare = bins.Sum(b => (b - expected) * (b - expected) / expected);
        Assert.InRange(chiSquare, 40, 170);

        double[] others =
        [
            random.Uniform(7),
            random.Uniform(8),
            random.Uniform(7 + (1UL << 32)),
            new CounterRandom(12346, 2).Uniform(7),
            new CounterRandom(12345 + (1UL << 32), 2).Uniform(7),
            new CounterRandom(12345, 3).Uniform(7),
        ];
        Assert.Equal(others.Length, others.Distinct().Count());
        Assert.Equal(random.Uniform(7), new CounterRandom(12345, 2).Uniform(7));
    }
}
