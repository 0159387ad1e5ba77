using System.Runtime.InteropServices;

namespace VQWave.Inference.Kernels;

/// <summary>Native memory at a cache line's beginning, zero at first.</summary>
/// <remarks>Freed when it is disposed of, or by the garbage collector: whoever keeps <see cref="Pointer"/> keeps the object.</remarks>
internal sealed unsafe class AlignedMemory : SafeHandle
{
    private const int CacheLine = 64;

    /// <summary>Allocates memory.</summary>
    public AlignedMemory(long bytes)
        : base(0, ownsHandle: true)
    {
        Bytes = bytes;
        var pointer = NativeMemory.AlignedAlloc((nuint)Math.Max(bytes, 1), CacheLine);
        NativeMemory.Clear(pointer, (nuint)bytes);
        SetHandle((nint)pointer);
    }

    /// <inheritdoc/>
    public override bool IsInvalid => handle == 0;

    /// <summary>Size in bytes.</summary>
    public long Bytes { get; }

    /// <summary>The first byte; not to be used after disposal.</summary>
    public byte* Pointer => (byte*)handle;

    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        NativeMemory.AlignedFree((void*)handle);
        return true;
    }
}
