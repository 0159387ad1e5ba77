using VQWave.Models;

namespace VQWave.OnnxExport.Quantization;

/// <summary>
/// A matrix as ONNX Runtime's MatMulNBits holds it: <c>scale × (q − zero)</c>, with a scale for each block of columns of each row and a fixed
/// zero of half the range.
/// </summary>
internal sealed class QuantizedMatrix
{
    /// <summary>Packs values; columns that fill up the last block must be zero already.</summary>
    /// <param name="rows">Outputs.</param>
    /// <param name="columns">Inputs.</param>
    /// <param name="format">Bits and block.</param>
    /// <param name="levels">q less its zero, [rows, blocks × block].</param>
    /// <param name="scales">[rows, blocks].</param>
    public QuantizedMatrix(int rows, int columns, QuantizedMatrixFormat format, sbyte[] levels, float[] scales)
    {
        Rows = rows;
        Columns = columns;
        Format = format;
        Scales = scales;
        var zero = Zero(format.Bits);
        if (format.Bits == 8)
        {
            Values = Array.ConvertAll(levels, l => (byte)(l + zero));
            return;
        }

        Values = new byte[levels.Length / 2];
        for (var i = 0; i < Values.Length; i++)
        {
            Values[i] = (byte)((levels[2 * i] + zero) | ((levels[(2 * i) + 1] + zero) << 4));
        }
    }

    /// <summary>Outputs, N.</summary>
    public int Rows { get; }

    /// <summary>Inputs, K.</summary>
    public int Columns { get; }

    /// <summary>Bits and block.</summary>
    public QuantizedMatrixFormat Format { get; }

    /// <summary>Blocks of a row.</summary>
    public int Blocks => (Columns + Format.Block - 1) / Format.Block;

    /// <summary>[rows, blocks, block × bits / 8], with 4 bits the even column in the low half of a byte.</summary>
    public byte[] Values { get; }

    /// <summary>[rows, blocks].</summary>
    public float[] Scales { get; }

    /// <summary>The q that means 0: what ONNX Runtime assumes where no zero points are given.</summary>
    public static int Zero(int bits) => 1 << (bits - 1);

    /// <summary>The weights that are meant, [rows, columns].</summary>
    public float[] Dequantize()
    {
        var result = new float[Rows * Columns];
        var width = Blocks * Format.Block;
        var zero = Zero(Format.Bits);
        for (var r = 0; r < Rows; r++)
        {
            for (var c = 0; c < Columns; c++)
            {
                var at = (r * width) + c;
                var q = Format.Bits == 8 ? Values[at] : (Values[at / 2] >> (4 * (at & 1))) & 15;
                result[(r * Columns) + c] = Scales[(r * Blocks) + (c / Format.Block)] * (q - zero);
            }
        }

        return result;
    }
}
