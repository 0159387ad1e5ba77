using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace VQWave.Inference.Kernels;

/// <summary>128-bit vectors through .NET's portable operations: four rows of four columns at a time, widened to 16 bits.</summary>
internal readonly unsafe struct PortableKernel : IBlockKernel
{
    private const int Quarters = 16;

    public static void Product8(byte* weights, float* scales, sbyte* activations, int steps, int sum, float activationScale, float* y)
    {
        for (var quarter = 0; quarter < Quarters; quarter++)
        {
            var sums = default(RowSums);
            for (var s = 0; s < steps; s++)
            {
                sums.Add(Vector128.Load(weights + (s * 256) + (quarter * 16)), 128, activations + (s * 4));
            }

            sums.Accumulate(scales + (quarter * 4), activationScale, y + (quarter * 4));
        }
    }

    public static void Product4(byte* weights, float* scales, sbyte* activations, int steps, int sum, float activationScale, float* y)
    {
        var mask = Vector128.Create((byte)15);
        for (var quarter = 0; quarter < Quarters; quarter++)
        {
            var sums = default(RowSums);
            for (var s = 0; s < steps; s++)
            {
                var w = Vector128.Load(weights + (s * 256) + (quarter * 16));
                sums.Add(w & mask, 8, activations + (s * 8));
                sums.Add(w >>> 4, 8, activations + (s * 8) + 4);
            }

            sums.Accumulate(scales + (quarter * 4), activationScale, y + (quarter * 4));
        }
    }

    // One vector for each row, a lane for each column of a step.
    private struct RowSums
    {
        private Vector128<int> row0;
        private Vector128<int> row1;
        private Vector128<int> row2;
        private Vector128<int> row3;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Add(Vector128<byte> weights, short offset, sbyte* activations)
        {
            var a = Vector128.WidenLower(Vector128.Create(*(int*)activations).AsSByte());
            var (first, second) = Vector128.Widen(weights);
            var (p0, p1) = Vector128.Widen((first.AsInt16() - Vector128.Create(offset)) * a);
            var (p2, p3) = Vector128.Widen((second.AsInt16() - Vector128.Create(offset)) * a);
            row0 += p0;
            row1 += p1;
            row2 += p2;
            row3 += p3;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly void Accumulate(float* scales, float activationScale, float* y)
        {
            y[0] = MathF.FusedMultiplyAdd(Vector128.Sum(row0), scales[0] * activationScale, y[0]);
            y[1] = MathF.FusedMultiplyAdd(Vector128.Sum(row1), scales[1] * activationScale, y[1]);
            y[2] = MathF.FusedMultiplyAdd(Vector128.Sum(row2), scales[2] * activationScale, y[2]);
            y[3] = MathF.FusedMultiplyAdd(Vector128.Sum(row3), scales[3] * activationScale, y[3]);
        }
    }
}
