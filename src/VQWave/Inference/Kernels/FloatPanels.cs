using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace VQWave.Inference.Kernels;

/// <summary>
/// A float32 matrix in panels: panel, column, row. Each row is summed from the first column to the last with fused multiplications and
/// additions, whatever the processor's vectors.
/// </summary>
internal sealed unsafe class FloatPanels : PackedMatrix
{
    // Columns of a panel that stay in the first cache while the voices take turns on them: 16 KiB.
    private const int Chunk = 64;

    private readonly AlignedMemory weights;

    /// <summary>Packs a matrix.</summary>
    /// <param name="rows">Outputs.</param>
    /// <param name="columns">Inputs.</param>
    /// <param name="values">[columns × rows], not kept.</param>
    public FloatPanels(int rows, int columns, ReadOnlySpan<float> values)
        : base(rows, columns)
    {
        weights = new AlignedMemory((long)PaddedRows * columns * sizeof(float));
        var target = (float*)weights.Pointer;
        for (var panel = 0; panel < Panels; panel++)
        {
            var count = Math.Min(PanelRows, rows - (panel * PanelRows));
            for (var column = 0; column < columns; column++)
            {
                values.Slice((column * rows) + (panel * PanelRows), count).CopyTo(new Span<float>(target, PanelRows));
                target += PanelRows;
            }
        }
    }

    /// <inheritdoc/>
    public override long Bytes => weights.Bytes;

    /// <inheritdoc/>
    public override int ScratchBytes => 0;

    /// <inheritdoc/>
    public override void Multiply(float* x, int xStride, float* y, int yStride, int voices, byte* scratch)
    {
        if (Fma.IsSupported)
        {
            MultiplyVectors(x, xStride, y, yStride, voices);
        }
        else
        {
            MultiplyScalars(x, xStride, y, yStride, voices);
        }
    }

    /// <inheritdoc/>
    public override void Dispose() => weights.Dispose();

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void MultiplyVectors(float* x, int xStride, float* y, int yStride, int voices)
    {
        var w = (float*)weights.Pointer;
        for (var panel = 0; panel < Panels; panel++)
        {
            for (var start = 0; start < Columns; start += Chunk)
            {
                var count = Math.Min(Chunk, Columns - start);
                var from = x + start;
                var to = y + (panel * PanelRows);
                var v = 0;
                if (Vector512.IsHardwareAccelerated)
                {
                    for (; v + 4 <= voices; v += 4)
                    {
                        FourProducts(w, from + ((long)v * xStride), xStride, count, to + ((long)v * yStride), yStride);
                    }
                }

                for (; v < voices; v++)
                {
                    Product(w, from + ((long)v * xStride), count, to + ((long)v * yStride));
                }

                w += (long)count * PanelRows;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Product(float* w, float* x, int count, float* y)
    {
        var y0 = Vector256.Load(y);
        var y1 = Vector256.Load(y + 8);
        var y2 = Vector256.Load(y + 16);
        var y3 = Vector256.Load(y + 24);
        var y4 = Vector256.Load(y + 32);
        var y5 = Vector256.Load(y + 40);
        var y6 = Vector256.Load(y + 48);
        var y7 = Vector256.Load(y + 56);
        var end = x + count;
        for (; x < end; x++, w += PanelRows)
        {
            var a = Vector256.Create(*x);
            y0 = Fma.MultiplyAdd(Vector256.Load(w), a, y0);
            y1 = Fma.MultiplyAdd(Vector256.Load(w + 8), a, y1);
            y2 = Fma.MultiplyAdd(Vector256.Load(w + 16), a, y2);
            y3 = Fma.MultiplyAdd(Vector256.Load(w + 24), a, y3);
            y4 = Fma.MultiplyAdd(Vector256.Load(w + 32), a, y4);
            y5 = Fma.MultiplyAdd(Vector256.Load(w + 40), a, y5);
            y6 = Fma.MultiplyAdd(Vector256.Load(w + 48), a, y6);
            y7 = Fma.MultiplyAdd(Vector256.Load(w + 56), a, y7);
        }

        y0.Store(y);
        y1.Store(y + 8);
        y2.Store(y + 16);
        y3.Store(y + 24);
        y4.Store(y + 32);
        y5.Store(y + 40);
        y6.Store(y + 48);
        y7.Store(y + 56);
    }

    // Sixteen sums of sixteen rows: each weight that is read serves four voices.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void FourProducts(float* w, float* x, int xStride, int count, float* y, int yStride)
    {
        var yb = y + yStride;
        var yc = yb + yStride;
        var yd = yc + yStride;
        var a0 = Vector512.Load(y);
        var a1 = Vector512.Load(y + 16);
        var a2 = Vector512.Load(y + 32);
        var a3 = Vector512.Load(y + 48);
        var b0 = Vector512.Load(yb);
        var b1 = Vector512.Load(yb + 16);
        var b2 = Vector512.Load(yb + 32);
        var b3 = Vector512.Load(yb + 48);
        var c0 = Vector512.Load(yc);
        var c1 = Vector512.Load(yc + 16);
        var c2 = Vector512.Load(yc + 32);
        var c3 = Vector512.Load(yc + 48);
        var d0 = Vector512.Load(yd);
        var d1 = Vector512.Load(yd + 16);
        var d2 = Vector512.Load(yd + 32);
        var d3 = Vector512.Load(yd + 48);
        var xb = x + xStride;
        var xc = xb + xStride;
        var xd = xc + xStride;
        for (var i = 0; i < count; i++, w += PanelRows)
        {
            var w0 = Vector512.Load(w);
            var w1 = Vector512.Load(w + 16);
            var w2 = Vector512.Load(w + 32);
            var w3 = Vector512.Load(w + 48);
            var a = Vector512.Create(x[i]);
            a0 = Vector512.FusedMultiplyAdd(w0, a, a0);
            a1 = Vector512.FusedMultiplyAdd(w1, a, a1);
            a2 = Vector512.FusedMultiplyAdd(w2, a, a2);
            a3 = Vector512.FusedMultiplyAdd(w3, a, a3);
            var b = Vector512.Create(xb[i]);
            b0 = Vector512.FusedMultiplyAdd(w0, b, b0);
            b1 = Vector512.FusedMultiplyAdd(w1, b, b1);
            b2 = Vector512.FusedMultiplyAdd(w2, b, b2);
            b3 = Vector512.FusedMultiplyAdd(w3, b, b3);
            var c = Vector512.Create(xc[i]);
            c0 = Vector512.FusedMultiplyAdd(w0, c, c0);
            c1 = Vector512.FusedMultiplyAdd(w1, c, c1);
            c2 = Vector512.FusedMultiplyAdd(w2, c, c2);
            c3 = Vector512.FusedMultiplyAdd(w3, c, c3);
            var d = Vector512.Create(xd[i]);
            d0 = Vector512.FusedMultiplyAdd(w0, d, d0);
            d1 = Vector512.FusedMultiplyAdd(w1, d, d1);
            d2 = Vector512.FusedMultiplyAdd(w2, d, d2);
            d3 = Vector512.FusedMultiplyAdd(w3, d, d3);
        }

        a0.Store(y);
        a1.Store(y + 16);
        a2.Store(y + 32);
        a3.Store(y + 48);
        b0.Store(yb);
        b1.Store(yb + 16);
        b2.Store(yb + 32);
        b3.Store(yb + 48);
        c0.Store(yc);
        c1.Store(yc + 16);
        c2.Store(yc + 32);
        c3.Store(yc + 48);
        d0.Store(yd);
        d1.Store(yd + 16);
        d2.Store(yd + 32);
        d3.Store(yd + 48);
    }

    private void MultiplyScalars(float* x, int xStride, float* y, int yStride, int voices)
    {
        var w = (float*)weights.Pointer;
        for (var panel = 0; panel < Panels; panel++)
        {
            for (var column = 0; column < Columns; column++, w += PanelRows)
            {
                for (var v = 0; v < voices; v++)
                {
                    var a = x[((long)v * xStride) + column];
                    var target = y + ((long)v * yStride) + (panel * PanelRows);
                    for (var i = 0; i < PanelRows; i++)
                    {
                        target[i] = MathF.FusedMultiplyAdd(w[i], a, target[i]);
                    }
                }
            }
        }
    }
}
