using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using VQWave.Models;

namespace VQWave.Inference.Kernels;

/// <summary>
/// The gates' functions for eight values at once, from the same rounded operations on every processor. Errors are absolute, against double
/// precision: <see cref="Sigmoid"/> and <see cref="Tanh"/> 3e-7, the ELU 3e-7; <see cref="Exp"/> is within 3e-7 of the value. Real-time safe.
/// </summary>
internal static unsafe class VectorMath
{
    private const float Log2E = 1.44269504f;

    // ln 2 in two parts: the first has so few bits that its product with an exponent is exact (Cody and Waite).
    private const float LnHigh = 0.693359375f;
    private const float LnLow = -2.12194440e-4f;

    // Beyond these the result would not be a normal number.
    private const float Least = -87;
    private const float Most = 88;

    // 1.5 × 2^23: adding it to a small number leaves that number, rounded to nearest, in the low bits.
    private const float Rounding = 12582912;
    private const int RoundingBits = 0x4B40_0000;

    /// <summary>e^x: 2^n e^r with |r| ≤ ln 2 / 2, e^r by Taylor's series to the seventh power. x is limited to −87 … 88.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Exp(Vector256<float> x)
    {
        x = Vector256.Min(Vector256.Max(x, Vector256.Create(Least)), Vector256.Create(Most));
        var shifted = Fused(x, Log2E, Vector256.Create(Rounding));
        var n = shifted - Vector256.Create(Rounding);
        var r = Fused(n, -LnHigh, x);
        r = Fused(n, -LnLow, r);
        var p = Vector256.Create(1f / 5040);
        p = Vector256.FusedMultiplyAdd(p, r, Vector256.Create(1f / 720));
        p = Vector256.FusedMultiplyAdd(p, r, Vector256.Create(1f / 120));
        p = Vector256.FusedMultiplyAdd(p, r, Vector256.Create(1f / 24));
        p = Vector256.FusedMultiplyAdd(p, r, Vector256.Create(1f / 6));
        p = Vector256.FusedMultiplyAdd(p, r, Vector256.Create(0.5f));
        p = Vector256.FusedMultiplyAdd(p, r, Vector256<float>.One);
        p = Vector256.FusedMultiplyAdd(p, r, Vector256<float>.One);
        var exponent = shifted.AsInt32() - Vector256.Create(RoundingBits - 127);
        return p * (exponent << 23).AsSingle();
    }

    /// <summary>1 / (1 + e^−x).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Sigmoid(Vector256<float> x) => Vector256<float>.One / (Vector256<float>.One + Exp(-x));

    /// <summary>2 / (1 + e^−2x) − 1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Tanh(Vector256<float> x)
    {
        var two = Vector256.Create(2f);
        return (two / (Vector256<float>.One + Exp(x * -two))) - Vector256<float>.One;
    }

    /// <summary>x where it is positive, otherwise e^x − 1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Elu(Vector256<float> x) =>
        Vector256.ConditionalSelect(
            Vector256.GreaterThan(x, Vector256<float>.Zero),
            x,
            Exp(Vector256.Min(x, Vector256<float>.Zero)) - Vector256<float>.One
        );

    /// <summary>One layer's step: c ← σ(f) c + σ(i) tanh(g), h ← σ(o) tanh(c).</summary>
    /// <param name="gates">i, f, g, o, one after the other; readable to eight values beyond.</param>
    /// <param name="cell">The cell state; room for a multiple of eight.</param>
    /// <param name="hidden">The hidden state; room for a multiple of eight.</param>
    /// <param name="units">Number of units.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void LstmStep(float* gates, float* cell, float* hidden, int units)
    {
        for (var i = 0; i < units; i += 8)
        {
            var input = Sigmoid(Vector256.Load(gates + i));
            var forget = Sigmoid(Vector256.Load(gates + units + i));
            var candidate = Tanh(Vector256.Load(gates + (2 * units) + i));
            var output = Sigmoid(Vector256.Load(gates + (3 * units) + i));
            var next = Vector256.FusedMultiplyAdd(forget, Vector256.Load(cell + i), input * candidate);
            next.Store(cell + i);
            (output * Tanh(next)).Store(hidden + i);
        }
    }

    /// <summary>An activation in place, for a multiple of eight values.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Activate(Activation activation, float* values, int count)
    {
        if (activation == Activation.Elu)
        {
            Elu(values, count);
            return;
        }

        for (var i = 0; i < count && activation == Activation.Tanh; i += 8)
        {
            Tanh(Vector256.Load(values + i)).Store(values + i);
        }
    }

    /// <summary>The ELU in place, for a multiple of eight values.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Elu(float* values, int count)
    {
        for (var i = 0; i < count; i += 8)
        {
            Elu(Vector256.Load(values + i)).Store(values + i);
        }
    }

    private static Vector256<float> Fused(Vector256<float> a, float b, Vector256<float> c) =>
        Vector256.FusedMultiplyAdd(a, Vector256.Create(b), c);
}
