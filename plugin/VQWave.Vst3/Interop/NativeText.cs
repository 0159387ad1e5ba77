using System.Runtime.InteropServices;
using System.Text;

namespace VQWave.Vst3.Interop;

/// <summary>Strings of the interface: fixed arrays of UTF-16 units or bytes, always with a terminating zero.</summary>
internal static unsafe class NativeText
{
    public const int String128 = 128;

    /// <summary>Writes a text into an array of UTF-16 units, cut to fit, never inside a surrogate pair.</summary>
    public static void Write(char* target, int capacity, string? text)
    {
        ReadOnlySpan<char> source = text;
        int length = Math.Min(source.Length, capacity - 1);
        if (length > 0 && length < source.Length && char.IsHighSurrogate(source[length - 1]))
        {
            length--;
        }

        source[..length].CopyTo(new Span<char>(target, length));
        new Span<char>(target + length, capacity - length).Clear();
    }

    /// <summary>Writes a text as UTF-8 into an array of bytes, cut to fit at a character.</summary>
    public static void Write(byte* target, int capacity, string? text)
    {
        var bytes = new Span<byte>(target, capacity);
        bytes.Clear();
        Encoder encoder = Encoding.UTF8.GetEncoder();
        encoder.Convert(text, bytes[..(capacity - 1)], flush: true, out _, out _, out _);
    }

    public static string Read(char* source, int capacity)
    {
        var span = new ReadOnlySpan<char>(source, capacity);
        int end = span.IndexOf('\0');
        return new string(end < 0 ? span : span[..end]);
    }

    public static string Read(byte* source, int capacity)
    {
        var span = new ReadOnlySpan<byte>(source, capacity);
        int end = span.IndexOf((byte)0);
        return Encoding.UTF8.GetString(end < 0 ? span : span[..end]);
    }

    /// <summary>Reads a zero-terminated text; null when the pointer is.</summary>
    public static string? Read(byte* source) => source is null ? null : Marshal.PtrToStringUTF8((nint)source);

    /// <summary>Reads a zero-terminated text of at most <paramref name="limit"/> units; null when the pointer is.</summary>
    public static string? ReadTerminated(char* source, int limit)
    {
        if (source is null)
        {
            return null;
        }

        int length = 0;
        while (length < limit && source[length] != 0)
        {
            length++;
        }

        return new string(source, 0, length);
    }
}
