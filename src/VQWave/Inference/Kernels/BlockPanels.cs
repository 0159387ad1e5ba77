using System.Runtime.CompilerServices;

namespace VQWave.Inference.Kernels;

/// <summary>
/// A <see cref="BlockMatrix"/> in panels. Activations are quantised to 8 bits with one scale for each block of columns, as ONNX Runtime's MatMulNBits does at
/// accuracy level 4, and products are summed in integers.
/// </summary>
/// <remarks>
/// Panel, block, step (4 columns in 8 bits, 8 in 4 bits), row, column of the step: 256 bytes a step. Columns that fill a block's last
/// step meet activations of 0; rows that fill the last panel have scales of 0.
/// </remarks>
internal sealed unsafe class BlockPanels : PackedMatrix
{
    private const int StepBytes = PanelRows * 4;

    private readonly KernelPath path;
    private readonly int bits;
    private readonly int[] starts;
    private readonly int[] steps;
    private readonly int totalSteps;
    private readonly AlignedMemory weights;
    private readonly AlignedMemory scales;

    /// <summary>Packs a matrix.</summary>
    /// <param name="matrix">The matrix, which is not kept.</param>
    /// <param name="path">The instructions to use, which the processor must have.</param>
    public BlockPanels(BlockMatrix matrix, KernelPath path)
        : base(matrix.Rows, matrix.Columns)
    {
        this.path = path;
        bits = matrix.Bits;
        starts = matrix.Starts;
        steps = new int[matrix.Blocks];
        for (var b = 0; b < steps.Length; b++)
        {
            steps[b] = (starts[b + 1] - starts[b] + StepColumns - 1) / StepColumns;
            totalSteps += steps[b];
        }

        weights = new AlignedMemory((long)Panels * totalSteps * StepBytes);
        scales = new AlignedMemory((long)Panels * steps.Length * PanelRows * sizeof(float));
        Pack(matrix);
    }

    /// <inheritdoc/>
    public override long Bytes => weights.Bytes + scales.Bytes;

    // Quantised activations, then for each block its sum and its scale.
    /// <inheritdoc/>
    public override int ScratchBytes => ActivationBytes + (steps.Length * 2 * sizeof(int));

    private int StepColumns => bits == 8 ? 4 : 8;

    private int ActivationBytes => ((totalSteps * StepColumns) + 15) / 16 * 16;

    /// <inheritdoc/>
    public override void Multiply(float* x, int xStride, float* y, int yStride, int voices, byte* scratch)
    {
        var stride = ScratchBytes;
        for (var v = 0; v < voices; v++)
        {
            Quantize(x + ((long)v * xStride), scratch + ((long)v * stride));
        }

        switch (path)
        {
            case KernelPath.AvxVnni:
                Run<VectorKernel<AvxVnniProducts>>(y, yStride, voices, scratch);
                break;
            case KernelPath.Avx2:
                Run<VectorKernel<Avx2Products>>(y, yStride, voices, scratch);
                break;
            default:
                Run<PortableKernel>(y, yStride, voices, scratch);
                break;
        }
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        weights.Dispose();
        scales.Dispose();
    }

    // A block of a panel (8 KiB of 128 columns in 8 bits) stays in the first cache while the voices take turns on it.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Run<TKernel>(float* y, int yStride, int voices, byte* scratch)
        where TKernel : struct, IBlockKernel
    {
        var w = weights.Pointer;
        var s = (float*)scales.Pointer;
        var scratchStride = ScratchBytes;
        var summary = ActivationBytes;
        var columns = StepColumns;
        for (var panel = 0; panel < Panels; panel++)
        {
            var at = 0;
            for (var b = 0; b < steps.Length; b++)
            {
                var count = steps[b];
                for (var v = 0; v < voices; v++)
                {
                    var own = scratch + ((long)v * scratchStride);
                    var sum = ((int*)(own + summary))[2 * b];
                    var scale = ((float*)(own + summary))[(2 * b) + 1];
                    var target = y + ((long)v * yStride) + (panel * PanelRows);
                    if (columns == 4)
                    {
                        TKernel.Product8(w, s, (sbyte*)own + at, count, sum, scale, target);
                    }
                    else
                    {
                        TKernel.Product4(w, s, (sbyte*)own + at, count, sum, scale, target);
                    }
                }

                at += count * columns;
                w += (long)count * StepBytes;
                s += PanelRows;
            }
        }
    }

    private void Quantize(float* x, byte* scratch)
    {
        var summary = scratch + ActivationBytes;
        var target = (sbyte*)scratch;
        for (var b = 0; b < steps.Length; b++)
        {
            var count = starts[b + 1] - starts[b];
            var padded = steps[b] * StepColumns;
            ((float*)summary)[(2 * b) + 1] = ActivationQuantizer.Quantize(x + starts[b], count, target, padded, out ((int*)summary)[2 * b]);
            target += padded;
        }
    }

    private void Pack(BlockMatrix matrix)
    {
        var w = weights.Pointer;
        var s = (float*)scales.Pointer;
        for (var panel = 0; panel < Panels; panel++)
        {
            for (var b = 0; b < steps.Length; b++)
            {
                for (var step = 0; step < steps[b]; step++, w += StepBytes)
                {
                    PackStep(matrix, panel * PanelRows, starts[b] + (step * StepColumns), starts[b + 1], (uint*)w);
                }

                for (var i = 0; i < PanelRows; i++)
                {
                    var row = (panel * PanelRows) + i;
                    *s++ = row < Rows ? matrix.Scales[(row * steps.Length) + b] : 0;
                }
            }
        }
    }

    // Four bytes for each row: the offsets of 128 and of 8 flip the highest bit of each value.
    private void PackStep(BlockMatrix matrix, int firstRow, int column, int end, uint* target)
    {
        fixed (sbyte* values = matrix.Values)
        {
            var rows = Math.Clamp(Rows - firstRow, 0, PanelRows);
            for (var i = 0; i < PanelRows; i++)
            {
                var from = values + ((long)(firstRow + i) * matrix.Columns);
                var first = i < rows ? FourValues(from, column, end) : 0;
                if (bits == 8)
                {
                    target[i] = first ^ 0x80808080;
                    continue;
                }

                var second = i < rows ? FourValues(from, column + 4, end) : 0;
                target[i] = ((first & 0x0f0f0f0f) ^ 0x08080808) | (((second & 0x0f0f0f0f) ^ 0x08080808) << 4);
            }
        }
    }

    // The earliest column in the lowest byte; 0 beyond the end.
    private static uint FourValues(sbyte* row, int column, int end)
    {
        uint four = 0;
        for (var i = Math.Min(4, end - column) - 1; i >= 0; i--)
        {
            four = (four << 8) | (byte)row[column + i];
        }

        return four;
    }
}
