using System.Numerics;
using System.Runtime.CompilerServices;

namespace VQWave.Torch;

public unsafe partial class Tensor
{
    /// <summary>The only element of a tensor of one element, converted to <typeparamref name="T"/>.</summary>
    /// <exception cref="TorchException">There are more elements, or none.</exception>
    public T item<T>()
        where T : unmanaged, INumberBase<T>
    {
        if (dtype is ScalarType.Int64 or ScalarType.Int32 or ScalarType.Int16 or ScalarType.Int8 or ScalarType.UInt8 or ScalarType.Bool)
        {
            return T.CreateChecked(ToInt64());
        }

        return T.CreateChecked(ToDouble());
    }

    /// <summary>The only element as a single.</summary>
    /// <exception cref="TorchException">There are more elements, or none.</exception>
    public float ToSingle() => (float)ToDouble();

    /// <summary>The only element as a double.</summary>
    /// <exception cref="TorchException">There are more elements, or none.</exception>
    public double ToDouble()
    {
        Check(Native.vqt_item_double(Handle, out double value), this, operation: nameof(item));
        return value;
    }

    /// <summary>The only element as an integer; a fraction is cut off.</summary>
    /// <exception cref="TorchException">There are more elements, or none.</exception>
    public long ToInt64()
    {
        Check(Native.vqt_item_int64(Handle, out long value), this, operation: nameof(item));
        return value;
    }

    /// <summary>The only element as a Boolean: whether it is not zero.</summary>
    /// <exception cref="TorchException">There are more elements, or none.</exception>
    public bool ToBoolean() => ToDouble() != 0;

    /// <summary>All elements in row-major order, from any device and any strides.</summary>
    /// <exception cref="TorchException"><typeparamref name="T"/> is not the element type.</exception>
    public T[] ToArray<T>()
        where T : unmanaged
    {
        RequireElement<T>();
        T[] result = new T[numel];
        CopyTo<T>(result);
        return result;
    }

    /// <summary>Copies all elements in row-major order.</summary>
    /// <exception cref="TorchException"><typeparamref name="T"/> is not the element type, or the span is too short.</exception>
    public void CopyTo<T>(Span<T> destination)
        where T : unmanaged
    {
        RequireElement<T>();
        if (destination.Length < numel)
        {
            throw new TorchException($"CopyTo: {Describe(this)} does not fit into {destination.Length} elements.");
        }

        fixed (T* memory = destination)
        {
            Check(Native.vqt_copy_to(Handle, memory), this);
        }
    }

    /// <summary>Overwrites all elements, in row-major order.</summary>
    /// <exception cref="TorchException"><typeparamref name="T"/> is not the element type, or the count differs.</exception>
    public Tensor CopyFrom<T>(ReadOnlySpan<T> source)
        where T : unmanaged
    {
        RequireElement<T>();
        if (source.Length != numel)
        {
            throw new TorchException($"CopyFrom: {source.Length} elements do not fill {Describe(this)}.");
        }

        fixed (T* memory = source)
        {
            Check(Native.vqt_copy_from(Handle, memory), this);
        }

        return this;
    }

    internal byte[] ToBytes()
    {
        byte[] result = new byte[numel * element_size];
        fixed (byte* memory = result)
        {
            Check(Native.vqt_copy_to(Handle, memory), this);
        }

        return result;
    }

    // The type whose array holds a tensor's elements; a ushort holds the bits of a bfloat16, which .NET does not have.
    internal static bool Holds<T>(ScalarType type) =>
        type switch
        {
            ScalarType.Float32 => typeof(T) == typeof(float),
            ScalarType.Float64 => typeof(T) == typeof(double),
            ScalarType.Int64 => typeof(T) == typeof(long),
            ScalarType.Int32 => typeof(T) == typeof(int),
            ScalarType.Int16 => typeof(T) == typeof(short),
            ScalarType.Int8 => typeof(T) == typeof(sbyte),
            ScalarType.UInt8 => typeof(T) == typeof(byte),
            ScalarType.Bool => typeof(T) == typeof(bool),
            ScalarType.Float16 => typeof(T) == typeof(Half),
            ScalarType.BFloat16 => typeof(T) == typeof(ushort),
            ScalarType.ComplexFloat64 => typeof(T) == typeof(Complex),
            _ => false,
        };

    private void RequireElement<T>([CallerMemberName] string operation = "")
        where T : unmanaged
    {
        if (!Holds<T>(dtype))
        {
            throw new TorchException($"{operation}: {Describe(this)} does not hold {typeof(T).Name}; convert it with to() first.");
        }
    }
}
