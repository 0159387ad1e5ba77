namespace VQWave.Torch;

public partial class Tensor
{
    /// <summary>The transpose of a matrix. A view.</summary>
    /// <exception cref="TorchException">The kinds or sizes do not fit.</exception>
    public Tensor t() => Made(Native.vqt_t(Handle), this);

    /// <summary>Two dimensions exchanged. A view.</summary>
    /// <exception cref="TorchException">The kinds or sizes do not fit.</exception>
    public Tensor transpose(long dim0, long dim1) => Made(Native.vqt_transpose(Handle, dim0, dim1), this);

    /// <summary>Dimensions in another order. A view.</summary>
    /// <exception cref="TorchException">The kinds or sizes do not fit.</exception>
    public Tensor permute(params ReadOnlySpan<long> dims) => Made(Native.vqt_permute(Handle, dims, dims.Length), this);

    /// <summary>The same elements in other sizes, −1 for the one that follows from the rest; a copy where strides demand it.</summary>
    /// <exception cref="TorchException">The kinds or sizes do not fit.</exception>
    public Tensor reshape(params ReadOnlySpan<long> size) => Made(Native.vqt_reshape(Handle, size, size.Length), this);

    /// <summary>The same memory in other sizes, −1 for the one that follows from the rest.</summary>
    /// <exception cref="TorchException">The kinds or sizes do not fit.</exception>
    public Tensor view(params ReadOnlySpan<long> size) => Made(Native.vqt_view(Handle, size, size.Length), this);

    /// <summary>Dimensions of size 1 repeated without a copy, −1 to leave one as it is. A view.</summary>
    /// <exception cref="TorchException">The kinds or sizes do not fit.</exception>
    public Tensor expand(params ReadOnlySpan<long> size) => Made(Native.vqt_expand(Handle, size, size.Length), this);

    /// <summary>The whole tensor repeated along each dimension.</summary>
    /// <exception cref="TorchException">The kinds or sizes do not fit.</exception>
    public Tensor repeat(params ReadOnlySpan<long> times) => Made(Native.vqt_repeat(Handle, times, times.Length), this);

    /// <summary>Each element repeated along one dimension.</summary>
    /// <exception cref="TorchException">The kinds or sizes do not fit.</exception>
    public Tensor repeat_interleave(long times, long dim) => Made(Native.vqt_repeat_interleave(Handle, times, dim), this);

    /// <summary>Dimensions reversed.</summary>
    /// <exception cref="TorchException">The kinds or sizes do not fit.</exception>
    public Tensor flip(params ReadOnlySpan<long> dims) => Made(Native.vqt_flip(Handle, dims, dims.Length), this);

    /// <summary>Elements moved on along a dimension, the last ones to the front.</summary>
    /// <exception cref="TorchException">The kinds or sizes do not fit.</exception>
    public Tensor roll(long shift, long dim) => Made(Native.vqt_roll(Handle, shift, dim), this);

    /// <summary>Without the dimensions of size 1. A view.</summary>
    /// <exception cref="TorchException">The kinds or sizes do not fit.</exception>
    public Tensor squeeze() => Made(Native.vqt_squeeze(Handle), this);

    /// <summary>Without this dimension if its size is 1. A view.</summary>
    /// <exception cref="TorchException">The kinds or sizes do not fit.</exception>
    public Tensor squeeze(long dim) => Made(Native.vqt_squeeze_dim(Handle, dim), this);

    /// <summary>With a new dimension of size 1. A view.</summary>
    /// <exception cref="TorchException">The kinds or sizes do not fit.</exception>
    public Tensor unsqueeze(long dim) => Made(Native.vqt_unsqueeze(Handle, dim), this);

    /// <summary>A range of dimensions as one.</summary>
    /// <exception cref="TorchException">The kinds or sizes do not fit.</exception>
    public Tensor flatten(long start_dim = 0, long end_dim = -1) => Made(Native.vqt_flatten(Handle, start_dim, end_dim), this);

    /// <summary>Every step-th element from start to before end; negative bounds count from the end. A view.</summary>
    /// <exception cref="TorchException">The kinds or sizes do not fit.</exception>
    public Tensor slice(long dim, long start = 0, long end = long.MaxValue, long step = 1) =>
        Made(Native.vqt_slice(Handle, dim, start, end, step), this);

    /// <summary>A range of a dimension. A view.</summary>
    /// <exception cref="TorchException">The kinds or sizes do not fit.</exception>
    public Tensor narrow(long dim, long start, long length) => Made(Native.vqt_narrow(Handle, dim, start, length), this);

    /// <summary>One place of a dimension, which goes away. A view.</summary>
    /// <exception cref="TorchException">The kinds or sizes do not fit.</exception>
    public Tensor select(long dim, long index) => Made(Native.vqt_select(Handle, dim, index), this);

    /// <summary>Overlapping windows of a dimension as a new last one. A view.</summary>
    /// <exception cref="TorchException">The kinds or sizes do not fit.</exception>
    public Tensor unfold(long dim, long size, long step) => Made(Native.vqt_unfold(Handle, dim, size, step), this);

    /// <summary>Row-major memory: this tensor's, or a copy.</summary>
    /// <exception cref="TorchException">The kinds or sizes do not fit.</exception>
    public Tensor contiguous() => Made(Native.vqt_contiguous(Handle), this);

    /// <summary>Indices of the elements that are not zero: (count, dimensions).</summary>
    /// <exception cref="TorchException">The kinds or sizes do not fit.</exception>
    public Tensor nonzero() => Made(Native.vqt_nonzero(Handle), this);

    /// <summary>The places of a dimension that the index names.</summary>
    /// <exception cref="TorchException">The kinds or sizes do not fit.</exception>
    public Tensor index_select(long dim, Tensor index) => Made(Native.vqt_index_select(Handle, dim, index.Handle), this, index);

    /// <summary>For each place of the index, the element it names along the dimension.</summary>
    /// <exception cref="TorchException">The kinds or sizes do not fit.</exception>
    public Tensor gather(long dim, Tensor index) => Made(Native.vqt_gather(Handle, dim, index.Handle), this, index);

    /// <summary>The elements where the mask is true, in one dimension.</summary>
    /// <exception cref="TorchException">The kinds or sizes do not fit.</exception>
    public Tensor masked_select(Tensor mask) => Made(Native.vqt_masked_select(Handle, mask.Handle), this, mask);

    /// <summary>Parts of a dimension, all but perhaps the last of the same size. Views.</summary>
    /// <exception cref="TorchException">There is no such dimension, or the size is not positive.</exception>
    public Tensor[] split(long split_size, long dim = 0)
    {
        long length = size(dim);
        if (split_size <= 0)
        {
            throw new TorchException($"split: {Describe(this)} cannot be cut into parts of {split_size}.");
        }

        var parts = new Tensor[(length + split_size - 1) / split_size];
        for (int i = 0; i < parts.Length; i++)
        {
            parts[i] = narrow(dim, i * split_size, Math.Min(split_size, length - (i * split_size)));
        }

        return parts;
    }

    /// <summary>At most so many parts of a dimension, of equal size but for the last. Views.</summary>
    /// <exception cref="TorchException">There is no such dimension, or the count is not positive.</exception>
    public Tensor[] chunk(long chunks, long dim = 0) =>
        chunks > 0
            ? split(Math.Max(1, (size(dim) + chunks - 1) / chunks), dim)
            : throw new TorchException($"chunk: {Describe(this)} cannot be cut into {chunks} parts.");

    /// <summary>The elements as another kind; this tensor's own memory where the kind is the same.</summary>
    public Tensor to(ScalarType type) => Made(Native.vqt_to_dtype(Handle, (int)type), this);

    /// <summary>The elements on another device; this tensor's own memory where the device is the same.</summary>
    public Tensor to(Device device) => Made(Native.vqt_to_device(Handle, (int)device.Type, device.Index), this);

    /// <summary>The elements as another kind on another device, copied if asked for or needed.</summary>
    public Tensor to(Device device, ScalarType type, bool copy = false) =>
        Made(Native.vqt_to(Handle, (int)type, (int)device.Type, device.Index, copy), this);

    /// <summary>The elements in the processor's memory.</summary>
    public Tensor cpu() => to(Device.CPU);

    /// <summary>The elements on the current GPU.</summary>
    public Tensor cuda() => to(Device.CUDA);
}
