using System.Buffers.Binary;

namespace VQWave.SurfaceLink;

/// <summary>Reads the frames that <see cref="LinkWriter"/> writes.</summary>
/// <remarks>Threading: one thread. Allocates only where a frame is longer than any before.</remarks>
public sealed class LinkReader(Stream stream)
{
    /// <summary>Bytes before a frame's payload.</summary>
    internal const int HeaderBytes = 5;

    /// <summary>The longest frame; what is longer is no frame of ours.</summary>
    public const int MaximumBytes = 1 << 22;

    private readonly byte[] header = new byte[HeaderBytes];
    private byte[] buffer = new byte[1 << 16];
    private int length;

    /// <summary>The payload of the frame that was read last; until the next is read.</summary>
    public ReadOnlySpan<byte> Payload => buffer.AsSpan(0, length);

    /// <summary>Waits for a frame.</summary>
    /// <returns>False where the other side has closed the pipe.</returns>
    /// <exception cref="InvalidDataException">What comes is no frame.</exception>
    public bool TryRead(out LinkFrame kind)
    {
        kind = default;
        if (stream.ReadAtLeast(header, HeaderBytes, throwOnEndOfStream: false) < HeaderBytes)
        {
            return false;
        }

        var size = BinaryPrimitives.ReadUInt32LittleEndian(header);
        if (size is < 1 or > MaximumBytes)
        {
            throw new InvalidDataException($"A frame of {size} bytes came through the live surface's pipe.");
        }

        kind = (LinkFrame)header[4];
        length = (int)size - 1;
        if (buffer.Length < length)
        {
            buffer = new byte[2 * length];
        }

        return stream.ReadAtLeast(buffer.AsSpan(0, length), length, throwOnEndOfStream: false) == length;
    }
}
