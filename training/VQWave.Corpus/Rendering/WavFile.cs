using System.Buffers.Binary;

namespace VQWave.Corpus.Rendering;

/// <summary>Encodes mono samples as 16-bit PCM WAV.</summary>
internal static class WavFile
{
    private const int HeaderBytes = 44;

    public static byte[] Encode(float[] samples, int sampleRate)
    {
        var bytes = new byte[HeaderBytes + (2 * samples.Length)];
        Span<byte> header = bytes;
        "RIFF"u8.CopyTo(header);
        BinaryPrimitives.WriteInt32LittleEndian(header[4..], bytes.Length - 8);
        "WAVEfmt "u8.CopyTo(header[8..]);
        BinaryPrimitives.WriteInt32LittleEndian(header[16..], 16);
        BinaryPrimitives.WriteInt16LittleEndian(header[20..], 1);
        BinaryPrimitives.WriteInt16LittleEndian(header[22..], 1);
        BinaryPrimitives.WriteInt32LittleEndian(header[24..], sampleRate);
        BinaryPrimitives.WriteInt32LittleEndian(header[28..], 2 * sampleRate);
        BinaryPrimitives.WriteInt16LittleEndian(header[32..], 2);
        BinaryPrimitives.WriteInt16LittleEndian(header[34..], 16);
        "data"u8.CopyTo(header[36..]);
        BinaryPrimitives.WriteInt32LittleEndian(header[40..], 2 * samples.Length);
        for (int i = 0; i < samples.Length; i++)
        {
            double scaled = Math.Clamp(Math.Round(samples[i] * 32767.0), -32768, 32767);
            BinaryPrimitives.WriteInt16LittleEndian(bytes.AsSpan(HeaderBytes + (2 * i)), (short)scaled);
        }

        return bytes;
    }
}
