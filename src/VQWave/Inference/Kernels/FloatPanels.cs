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
                for (var v = 0; v < voices; v++)
                {
                    Product(w, x + ((long)v * xStride) + start, count, y + ((long)v * yStride) + (panel * PanelRows));
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
