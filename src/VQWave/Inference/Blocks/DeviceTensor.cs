using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace VQWave.Inference.Blocks;

/// <summary>
/// A tensor that the provider computes with and the host writes or reads: memory of the host alone where the provider is the processor, else
/// memory of both, copied by a <see cref="DeviceTransfer"/>.
/// </summary>
/// <remarks>Made by <see cref="DeviceMemory"/>. Addresses stay as they are for its whole life, as a captured CUDA graph needs.</remarks>
internal sealed class DeviceTensor : IDisposable
{
    private readonly byte[] bytes;
    private readonly byte[]? staged;
    private readonly TensorElementType type;
    private readonly int size;

    /// <summary>Allocates the tensor, all zero on the host.</summary>
    /// <param name="type">Element type.</param>
    /// <param name="size">Bytes of an element.</param>
    /// <param name="shape">Its sizes.</param>
    /// <param name="allocator">The device's memory; null where that is the host's.</param>
    /// <param name="isStaged">Whether the host's memory has a second place for what graphs are bound to.</param>
    public DeviceTensor(TensorElementType type, int size, long[] shape, OrtAllocator? allocator, bool isStaged)
    {
        this.type = type;
        this.size = size;
        bytes = GC.AllocateArray<byte>((int)shape.Aggregate((long)size, (a, b) => a * b), pinned: true);
        staged = isStaged ? GC.AllocateArray<byte>(bytes.Length, pinned: true) : null;
        Host = Wrap(type, shape, bytes);
        try
        {
            Device =
                allocator is not null ? OrtValue.CreateAllocatedTensorValue(allocator, type, shape)
                : staged is not null ? Wrap(type, shape, staged)
                : Host;
        }
        catch
        {
            Host.Dispose();
            throw;
        }
    }

    /// <summary>The host's memory as ONNX Runtime sees it.</summary>
    public OrtValue Host { get; }

    /// <summary>What graphs are bound to.</summary>
    public OrtValue Device { get; }

    /// <summary>The values in the host's memory.</summary>
    public Span<T> Values<T>()
        where T : unmanaged => MemoryMarshal.Cast<byte, T>(bytes);

    /// <summary>Some elements of what graphs are bound to, where that is in the host's memory.</summary>
    public Span<byte> DeviceBytes(int start, int count) => (staged ?? bytes).AsSpan(start * size, count * size);

    /// <summary>Some elements of what graphs are bound to, as a tensor of one axis; the caller disposes of it before this.</summary>
    public unsafe OrtValue View(int start, int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((start + count) * size, bytes.Length, nameof(count));
        // An address on the device: it is added to, never read.
        var address = (nint)Unsafe.AsPointer(ref MemoryMarshal.GetReference(Device.GetTensorMutableRawData()));
        return OrtValue.CreateTensorValueWithData(
            Device.GetTensorMemoryInfo(),
            type,
            [count],
            address + ((nint)start * size),
            (long)count * size
        );
    }

    /// <summary>Copies the host's values to the second place in its memory, where there is one.</summary>
    public void Stage()
    {
        if (staged is not null)
        {
            bytes.CopyTo(staged, 0);
        }
    }

    /// <summary>Copies the values back from the second place.</summary>
    public void Unstage() => staged?.CopyTo(bytes, 0);

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!ReferenceEquals(Host, Device))
        {
            Device.Dispose();
        }

        Host.Dispose();
    }

    private static OrtValue Wrap(TensorElementType type, long[] shape, byte[] memory) =>
        OrtValue.CreateTensorValueWithData(
            OrtMemoryInfo.DefaultInstance,
            type,
            shape,
            Marshal.UnsafeAddrOfPinnedArrayElement(memory, 0),
            memory.Length
        );
}
