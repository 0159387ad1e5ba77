using System.Buffers;
using System.Text;

namespace VQWave.Player.Live.Views;

/// <summary>The bytes of a line, written to a stream in one go. Allocates only where a line is longer than any before.</summary>
internal sealed class ByteLine : IBufferWriter<byte>
{
    private byte[] buffer = new byte[16384];
    private int length;

    /// <summary>The bytes so far.</summary>
    public ReadOnlySpan<byte> Span => buffer.AsSpan(0, length);

    /// <summary>Empties the line.</summary>
    public void Clear() => length = 0;

    /// <summary>Adds text as UTF-8; control characters, a line's end above all, become blanks.</summary>
    public void Add(ReadOnlySpan<char> text)
    {
        var bytes = GetSpan(Encoding.UTF8.GetMaxByteCount(text.Length));
        var count = Encoding.UTF8.GetBytes(text, bytes);
        foreach (ref var b in bytes[..count])
        {
            b = b < ' ' ? (byte)' ' : b;
        }

        Advance(count);
    }

    /// <summary>Ends the line and writes it.</summary>
    public void WriteTo(Stream stream)
    {
        GetSpan(1)[0] = (byte)'\n';
        Advance(1);
        stream.Write(Span);
        stream.Flush();
    }

    /// <inheritdoc/>
    public void Advance(int count) => length += count;

    /// <inheritdoc/>
    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return buffer.AsMemory(length);
    }

    /// <inheritdoc/>
    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return buffer.AsSpan(length);
    }

    private void Reserve(int count)
    {
        if (length + Math.Max(1, count) > buffer.Length)
        {
            Array.Resize(ref buffer, Math.Max(length + Math.Max(1, count), 2 * buffer.Length));
        }
    }
}
