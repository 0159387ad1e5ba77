using System.Runtime.InteropServices;
using VQWave.OnnxExport.Onnx;
using DataType = VQWave.OnnxExport.Onnx.TensorProto.Types.DataType;

namespace VQWave.OnnxExport;

/// <summary>Values of weights in and out of ONNX.</summary>
internal static class TensorValues
{
    /// <summary>The values of a float32 or float16 initialiser; null where it is neither, or where bytes and shape do not fit.</summary>
    public static float[]? Read(TensorProto tensor)
    {
        var count = tensor.Dims.Aggregate(1L, (product, size) => product * size);
        var bytes = tensor.RawData.Span;
        return (DataType)tensor.DataType switch
        {
            DataType.Float when bytes.Length == count * sizeof(float) => MemoryMarshal.Cast<byte, float>(bytes).ToArray(),
            DataType.Float16 when bytes.Length == count * 2 => Array.ConvertAll(
                MemoryMarshal.Cast<byte, Half>(bytes).ToArray(),
                h => (float)h
            ),
            _ => null,
        };
    }

    /// <summary>A matrix of rows × columns, in row-major order, as columns × rows.</summary>
    public static float[] Transpose(ReadOnlySpan<float> data, int rows, int columns)
    {
        var result = new float[data.Length];
        for (var r = 0; r < rows; r++)
        {
            for (var c = 0; c < columns; c++)
            {
                result[(c * rows) + r] = data[(r * columns) + c];
            }
        }

        return result;
    }
}
