using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace VQWave.Models;

/// <summary>An initialiser of an ONNX graph, its values as they lie in the file.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">ONNX element type.</param>
/// <param name="Dimensions">Its sizes.</param>
/// <param name="Raw">Its values in little-endian order.</param>
internal sealed record OnnxTensor(string Name, int Type, IReadOnlyList<long> Dimensions, ReadOnlyMemory<byte> Raw)
{
    public const int Float32 = 1;
    public const int UInt8 = 2;
    public const int Int64 = 7;
    public const int Float16 = 10;

    /// <summary>Number of values.</summary>
    /// <exception cref="InvalidDataException">The sizes are negative or too large for one array.</exception>
    public int Count
    {
        get
        {
            long count = 1;
            foreach (var size in Dimensions)
            {
                if (size is < 0 or > int.MaxValue || (count *= size) > int.MaxValue)
                {
                    throw new InvalidDataException($"'{Name}' has impossible sizes");
                }
            }

            return (int)count;
        }
    }

    /// <summary>Whether the sizes are these.</summary>
    public bool Has(params ReadOnlySpan<long> sizes)
    {
        if (sizes.Length != Dimensions.Count)
        {
            return false;
        }

        for (var i = 0; i < sizes.Length; i++)
        {
            if (Dimensions[i] != sizes[i])
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The values of a float32 or float16 tensor.</summary>
    /// <exception cref="InvalidDataException">It has another type, or not as many values as its sizes say.</exception>
    public float[] ToFloats()
    {
        var width = Type switch
        {
            Float32 => 4,
            Float16 => 2,
            _ => throw new InvalidDataException($"'{Name}' is no float32 or float16 tensor"),
        };
        var values = new float[CheckedCount(width)];
        if (Type == Float32 && BitConverter.IsLittleEndian)
        {
            Raw.Span.CopyTo(MemoryMarshal.AsBytes<float>(values));
            return values;
        }

        for (var i = Type == Float16 && BitConverter.IsLittleEndian ? WidenHalves(Raw.Span, values) : 0; i < values.Length; i++)
        {
            var at = Raw.Span.Slice(i * width, width);
            values[i] = width == 4 ? BinaryPrimitives.ReadSingleLittleEndian(at) : (float)BinaryPrimitives.ReadHalfLittleEndian(at);
        }

        return values;
    }

    /// <summary>The values of an int64 tensor.</summary>
    /// <exception cref="InvalidDataException">It has another type, or not as many values as its sizes say.</exception>
    public long[] ToIntegers()
    {
        if (Type != Int64)
        {
            throw new InvalidDataException($"'{Name}' is no int64 tensor");
        }

        var values = new long[CheckedCount(8)];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = BinaryPrimitives.ReadInt64LittleEndian(Raw.Span[(i * 8)..]);
        }

        return values;
    }

    /// <summary>The values of a uint8 tensor.</summary>
    /// <exception cref="InvalidDataException">It has another type, or not as many values as its sizes say.</exception>
    public ReadOnlySpan<byte> ToBytes()
    {
        if (Type != UInt8)
        {
            throw new InvalidDataException($"'{Name}' is no uint8 tensor");
        }

        return Raw.Span[..CheckedCount(1)];
    }

    // Halves to floats, eight at a time, up to the first eight of which one is not finite; returns how many are done. A half's exponent and fraction, moved
    // to where a float has them, are 2^112 too small, also for numbers below the smallest normal one.
    private static int WidenHalves(ReadOnlySpan<byte> raw, Span<float> values)
    {
        var halves = MemoryMarshal.Cast<byte, ushort>(raw);
        var magnitude = Vector128.Create(0x7fffu);
        var infinite = Vector128.Create(0x7c00u);
        var scale = Vector128.Create(BitConverter.UInt32BitsToSingle((127 + 112) << 23));
        var done = 0;
        for (; done + Vector128<ushort>.Count <= values.Length; done += Vector128<ushort>.Count)
        {
            var (low, high) = Vector128.Widen(Vector128.Create(halves[done..]));
            if (Vector128.GreaterThanOrEqualAny(low & magnitude, infinite) || Vector128.GreaterThanOrEqualAny(high & magnitude, infinite))
            {
                break;
            }

            Widen(low).CopyTo(values[done..]);
            Widen(high).CopyTo(values[(done + Vector128<uint>.Count)..]);
        }

        return done;

        Vector128<float> Widen(Vector128<uint> bits) =>
            (((bits & magnitude) << 13).AsSingle() * scale) | ((bits & Vector128.Create(0x8000u)) << 16).AsSingle();
    }

    private int CheckedCount(int width)
    {
        var count = Count;
        return (long)count * width == Raw.Length
            ? count
            : throw new InvalidDataException($"'{Name}' holds {Raw.Length} bytes where {(long)count * width} are expected");
    }
}
