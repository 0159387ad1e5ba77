using System.Buffers.Binary;
using System.IO.Compression;

namespace VQWave.Analysis.Tests;

/// <summary>A PNG reader written from the specification, for unfiltered 8-bit RGB; checks each chunk's CRC bit by bit.</summary>
internal sealed class Png
{
    private readonly byte[] rows;

    private Png(int width, int height, byte[] rows)
    {
        Width = width;
        Height = height;
        this.rows = rows;
    }

    public int Width { get; }

    public int Height { get; }

    public (int Red, int Green, int Blue) this[int x, int y]
    {
        get
        {
            int at = (y * ((Width * 3) + 1)) + 1 + (x * 3);
            return (rows[at], rows[at + 1], rows[at + 2]);
        }
    }

    public static Png Read(byte[] file)
    {
        Assert.Equal([137, 80, 78, 71, 13, 10, 26, 10], file[..8]);
        int at = 8;
        List<string> types = [];
        using MemoryStream data = new();
        byte[] header = [];
        while (at < file.Length)
        {
            int length = BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(at));
            byte[] body = file[(at + 4)..(at + 8 + length)];
            Assert.Equal(Crc(body), BinaryPrimitives.ReadUInt32BigEndian(file.AsSpan(at + 8 + length)));
            string type = System.Text.Encoding.ASCII.GetString(body, 0, 4);
            types.Add(type);
            if (type == "IHDR")
            {
                header = body[4..];
            }
            else if (type == "IDAT")
            {
                data.Write(body, 4, length);
            }

            at += length + 12;
        }

        Assert.Equal(["IHDR", "IDAT", "IEND"], types);
        Assert.Equal([8, 2, 0, 0, 0], header[8..]);
        int width = BinaryPrimitives.ReadInt32BigEndian(header);
        int height = BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(4));
        data.Position = 0;
        using ZLibStream inflate = new(data, CompressionMode.Decompress);
        using MemoryStream raw = new();
        inflate.CopyTo(raw);
        Assert.Equal(height * ((width * 3) + 1), raw.Length);
        byte[] all = raw.ToArray();
        for (int row = 0; row < height; row++)
        {
            Assert.Equal(0, all[row * ((width * 3) + 1)]);
        }

        return new Png(width, height, all);
    }

    private static uint Crc(byte[] data)
    {
        uint crc = uint.MaxValue;
        foreach (byte value in data)
        {
            crc ^= value;
            for (int bit = 0; bit < 8; bit++)
            {
                crc = (crc >> 1) ^ ((crc & 1) * 0xEDB88320);
            }
        }

        return ~crc;
    }
}
