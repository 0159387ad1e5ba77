using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace VQWave.Vst3;

/// <summary>A 128-bit class or interface id, held as the 16 bytes that cross the binary interface.</summary>
/// <remarks>
/// An id is written as four 32-bit words. Windows lays the first two words out like a COM GUID; every other system stores all
/// four big-endian. The text form is the same everywhere: 32 hexadecimal digits in the order of the words.
/// </remarks>
[StructLayout(LayoutKind.Sequential)]
public readonly struct Vst3Uid : IEquatable<Vst3Uid>
{
    /// <summary>Bytes of an id.</summary>
    public const int Size = 16;

    private readonly ulong _low;
    private readonly ulong _high;

    /// <summary>Makes an id of its four words, as Steinberg's documents write them.</summary>
    public Vst3Uid(uint word1, uint word2, uint word3, uint word4)
    {
        Span<byte> bytes = stackalloc byte[Size];
        Write(word1, word2, word3, word4, OperatingSystem.IsWindows(), bytes);
        _low = MemoryMarshal.Read<ulong>(bytes);
        _high = MemoryMarshal.Read<ulong>(bytes[8..]);
    }

    private Vst3Uid(ulong low, ulong high)
    {
        _low = low;
        _high = high;
    }

    /// <summary>Whether all bytes are zero.</summary>
    public bool IsEmpty => (_low | _high) == 0;

    /// <summary>Compares two ids byte by byte.</summary>
    public static bool operator ==(Vst3Uid left, Vst3Uid right) => left.Equals(right);

    /// <summary>Compares two ids byte by byte.</summary>
    public static bool operator !=(Vst3Uid left, Vst3Uid right) => !left.Equals(right);

    /// <summary>Reads the text form: 32 hexadecimal digits; dashes and braces are skipped.</summary>
    /// <exception cref="FormatException">The text is not an id.</exception>
    public static Vst3Uid Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return TryParse(text, out Vst3Uid id) ? id : throw new FormatException($"'{text}' is not a VST3 id: 32 hexadecimal digits.");
    }

    /// <summary>Reads the text form; false when it is not an id.</summary>
    public static bool TryParse(string? text, out Vst3Uid id)
    {
        id = default;
        if (text is null)
        {
            return false;
        }

        string digits = text.Replace("-", "", StringComparison.Ordinal).Trim('{', '}', ' ');
        Span<uint> words = stackalloc uint[4];
        if (digits.Length != 2 * Size)
        {
            return false;
        }

        for (int i = 0; i < 4; i++)
        {
            if (!uint.TryParse(digits.AsSpan(8 * i, 8), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out words[i]))
            {
                return false;
            }
        }

        id = new Vst3Uid(words[0], words[1], words[2], words[3]);
        return true;
    }

    /// <summary>Reads the 16 bytes of an id as they cross the interface.</summary>
    /// <exception cref="ArgumentException">Fewer than 16 bytes.</exception>
    public static Vst3Uid FromBytes(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < Size)
        {
            throw new ArgumentException($"An id has {Size} bytes, not {bytes.Length}.", nameof(bytes));
        }

        return new Vst3Uid(MemoryMarshal.Read<ulong>(bytes), MemoryMarshal.Read<ulong>(bytes[8..]));
    }

    /// <summary>Writes the 16 bytes of an id as they cross the interface.</summary>
    /// <exception cref="ArgumentException">Room for fewer than 16 bytes.</exception>
    public void CopyTo(Span<byte> bytes)
    {
        if (bytes.Length < Size)
        {
            throw new ArgumentException($"An id has {Size} bytes, not {bytes.Length}.", nameof(bytes));
        }

        MemoryMarshal.Write(bytes, _low);
        MemoryMarshal.Write(bytes[8..], _high);
    }

    /// <inheritdoc/>
    public bool Equals(Vst3Uid other) => _low == other._low && _high == other._high;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Vst3Uid other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(_low, _high);

    /// <summary>The text form: 32 upper-case hexadecimal digits.</summary>
    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[Size];
        CopyTo(bytes);
        if (OperatingSystem.IsWindows())
        {
            SwapToWindows(bytes);
        }

        return Convert.ToHexString(bytes);
    }

    /// <summary>Lays four words out for a platform.</summary>
    internal static void Write(uint word1, uint word2, uint word3, uint word4, bool windows, Span<byte> bytes)
    {
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(bytes, word1);
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(bytes[4..], word2);
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(bytes[8..], word3);
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(bytes[12..], word4);
        if (windows)
        {
            SwapToWindows(bytes);
        }
    }

    /// <summary>Reads an id behind a pointer that a host passed; the pointer is not null.</summary>
    internal static unsafe Vst3Uid FromPointer(byte* bytes) => Unsafe.ReadUnaligned<Vst3Uid>(bytes);

    // A GUID holds a 32-bit and two 16-bit numbers in the machine's order, then eight plain bytes.
    private static void SwapToWindows(Span<byte> bytes)
    {
        bytes[..4].Reverse();
        bytes[4..6].Reverse();
        bytes[6..8].Reverse();
    }
}
