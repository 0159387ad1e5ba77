using System.Runtime.Intrinsics;

namespace VQWave.Inference.Kernels;

/// <summary>A block of activations to 8 bits: scale = largest magnitude / 127, values rounded to nearest, ties to even.</summary>
/// <remarks>Real-time safe. 128-bit vectors, the same operations on every processor.</remarks>
internal static unsafe class ActivationQuantizer
{
    private const float Largest = 127;

    // 1.5 × 2^23: adding it to a small number leaves that number, rounded to nearest even, in the low bits.
    private const float Rounding = 12582912;
    private const int RoundingBits = 0x4B40_0000;

    /// <summary>Quantises a block.</summary>
    /// <param name="x">The values.</param>
    /// <param name="count">How many.</param>
    /// <param name="target">The quantised ones, followed by zeros.</param>
    /// <param name="padded">Length of the target, a multiple of 4.</param>
    /// <param name="sum">Sum of the quantised values.</param>
    /// <returns>The scale; NaN where a value is not finite, so that the product is not either.</returns>
    public static float Quantize(float* x, int count, sbyte* target, int padded, out int sum)
    {
        var scale = Magnitude(x, count) / Largest;
        var inverse = scale > 0 ? 1 / scale : 0;
        sum = 0;
        if (!float.IsFinite(scale) || !float.IsFinite(inverse))
        {
            new Span<sbyte>(target, padded).Clear();
            return float.IsFinite(scale) ? 0 : float.NaN;
        }

        var factor = Vector128.Create(inverse);
        var rounding = Vector128.Create(Rounding);
        var sums = Vector128<int>.Zero;
        var i = 0;
        for (; i + 16 <= count; i += 16)
        {
            var q0 = Round(Vector128.Load(x + i), factor, rounding);
            var q1 = Round(Vector128.Load(x + i + 4), factor, rounding);
            var q2 = Round(Vector128.Load(x + i + 8), factor, rounding);
            var q3 = Round(Vector128.Load(x + i + 12), factor, rounding);
            sums += q0 + q1 + q2 + q3;
            Vector128.Narrow(Vector128.Narrow(q0, q1), Vector128.Narrow(q2, q3)).Store(target + i);
        }

        sum = Vector128.Sum(sums);
        for (; i < count; i++)
        {
            var q = Round(Vector128.CreateScalar(x[i]), factor, rounding).ToScalar();
            target[i] = (sbyte)q;
            sum += q;
        }

        for (; i < padded; i++)
        {
            target[i] = 0;
        }

        return scale;
    }

    private static Vector128<int> Round(Vector128<float> x, Vector128<float> factor, Vector128<float> rounding)
    {
        var rounded = ((x * factor) + rounding).AsInt32() - Vector128.Create(RoundingBits);
        return Vector128.Min(Vector128.Max(rounded, Vector128.Create(-127)), Vector128.Create(127));
    }

    // Magnitudes of floats are ordered as their bits are, infinities and NaNs above all others.
    private static float Magnitude(float* x, int count)
    {
        var mask = Vector128.Create(int.MaxValue);
        var largest = Vector128<int>.Zero;
        var i = 0;
        for (; i + 4 <= count; i += 4)
        {
            largest = Vector128.Max(largest, Vector128.Load((int*)x + i) & mask);
        }

        var most = Math.Max(Math.Max(largest[0], largest[1]), Math.Max(largest[2], largest[3]));
        for (; i < count; i++)
        {
            most = Math.Max(most, ((int*)x)[i] & int.MaxValue);
        }

        return BitConverter.Int32BitsToSingle(most);
    }
}
