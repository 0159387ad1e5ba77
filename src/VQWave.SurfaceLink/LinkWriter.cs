using System.Buffers.Binary;

namespace VQWave.SurfaceLink;

/// <summary>Writes frames to a pipe: their length (uint32, with the kind), their kind, their bytes.</summary>
/// <remarks>Threading: any thread; each frame goes out whole. Allocates only where a frame is longer than any before.</remarks>
public sealed class LinkWriter(Stream stream)
{
    private readonly Lock gate = new();
    private byte[] buffer = new byte[1 << 16];

    /// <summary>Writes a frame.</summary>
    /// <exception cref="IOException">The other side is gone.</exception>
    public void Write(LinkFrame kind, ReadOnlySpan<byte> payload)
    {
        lock (gate)
        {
            var length = LinkReader.HeaderBytes + payload.Length;
            if (buffer.Length < length)
            {
                buffer = new byte[2 * length];
            }

            BinaryPrimitives.WriteUInt32LittleEndian(buffer, (uint)(payload.Length + 1));
            buffer[4] = (byte)kind;
            payload.CopyTo(buffer.AsSpan(LinkReader.HeaderBytes));
            stream.Write(buffer, 0, length);
            stream.Flush();
        }
    }
}
