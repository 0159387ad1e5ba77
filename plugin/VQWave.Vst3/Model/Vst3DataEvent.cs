using System.Runtime.InteropServices;

namespace VQWave.Vst3;

/// <summary>Bytes; the pointer is valid during the process call only.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct Vst3DataEvent
{
    /// <summary>Number of bytes.</summary>
    public uint Size;

    /// <summary>0: MIDI system exclusive.</summary>
    public uint Type;

    /// <summary>Address of the bytes.</summary>
    public nint Bytes;

    /// <summary>The bytes; none when the address is null.</summary>
    public readonly unsafe ReadOnlySpan<byte> AsSpan() =>
        Bytes == 0 || Size > int.MaxValue ? default : new ReadOnlySpan<byte>((void*)Bytes, (int)Size);
}
