using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace VQWave.Torch;

/// <summary>A tensor of libtorch, by PyTorch's names.</summary>
/// <remarks>
/// Each object owns one native handle, freed by <see cref="Dispose()"/>, by the dispose scope in which it was made, or by
/// the finaliser. Handles share memory as PyTorch's views do. A tensor may be used by one thread at a time.
/// </remarks>
public partial class Tensor : IDisposable
{
    private nint _handle;
    private long[]? _shape;

    internal Tensor(nint handle)
    {
        _handle = handle;
        DisposeScope.Current?.Add(this);
    }

#pragma warning disable MA0055 // A SafeHandle a tensor would double the objects that a training step allocates.
    /// <summary>Frees a handle that nobody disposed.</summary>
    ~Tensor() => Release();
#pragma warning restore MA0055

    /// <summary>Whether the handle has been freed.</summary>
    public bool IsDisposed => _handle == 0;

    /// <summary>The sizes; not to be written to.</summary>
    public long[] shape
    {
        get
        {
            if (_shape is null)
            {
                long[] sizes = new long[Native.vqt_dim(Handle)];
                Native.vqt_sizes(Handle, sizes);
                GC.KeepAlive(this);
                _shape = sizes;
            }

            return _shape;
        }
    }

    /// <summary>The number of dimensions.</summary>
    public int ndim => shape.Length;

    /// <summary>The kind of the elements.</summary>
    public ScalarType dtype
    {
        get
        {
            var type = (ScalarType)Native.vqt_dtype(Handle);
            GC.KeepAlive(this);
            return type;
        }
    }

    /// <summary>Where the elements lie.</summary>
    public Device device
    {
        get
        {
            bool cuda = Native.vqt_device_kind(Handle) == 1;
            Device result = cuda ? new Device(DeviceType.CUDA, Native.vqt_device_index(Handle)) : Device.CPU;
            GC.KeepAlive(this);
            return result;
        }
    }

    /// <summary>The number of elements.</summary>
    public long numel
    {
        get
        {
            long count = Native.vqt_numel(Handle);
            GC.KeepAlive(this);
            return count;
        }
    }

    /// <summary>Bytes of one element.</summary>
    public long element_size
    {
        get
        {
            long size = Native.vqt_element_size(Handle);
            GC.KeepAlive(this);
            return size;
        }
    }

    /// <summary>Whether the elements lie in row-major order without gaps.</summary>
    public bool is_contiguous
    {
        get
        {
            bool result = Native.vqt_is_contiguous(Handle);
            GC.KeepAlive(this);
            return result;
        }
    }

    internal nint Handle
    {
        get
        {
            nint handle = _handle;
            return handle != 0 ? handle : throw new ObjectDisposedException(nameof(Tensor));
        }
    }

    internal DisposeScope? Scope { get; set; }

    internal int ScopeIndex { get; set; }

    /// <summary>The row <paramref name="index"/> of the first dimension: a view.</summary>
    public Tensor this[long index] => select(0, index);

    /// <summary>The size of a dimension; a negative number counts from the last.</summary>
    /// <exception cref="TorchException">There is no such dimension.</exception>
    public long size(long dim)
    {
        long place = dim < 0 ? dim + ndim : dim;
        return place >= 0 && place < ndim ? shape[place] : throw new TorchException($"size: {Describe(this)} has no dimension {dim}.");
    }

    /// <summary>Frees the handle now; a second call does nothing.</summary>
    public void Dispose()
    {
        Scope?.Remove(this);
        Release();
        GC.SuppressFinalize(this);
    }

    /// <summary>Hands the tensor to the scope around the one that holds it, or to nobody where there is none.</summary>
    public Tensor MoveToOuterDisposeScope()
    {
        Scope?.MoveOut(this);
        return this;
    }

    /// <summary>Takes the tensor out of all scopes: its owner disposes it.</summary>
    public Tensor DetachFromDisposeScope()
    {
        Scope?.Remove(this);
        return this;
    }

    /// <summary>Kind, sizes and device, such as <c>Float32[2,3] cpu</c>.</summary>
    public override string ToString() => IsDisposed ? "a disposed tensor" : $"{Describe(this)} {device}";

    // Not inlined, so that the operands live, as its arguments, until the native call that precedes it has returned.
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static Tensor Made(
        nint handle,
        Tensor? a = null,
        Tensor? b = null,
        Tensor? c = null,
        [CallerMemberName] string operation = ""
    ) => handle != 0 ? new Tensor(handle) : throw Failure(operation, a, b, c);

    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static void Check(int status, Tensor? a = null, Tensor? b = null, Tensor? c = null, [CallerMemberName] string operation = "")
    {
        if (status != 0)
        {
            throw Failure(operation, a, b, c);
        }
    }

    internal static TorchException Failure(string operation, params ReadOnlySpan<Tensor?> operands)
    {
        // The text has to be taken before anything else calls into the library.
        string reason = Marshal.PtrToStringUTF8(Native.vqt_last_error()) ?? "";
        int end = reason.IndexOf('\n', StringComparison.Ordinal);
        string first = end < 0 ? reason : reason[..end];
        var text = new System.Text.StringBuilder(operation).Append('(');
        bool any = false;
        foreach (Tensor? operand in operands)
        {
            if (operand is not null)
            {
                text.Append(any ? ", " : "").Append(Describe(operand));
                any = true;
            }
        }

        return new TorchException(text.Append("): ").Append(first).ToString());
    }

    internal static string Describe(Tensor tensor) =>
        tensor.IsDisposed ? "a disposed tensor" : $"{tensor.dtype}[{string.Join(',', tensor.shape)}]";

    internal static nint HandleOrNull(Tensor? tensor) => tensor is null ? 0 : tensor.Handle;

    // Whoever replaces what the handle stands for (Module.to) has the sizes read again.
    internal void ForgetShape() => _shape = null;

    private void Release()
    {
        nint handle = Interlocked.Exchange(ref _handle, 0);
        if (handle != 0)
        {
            Native.vqt_free(handle);
        }
    }
}
