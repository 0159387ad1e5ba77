using System.Buffers.Binary;
using System.IO.Compression;

namespace VQWave.Analysis;

/// <summary>An RGB picture that shapes and text are drawn into and that is written as a PNG.</summary>
internal sealed class Picture
{
    private static readonly uint[] CrcTable = MakeCrcTable();

    private readonly byte[] pixels;

    /// <summary>Creates a picture of one colour.</summary>
    public Picture(int width, int height, Colour background)
    {
        Width = width;
        Height = height;
        pixels = new byte[checked(width * height * 3)];
        Fill(0, 0, width, height, background);
    }

    public int Width { get; }

    public int Height { get; }

    /// <summary>Sets a pixel; outside the picture nothing happens.</summary>
    public void Set(int x, int y, Colour colour)
    {
        if ((uint)x < (uint)Width && (uint)y < (uint)Height)
        {
            int at = ((y * Width) + x) * 3;
            pixels[at] = colour.Red;
            pixels[at + 1] = colour.Green;
            pixels[at + 2] = colour.Blue;
        }
    }

    public void Fill(int x, int y, int width, int height, Colour colour)
    {
        for (int row = y; row < y + height; row++)
        {
            for (int column = x; column < x + width; column++)
            {
                Set(column, row, colour);
            }
        }
    }

    /// <summary>A frame of one pixel around a rectangle.</summary>
    public void Frame(int x, int y, int width, int height, Colour colour)
    {
        Fill(x - 1, y - 1, width + 2, 1, colour);
        Fill(x - 1, y + height, width + 2, 1, colour);
        Fill(x - 1, y - 1, 1, height + 2, colour);
        Fill(x + width, y - 1, 1, height + 2, colour);
    }

    /// <summary>A line two pixels thick, within the columns and rows given.</summary>
    public void Line(double x0, double y0, double x1, double y1, Colour colour)
    {
        int steps = Math.Max(1, (int)Math.Ceiling(Math.Max(Math.Abs(x1 - x0), Math.Abs(y1 - y0))));
        for (int step = 0; step <= steps; step++)
        {
            int x = (int)Math.Round(x0 + ((x1 - x0) * step / steps));
            int y = (int)Math.Round(y0 + ((y1 - y0) * step / steps));
            Fill(x, y, 2, 2, colour);
        }
    }

    /// <summary>Draws text with its top left corner at a point.</summary>
    public void Text(int x, int y, string text, Colour colour, int scale = 1)
    {
        foreach (char character in text)
        {
            int top = y + (BitmapFont.Descent(character) * scale);
            for (int row = 0; row < BitmapFont.Height; row++)
            {
                int bits = BitmapFont.Row(character, row);
                for (int column = 0; column < BitmapFont.Width; column++)
                {
                    if ((bits & (1 << (BitmapFont.Width - 1 - column))) != 0)
                    {
                        Fill(x + (column * scale), top + (row * scale), scale, scale, colour);
                    }
                }
            }

            x += BitmapFont.Advance * scale;
        }
    }

    /// <summary>Writes the picture whole or not at all.</summary>
    /// <exception cref="AnalysisException">The file cannot be written.</exception>
    public void WritePng(string path)
    {
        string full = Path.GetFullPath(path);
        string folder = Path.GetDirectoryName(full) ?? "";
        if (!Directory.Exists(folder))
        {
            throw new AnalysisException($"'{path}' cannot be written: the folder '{folder}' does not exist.");
        }

        string temporary = Path.Combine(folder, $".{Path.GetFileName(full)}.{Guid.NewGuid():N}.tmp");
        try
        {
            File.WriteAllBytes(temporary, EncodePng());
            File.Move(temporary, full, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            TryDelete(temporary);
            throw new AnalysisException($"'{path}' cannot be written: {e.Message}", e);
        }
    }

    /// <summary>The picture as a PNG file (W3C PNG specification): 8-bit RGB, no interlace, no filter.</summary>
    public byte[] EncodePng()
    {
        using MemoryStream file = new();
        file.Write([0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A]);
        Span<byte> header = stackalloc byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, Width);
        BinaryPrimitives.WriteInt32BigEndian(header[4..], Height);
        header[8] = 8;
        header[9] = 2;
        header[10..].Clear();
        WriteChunk(file, "IHDR"u8, header);

        using MemoryStream data = new();
        using (ZLibStream deflate = new(data, CompressionLevel.Optimal, leaveOpen: true))
        {
            for (int row = 0; row < Height; row++)
            {
                deflate.WriteByte(0);
                deflate.Write(pixels, row * Width * 3, Width * 3);
            }
        }

        WriteChunk(file, "IDAT"u8, data.ToArray());
        WriteChunk(file, "IEND"u8, []);
        return file.ToArray();
    }

    private static void WriteChunk(MemoryStream file, ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        file.Write(number);
        file.Write(type);
        file.Write(data);
        uint crc = Crc(Crc(uint.MaxValue, type), data) ^ uint.MaxValue;
        BinaryPrimitives.WriteUInt32BigEndian(number, crc);
        file.Write(number);
    }

    private static uint Crc(uint crc, ReadOnlySpan<byte> data)
    {
        foreach (byte value in data)
        {
            crc = CrcTable[(crc ^ value) & 0xFF] ^ (crc >> 8);
        }

        return crc;
    }

    private static uint[] MakeCrcTable()
    {
        uint[] table = new uint[256];
        for (uint i = 0; i < 256; i++)
        {
            uint value = i;
            for (int bit = 0; bit < 8; bit++)
            {
                value = (value & 1) != 0 ? 0xEDB88320 ^ (value >> 1) : value >> 1;
            }

            table[i] = value;
        }

        return table;
    }

    private static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The error that led here says more than this one.
        }
    }
}
