using System.Buffers.Binary;

namespace VQWave.Devices;

/// <summary>The few facts of a RIFF/WAVE file that the decoders do not tell.</summary>
internal static class WavHeader
{
    /// <summary>
    /// How many bytes the data chunk states beyond the end of the file; 0 for a whole file, for a streamed one (whose size is
    /// left open), and for what is no RIFF file.
    /// </summary>
    public static long FindMissingBytes(string path)
    {
        using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        Span<byte> header = stackalloc byte[12];
        if (
            stream.ReadAtLeast(header, 12, throwOnEndOfStream: false) < 12
            || !header[..4].SequenceEqual("RIFF"u8)
            || !header[8..].SequenceEqual("WAVE"u8)
        )
        {
            return 0;
        }

        while (stream.ReadAtLeast(header[..8], 8, throwOnEndOfStream: false) == 8)
        {
            uint size = BinaryPrimitives.ReadUInt32LittleEndian(header[4..]);
            if (header[..4].SequenceEqual("data"u8))
            {
                bool open = size is 0 or >= 0x7FFFF000;
                return open ? 0 : Math.Max(0, stream.Position + size - stream.Length);
            }

            // Chunks are padded to even lengths.
            stream.Seek(size + (size & 1), SeekOrigin.Current);
        }

        return 0;
    }
}
