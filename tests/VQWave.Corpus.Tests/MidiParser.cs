using System.Buffers.Binary;
using System.Text;

namespace VQWave.Corpus.Tests;

/// <summary>A small reader of standard MIDI files, written from the specification and not from the writer under test.</summary>
internal sealed class MidiParser
{
    public sealed record Event(int Track, long Tick, int Status, int Data1, int Data2);

    public int Format { get; private set; }

    public int Division { get; private set; }

    public int Tracks { get; private set; }

    public List<Event> Events { get; } = [];

    public List<(long Tick, int Microseconds)> Tempi { get; } = [];

    public List<long> TrackEnds { get; } = [];

    public static MidiParser Parse(byte[] bytes)
    {
        var result = new MidiParser();
        Assert.Equal("MThd", Encoding.ASCII.GetString(bytes, 0, 4));
        Assert.Equal(6, BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(4)));
        result.Format = BinaryPrimitives.ReadInt16BigEndian(bytes.AsSpan(8));
        result.Tracks = BinaryPrimitives.ReadInt16BigEndian(bytes.AsSpan(10));
        result.Division = BinaryPrimitives.ReadInt16BigEndian(bytes.AsSpan(12));
        int position = 14;
        for (int track = 0; track < result.Tracks; track++)
        {
            Assert.Equal("MTrk", Encoding.ASCII.GetString(bytes, position, 4));
            int length = BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(position + 4));
            position += 8;
            result.ParseTrack(bytes.AsSpan(position, length), track);
            position += length;
        }

        Assert.Equal(bytes.Length, position);
        return result;
    }

    public double SecondsAt(long tick)
    {
        double seconds = 0;
        long previous = 0;
        int tempo = 500_000;
        foreach (var (at, microseconds) in Tempi.Where(t => t.Tick < tick))
        {
            seconds += (at - previous) * 1e-6 * tempo / Division;
            (previous, tempo) = (at, microseconds);
        }

        return seconds + ((tick - previous) * 1e-6 * tempo / Division);
    }

    private void ParseTrack(ReadOnlySpan<byte> data, int track)
    {
        int i = 0;
        long tick = 0;
        int running = 0;
        while (true)
        {
            tick += ReadVariable(data, ref i);
            int status = data[i] >= 0x80 ? data[i++] : running;
            Assert.True(status >= 0x80, "data byte without a status to run on");
            if (status == 0xFF)
            {
                running = 0;
                int type = data[i++];
                int length = ReadVariable(data, ref i);
                if (type == 0x51)
                {
                    Tempi.Add((tick, (data[i] << 16) | (data[i + 1] << 8) | data[i + 2]));
                }

                i += length;
                if (type == 0x2F)
                {
                    Assert.Equal(data.Length, i);
                    TrackEnds.Add(tick);
                    return;
                }

                continue;
            }

            running = status;
            int first = data[i++];
            int second = (status & 0xF0) is 0xC0 or 0xD0 ? 0 : data[i++];
            Assert.True(first < 0x80 && second < 0x80, "data byte above 127");
            Events.Add(new Event(track, tick, status, first, second));
        }
    }

    private static int ReadVariable(ReadOnlySpan<byte> data, ref int i)
    {
        int value = 0;
        byte b;
        do
        {
            b = data[i++];
            value = (value << 7) | (b & 0x7F);
        } while (b >= 0x80);
        return value;
    }
}
