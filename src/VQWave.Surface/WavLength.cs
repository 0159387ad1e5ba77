using System.Buffers.Binary;

namespace VQWave.Surface;

/// <summary>How long a RIFF/WAVE or FLAC file sounds, from its header.</summary>
internal static class WavLength
{
    /// <summary>Seconds; 0 where the header does not say.</summary>
    public static double Seconds(string path)
    {
        try
        {
            using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            Span<byte> head = stackalloc byte[42];
            if (stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false) < head.Length)
            {
                return 0;
            }

            return head[..4].SequenceEqual("fLaC"u8) ? OfFlac(head)
                : head[..4].SequenceEqual("RIFF"u8) && head[8..12].SequenceEqual("WAVE"u8) ? OfWav(stream)
                : 0;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return 0;
        }
    }

    // STREAMINFO comes first: 20 bits of rate, 3 of channels, 5 of width, 36 of samples (RFC 9639).
    private static double OfFlac(ReadOnlySpan<byte> head)
    {
        var packed = BinaryPrimitives.ReadUInt64BigEndian(head[18..]);
        var rate = packed >> 44;
        return rate == 0 ? 0 : (double)(packed & 0xF_FFFF_FFFF) / rate;
    }

    private static double OfWav(FileStream stream)
    {
        Span<byte> chunk = stackalloc byte[16];
        long bytesPerSecond = 0;
        stream.Position = 12;
        while (stream.ReadAtLeast(chunk[..8], 8, throwOnEndOfStream: false) == 8)
        {
            var size = BinaryPrimitives.ReadUInt32LittleEndian(chunk[4..]);
            var start = stream.Position;
            if (chunk[..4].SequenceEqual("data"u8))
            {
                return bytesPerSecond == 0 ? 0 : (double)Math.Min(size, stream.Length - start) / bytesPerSecond;
            }

            if (chunk[..4].SequenceEqual("fmt "u8) && stream.ReadAtLeast(chunk, 16, throwOnEndOfStream: false) == 16)
            {
                bytesPerSecond = BinaryPrimitives.ReadUInt32LittleEndian(chunk[8..]);
            }

            stream.Position = start + size + (size & 1);
        }

        return 0;
    }
}
