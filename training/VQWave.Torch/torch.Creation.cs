namespace VQWave.Torch;

public static partial class torch
{
    /// <summary>Unset memory, singles on the processor.</summary>
    public static Tensor empty(params ReadOnlySpan<long> size) => empty(size, ScalarType.Float32);

    /// <summary>Unset memory.</summary>
    /// <exception cref="TorchException">A size is negative, or memory is short.</exception>
    public static Tensor empty(
        ReadOnlySpan<long> size,
        ScalarType dtype = ScalarType.Float32,
        Device device = default,
        bool requires_grad = false
    ) => Finish(Tensor.Made(Native.vqt_empty(size, size.Length, (int)dtype, (int)device.Type, device.Index)), requires_grad);

    /// <summary>Zeros, singles on the processor.</summary>
    public static Tensor zeros(params ReadOnlySpan<long> size) => zeros(size, ScalarType.Float32);

    /// <summary>Zeros.</summary>
    /// <exception cref="TorchException">A size is negative, or memory is short.</exception>
    public static Tensor zeros(
        ReadOnlySpan<long> size,
        ScalarType dtype = ScalarType.Float32,
        Device device = default,
        bool requires_grad = false
    ) => Finish(Tensor.Made(Native.vqt_zeros(size, size.Length, (int)dtype, (int)device.Type, device.Index)), requires_grad);

    /// <summary>Ones, singles on the processor.</summary>
    public static Tensor ones(params ReadOnlySpan<long> size) => ones(size, ScalarType.Float32);

    /// <summary>Ones.</summary>
    /// <exception cref="TorchException">A size is negative, or memory is short.</exception>
    public static Tensor ones(
        ReadOnlySpan<long> size,
        ScalarType dtype = ScalarType.Float32,
        Device device = default,
        bool requires_grad = false
    ) => Finish(Tensor.Made(Native.vqt_full(size, size.Length, 1, (int)dtype, (int)device.Type, device.Index)), requires_grad);

    /// <summary>Uniform numbers in [0, 1), singles on the processor.</summary>
    public static Tensor rand(params ReadOnlySpan<long> size) => rand(size, ScalarType.Float32);

    /// <summary>Uniform numbers in [0, 1).</summary>
    /// <exception cref="TorchException">A size is negative, or memory is short.</exception>
    public static Tensor rand(
        ReadOnlySpan<long> size,
        ScalarType dtype = ScalarType.Float32,
        Device device = default,
        bool requires_grad = false
    ) => Finish(Tensor.Made(Native.vqt_rand(size, size.Length, (int)dtype, (int)device.Type, device.Index)), requires_grad);

    /// <summary>Standard normal numbers, singles on the processor.</summary>
    public static Tensor randn(params ReadOnlySpan<long> size) => randn(size, ScalarType.Float32);

    /// <summary>Standard normal numbers.</summary>
    /// <exception cref="TorchException">A size is negative, or memory is short.</exception>
    public static Tensor randn(
        ReadOnlySpan<long> size,
        ScalarType dtype = ScalarType.Float32,
        Device device = default,
        bool requires_grad = false
    ) => Finish(Tensor.Made(Native.vqt_randn(size, size.Length, (int)dtype, (int)device.Type, device.Index)), requires_grad);

    /// <summary>One value everywhere.</summary>
    /// <exception cref="TorchException">A size is negative, or memory is short.</exception>
    public static Tensor full(
        ReadOnlySpan<long> size,
        Scalar value,
        ScalarType dtype = ScalarType.Float32,
        Device device = default,
        bool requires_grad = false
    ) => Finish(Tensor.Made(Native.vqt_full(size, size.Length, value, (int)dtype, (int)device.Type, device.Index)), requires_grad);

    /// <summary>Uniform integers from low to before high.</summary>
    /// <exception cref="TorchException">The range is empty.</exception>
    public static Tensor randint(
        long low,
        long high,
        ReadOnlySpan<long> size,
        ScalarType dtype = ScalarType.Int64,
        Device device = default
    ) => Tensor.Made(Native.vqt_randint(low, high, size, size.Length, (int)dtype, (int)device.Type, device.Index));

    /// <summary>Uniform integers from 0 to before high.</summary>
    /// <exception cref="TorchException">The range is empty.</exception>
    public static Tensor randint(long high, ReadOnlySpan<long> size, ScalarType dtype = ScalarType.Int64, Device device = default) =>
        randint(0, high, size, dtype, device);

    /// <summary>The integers 0 to n − 1 in random order.</summary>
    public static Tensor randperm(long n, ScalarType dtype = ScalarType.Int64, Device device = default) =>
        Tensor.Made(Native.vqt_randperm(n, (int)dtype, (int)device.Type, device.Index));

    /// <summary>The integers 0 to end − 1.</summary>
    public static Tensor arange(long end, ScalarType dtype = ScalarType.Int64, Device device = default) => arange(0, end, 1, dtype, device);

    /// <summary>The numbers from start to before end.</summary>
    /// <exception cref="TorchException">The step leads away from the end.</exception>
    public static Tensor arange(Scalar start, Scalar end, Scalar step, ScalarType dtype = ScalarType.Int64, Device device = default) =>
        Tensor.Made(Native.vqt_arange(start, end, step, (int)dtype, (int)device.Type, device.Index));

    /// <summary>A raised cosine, periodic (for spectra) or symmetric.</summary>
    public static Tensor hann_window(
        long window_length,
        bool periodic = true,
        ScalarType dtype = ScalarType.Float32,
        Device device = default
    ) => Tensor.Made(Native.vqt_hann_window(window_length, periodic, (int)dtype, (int)device.Type, device.Index));

    /// <summary>A copy of an array in row-major order; one dimension where no sizes are given.</summary>
    /// <exception cref="TorchException">The sizes do not make up the number of elements.</exception>
    public static Tensor tensor(float[] data, params ReadOnlySpan<long> shape) => From<float>(data, shape, ScalarType.Float32);

    /// <summary>A copy of a span in row-major order; one dimension where no sizes are given.</summary>
    /// <exception cref="TorchException">The sizes do not make up the number of elements.</exception>
    public static Tensor tensor(ReadOnlySpan<float> data, params ReadOnlySpan<long> shape) => From(data, shape, ScalarType.Float32);

    /// <summary>A copy of an array in row-major order; one dimension where no sizes are given.</summary>
    /// <exception cref="TorchException">The sizes do not make up the number of elements.</exception>
    public static Tensor tensor(double[] data, params ReadOnlySpan<long> shape) => From<double>(data, shape, ScalarType.Float64);

    /// <summary>A copy of a span in row-major order; one dimension where no sizes are given.</summary>
    /// <exception cref="TorchException">The sizes do not make up the number of elements.</exception>
    public static Tensor tensor(ReadOnlySpan<double> data, params ReadOnlySpan<long> shape) => From(data, shape, ScalarType.Float64);

    /// <summary>A copy of an array in row-major order; one dimension where no sizes are given.</summary>
    /// <exception cref="TorchException">The sizes do not make up the number of elements.</exception>
    public static Tensor tensor(long[] data, params ReadOnlySpan<long> shape) => From<long>(data, shape, ScalarType.Int64);

    /// <summary>A copy of a span in row-major order; one dimension where no sizes are given.</summary>
    /// <exception cref="TorchException">The sizes do not make up the number of elements.</exception>
    public static Tensor tensor(ReadOnlySpan<long> data, params ReadOnlySpan<long> shape) => From(data, shape, ScalarType.Int64);

    /// <summary>A copy of an array in row-major order; one dimension where no sizes are given.</summary>
    /// <exception cref="TorchException">The sizes do not make up the number of elements.</exception>
    public static Tensor tensor(int[] data, params ReadOnlySpan<long> shape) => From<int>(data, shape, ScalarType.Int32);

    /// <summary>A copy of a span in row-major order; one dimension where no sizes are given.</summary>
    /// <exception cref="TorchException">The sizes do not make up the number of elements.</exception>
    public static Tensor tensor(ReadOnlySpan<int> data, params ReadOnlySpan<long> shape) => From(data, shape, ScalarType.Int32);

    /// <summary>A copy of an array in row-major order; one dimension where no sizes are given.</summary>
    /// <exception cref="TorchException">The sizes do not make up the number of elements.</exception>
    public static Tensor tensor(byte[] data, params ReadOnlySpan<long> shape) => From<byte>(data, shape, ScalarType.UInt8);

    /// <summary>A copy of a span in row-major order; one dimension where no sizes are given.</summary>
    /// <exception cref="TorchException">The sizes do not make up the number of elements.</exception>
    public static Tensor tensor(ReadOnlySpan<byte> data, params ReadOnlySpan<long> shape) => From(data, shape, ScalarType.UInt8);

    /// <summary>A copy of an array in row-major order; one dimension where no sizes are given.</summary>
    /// <exception cref="TorchException">The sizes do not make up the number of elements.</exception>
    public static Tensor tensor(bool[] data, params ReadOnlySpan<long> shape) => From<bool>(data, shape, ScalarType.Bool);

    /// <summary>A copy of a span in row-major order; one dimension where no sizes are given.</summary>
    /// <exception cref="TorchException">The sizes do not make up the number of elements.</exception>
    public static Tensor tensor(ReadOnlySpan<bool> data, params ReadOnlySpan<long> shape) => From(data, shape, ScalarType.Bool);

    /// <summary>A tensor of one number and no dimensions.</summary>
    public static Tensor tensor(double value, ScalarType dtype = ScalarType.Float32) => full([], value, dtype);

    /// <summary>A tensor of one integer and no dimensions.</summary>
    public static Tensor tensor(long value, ScalarType dtype = ScalarType.Int64) => full([], value, dtype);

    internal static unsafe Tensor From<T>(ReadOnlySpan<T> data, ReadOnlySpan<long> shape, ScalarType type)
        where T : unmanaged
    {
        ReadOnlySpan<long> sizes = shape.IsEmpty && data.Length != 1 ? [data.Length] : shape;
        long count = 1;
        foreach (long size in sizes)
        {
            count *= size;
        }

        if (count != data.Length)
        {
            throw new TorchException($"tensor: {data.Length} elements do not fill {type}[{string.Join(',', sizes.ToArray())}].");
        }

        fixed (T* memory = data)
        {
            return Tensor.Made(Native.vqt_from_data(memory, sizes, sizes.Length, (int)type, 0, -1), operation: nameof(tensor));
        }
    }

    internal static unsafe Tensor FromBytes(ReadOnlySpan<byte> data, ReadOnlySpan<long> shape, ScalarType type)
    {
        fixed (byte* memory = data)
        {
            return Tensor.Made(Native.vqt_from_data(memory, shape, shape.Length, (int)type, 0, -1), operation: nameof(tensor));
        }
    }

    private static Tensor Finish(Tensor made, bool requires_grad) => requires_grad ? made.requires_grad_() : made;
}
