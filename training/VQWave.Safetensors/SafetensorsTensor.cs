using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace VQWave.Safetensors;

/// <summary>One tensor of a safetensors file.</summary>
public sealed class SafetensorsTensor
{
    /// <summary>A tensor of these bytes.</summary>
    /// <param name="dType">The format's name of the element type, such as F32.</param>
    /// <param name="shape">The sizes; none for a single number.</param>
    /// <param name="data">The elements in row-major order, little-endian; kept, not copied.</param>
    /// <exception cref="SafetensorsException">The type is unknown, a size is negative, or the byte count does not follow.</exception>
    public SafetensorsTensor(string dType, long[] shape, byte[] data)
    {
        ArgumentNullException.ThrowIfNull(dType);
        ArgumentNullException.ThrowIfNull(shape);
        ArgumentNullException.ThrowIfNull(data);
        long? bytes = ByteCount(dType, shape);
        if (bytes is null)
        {
            throw new SafetensorsException($"A tensor of type {dType} and sizes [{string.Join(',', shape)}] cannot be.");
        }

        if (bytes != data.Length)
        {
            throw new SafetensorsException($"A tensor {dType}[{string.Join(',', shape)}] takes {bytes} bytes, not {data.Length}.");
        }

        (DType, Shape, Data) = (dType, shape, data);
    }

    /// <summary>The format's name of the element type: F64, F32, F16, BF16, I64, I32, I16, I8, U8 or BOOL.</summary>
    public string DType { get; }

    /// <summary>The sizes; none for a single number.</summary>
    public long[] Shape { get; }

    /// <summary>The elements in row-major order, little-endian.</summary>
    public byte[] Data { get; }

    /// <summary>The number of elements.</summary>
    public long Count => Data.Length / ElementSize(DType);

    /// <summary>A tensor of singles.</summary>
    /// <exception cref="SafetensorsException">The sizes do not make up the number of elements.</exception>
    public static SafetensorsTensor FromFloats(ReadOnlySpan<float> values, params ReadOnlySpan<long> shape)
    {
        byte[] data = new byte[values.Length * sizeof(float)];
        if (BitConverter.IsLittleEndian)
        {
            MemoryMarshal.AsBytes(values).CopyTo(data);
        }
        else
        {
            for (int i = 0; i < values.Length; i++)
            {
                BinaryPrimitives.WriteSingleLittleEndian(data.AsSpan(i * sizeof(float)), values[i]);
            }
        }

        return new SafetensorsTensor("F32", shape.ToArray(), data);
    }

    /// <summary>The elements as singles, from any floating-point type; doubles are rounded.</summary>
    /// <exception cref="SafetensorsException">The elements are not of floating point.</exception>
    public float[] ToFloats()
    {
        ReadOnlySpan<byte> data = Data;
        float[] values = new float[Count];
        switch (DType)
        {
            case "F32" when BitConverter.IsLittleEndian:
                MemoryMarshal.Cast<byte, float>(data).CopyTo(values);
                break;
            case "F32":
                for (int i = 0; i < values.Length; i++)
                {
                    values[i] = BinaryPrimitives.ReadSingleLittleEndian(data[(4 * i)..]);
                }

                break;
            case "F64":
                for (int i = 0; i < values.Length; i++)
                {
                    values[i] = (float)BinaryPrimitives.ReadDoubleLittleEndian(data[(8 * i)..]);
                }

                break;
            case "F16":
                for (int i = 0; i < values.Length; i++)
                {
                    values[i] = (float)BinaryPrimitives.ReadHalfLittleEndian(data[(2 * i)..]);
                }

                break;
            case "BF16":
                // A bfloat16 is the upper half of a single.
                for (int i = 0; i < values.Length; i++)
                {
                    values[i] = BitConverter.Int32BitsToSingle(BinaryPrimitives.ReadUInt16LittleEndian(data[(2 * i)..]) << 16);
                }

                break;
            default:
                throw new SafetensorsException($"A tensor of type {DType} does not hold floating-point numbers.");
        }

        return values;
    }

    // Bytes of one element, or 0 for an unknown type.
    internal static int ElementSize(string dType) =>
        dType switch
        {
            "F64" or "I64" or "U64" => 8,
            "F32" or "I32" or "U32" => 4,
            "F16" or "BF16" or "I16" or "U16" => 2,
            "I8" or "U8" or "BOOL" => 1,
            _ => 0,
        };

    // Bytes of a tensor, or null where the type is unknown, a size is negative or the product overflows.
    internal static long? ByteCount(string dType, ReadOnlySpan<long> shape)
    {
        long bytes = ElementSize(dType);
        if (bytes == 0)
        {
            return null;
        }

        bool empty = false;
        foreach (long size in shape)
        {
            if (size < 0)
            {
                return null;
            }

            empty |= size == 0;
        }

        if (empty)
        {
            return 0;
        }

        foreach (long size in shape)
        {
            if (bytes > long.MaxValue / size)
            {
                return null;
            }

            bytes *= size;
        }

        return bytes;
    }
}
