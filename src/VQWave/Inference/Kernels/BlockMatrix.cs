namespace VQWave.Inference.Kernels;

/// <summary>
/// A matrix in 8 or 4 bits: columns in blocks, each with a scale for every row. A weight is scale × value.
/// </summary>
internal sealed class BlockMatrix
{
    /// <summary>Creates a matrix of zeros.</summary>
    /// <param name="rows">Outputs.</param>
    /// <param name="starts">First column of each block, ascending from 0, and at the end the number of columns.</param>
    /// <param name="bits">8 or 4.</param>
    public BlockMatrix(int rows, int[] starts, int bits)
    {
        Rows = rows;
        Starts = starts;
        Bits = bits;
        Values = new sbyte[checked(rows * Columns)];
        Scales = new float[rows * Blocks];
    }

    /// <summary>Outputs.</summary>
    public int Rows { get; }

    /// <summary>Inputs.</summary>
    public int Columns => Starts[^1];

    /// <summary>8 (values −128 … 127) or 4 (−8 … 7).</summary>
    public int Bits { get; }

    /// <summary>First column of each block, and at the end the number of columns.</summary>
    public int[] Starts { get; }

    /// <summary>Number of blocks.</summary>
    public int Blocks => Starts.Length - 1;

    /// <summary>The values: [rows × columns].</summary>
    public sbyte[] Values { get; }

    /// <summary>The scales: [rows × blocks].</summary>
    public float[] Scales { get; }
}
