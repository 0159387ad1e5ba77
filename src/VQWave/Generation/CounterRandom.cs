namespace VQWave.Generation;

/// <summary>
/// Random numbers that are a function of (seed, stream, index) alone: the same whatever was drawn before, by which thread, in which order.
/// Philox4x32-10 of Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3" (SC 2011).
/// </summary>
/// <remarks>Immutable, allocates nothing, safe on any thread, the audio thread included.</remarks>
public readonly struct CounterRandom
{
    private const uint Multiplier0 = 0xD2511F53;
    private const uint Multiplier1 = 0xCD9E8D57;
    private const uint Weyl0 = 0x9E3779B9;
    private const uint Weyl1 = 0xBB67AE85;
    private const int Rounds = 10;

    private readonly ulong seed;
    private readonly uint stream;

    /// <summary>Creates the numbers of a stream.</summary>
    /// <param name="seed">The user's seed.</param>
    /// <param name="stream">What separates sequences of one seed: the index of the level.</param>
    public CounterRandom(ulong seed, uint stream)
    {
        this.seed = seed;
        this.stream = stream;
    }

    /// <summary>The number at an index, uniform in [0, 1) with 53 bits.</summary>
    public double Uniform(ulong index)
    {
        var (a, b, _, _) = Philox((uint)index, (uint)(index >> 32), stream, 0, (uint)seed, (uint)(seed >> 32));
        return ((((ulong)b << 32) | a) >> 11) * (1.0 / (1UL << 53));
    }

    /// <summary>The block function: 128 bits of counter under a key of 64 bits.</summary>
    internal static (uint A, uint B, uint C, uint D) Philox(uint c0, uint c1, uint c2, uint c3, uint key0, uint key1)
    {
        for (var round = 0; round < Rounds; round++)
        {
            var product0 = (ulong)Multiplier0 * c0;
            var product1 = (ulong)Multiplier1 * c2;
            c0 = (uint)(product1 >> 32) ^ c1 ^ key0;
            c1 = (uint)product1;
            c2 = (uint)(product0 >> 32) ^ c3 ^ key1;
            c3 = (uint)product0;
            key0 += Weyl0;
            key1 += Weyl1;
        }

        return (c0, c1, c2, c3);
    }
}
