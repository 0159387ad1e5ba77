using System.Numerics;

namespace VQWave.Training.Data;

/// <summary>
/// xoshiro256** (Blackman and Vigna, 2018), seeded through SplitMix64: a generator whose whole state can be written into a
/// checkpoint, so that a resumed run draws what the uninterrupted one would have drawn.
/// </summary>
public sealed class Xoshiro
{
    private readonly ulong[] _state = new ulong[4];

    /// <summary>Seeds the generator.</summary>
    public Xoshiro(ulong seed)
    {
        for (var i = 0; i < 4; i++)
        {
            seed += 0x9E3779B97F4A7C15;
            var z = seed;
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
            _state[i] = z ^ (z >> 31);
        }
    }

    /// <summary>The state: four words.</summary>
    public long[] State
    {
        get => Array.ConvertAll(_state, s => unchecked((long)s));
        set
        {
            ArgumentOutOfRangeException.ThrowIfNotEqual(value.Length, 4);
            for (var i = 0; i < 4; i++)
            {
                _state[i] = unchecked((ulong)value[i]);
            }
        }
    }

    /// <summary>64 random bits.</summary>
    public ulong Next()
    {
        var s = _state;
        var result = BitOperations.RotateLeft(s[1] * 5, 7) * 9;
        var t = s[1] << 17;
        s[2] ^= s[0];
        s[3] ^= s[1];
        s[1] ^= s[2];
        s[0] ^= s[3];
        s[2] ^= t;
        s[3] = BitOperations.RotateLeft(s[3], 45);
        return result;
    }

    /// <summary>A whole number from 0 to below <paramref name="bound"/>.</summary>
    public long Below(long bound)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bound, 1);
        return (long)Math.BigMul(Next(), (ulong)bound, out _);
    }

    /// <summary>A number in [0, 1).</summary>
    public double NextDouble() => (Next() >> 11) * (1.0 / (1UL << 53));
}
