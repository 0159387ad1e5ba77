using System.Buffers.Binary;
using System.Text;

namespace VQWave.Controls;

/// <summary>
/// A standard MIDI file (formats 0, 1 and 2): its channel messages at their times in seconds, in order, for offline rendering.
/// </summary>
/// <remarks>
/// Tempo changes hold for all tracks of formats 0 and 1. The tracks of format 2 are pieces of their own, each with its own tempo, and follow one
/// another. Times of SMPTE divisions do not depend on tempo. Meta events other than tempo, track name and end of track, and
/// system-exclusive data, are passed over; so are chunks of unknown types. Immutable and safe on any thread.
/// </remarks>
public sealed class MidiFile
{
    // A day: what lies beyond is damage.
    private const double MaximumSeconds = 86_400;
    private const int MaximumBytes = 64 << 20;
    private const int DefaultTempo = 500_000;

    private MidiFile(int format, int tracks, string? name, IReadOnlyList<MidiFileEvent> events, double seconds)
    {
        Format = format;
        Tracks = tracks;
        Name = name;
        Events = events;
        Seconds = seconds;
    }

    /// <summary>0, 1 or 2.</summary>
    public int Format { get; }

    /// <summary>How many tracks there are.</summary>
    public int Tracks { get; }

    /// <summary>The name of the first track that has one, which in format 1 is the piece's; or null.</summary>
    public string? Name { get; }

    /// <summary>The channel messages in order of time; those of one time in the order of tracks, and within a track as they are in the file.</summary>
    public IReadOnlyList<MidiFileEvent> Events { get; }

    /// <summary>Seconds to the end of the longest track (format 2: of the last).</summary>
    public double Seconds { get; }

    /// <summary>Reads a file.</summary>
    /// <exception cref="VQWaveException">It cannot be read, or is no standard MIDI file, or is cut short or damaged.</exception>
    public static MidiFile Load(string path)
    {
        try
        {
            if (new FileInfo(path).Length > MaximumBytes)
            {
                throw new VQWaveException($"{path} is larger than {MaximumBytes >> 20} MB, too large for a MIDI file.");
            }

            return Read(File.ReadAllBytes(path), path);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new VQWaveException($"{path} does not exist: give a standard MIDI file.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new VQWaveException($"{path} cannot be read: {e.Message}", e);
        }
    }

    /// <summary>Reads a file that is in memory.</summary>
    /// <param name="bytes">The whole file.</param>
    /// <param name="name">What to call it in messages.</param>
    /// <exception cref="VQWaveException">It is no standard MIDI file, or is cut short or damaged.</exception>
    public static MidiFile Read(ReadOnlySpan<byte> bytes, string name)
    {
        Reader reader = new(name);
        return reader.ReadFile(Unwrap(bytes));
    }

    // Some programs put the file into a RIFF container of type RMID.
    private static ReadOnlySpan<byte> Unwrap(ReadOnlySpan<byte> bytes) =>
        bytes.Length > 20 && bytes.StartsWith("RIFF"u8) && bytes[8..].StartsWith("RMIDdata"u8) ? bytes[20..] : bytes;

    /// <summary>A message, or a change of tempo (<paramref name="Tempo"/> above 0), at its tick.</summary>
    private readonly record struct Timed(long Tick, int Track, MidiMessage Message, int Tempo);

    private sealed class Reader
    {
        private readonly string file;
        private readonly List<Timed> timed = [];
        private readonly List<long> ends = [];
        private string? title;

        internal Reader(string file) => this.file = file;

        internal MidiFile ReadFile(ReadOnlySpan<byte> bytes)
        {
            if (bytes.Length < 14 || !bytes.StartsWith("MThd"u8))
            {
                throw Damaged("it does not begin with the header of a standard MIDI file");
            }

            var headerLength = BinaryPrimitives.ReadUInt32BigEndian(bytes[4..]);
            var format = BinaryPrimitives.ReadUInt16BigEndian(bytes[8..]);
            var tracks = BinaryPrimitives.ReadUInt16BigEndian(bytes[10..]);
            var division = BinaryPrimitives.ReadInt16BigEndian(bytes[12..]);
            if (headerLength < 6 || headerLength > bytes.Length - 8)
            {
                throw Damaged($"its header is said to have {headerLength} bytes");
            }

            if (format > 2)
            {
                throw Damaged($"its format is {format}, and there are 0, 1 and 2");
            }

            var ticksPerSecond = TicksPerSecond(division);
            ReadTracks(bytes[(8 + (int)headerLength)..], tracks);
            List<MidiFileEvent> events = [];
            double seconds = 0;
            if (format == 2)
            {
                for (var track = 0; track < tracks; track++)
                {
                    var ofTrack = timed.Where(t => t.Track == track).ToList();
                    seconds = AddTimes(ofTrack, ends[track], seconds, division, ticksPerSecond, events);
                }
            }
            else
            {
                // Stable: a track's own order is kept, and track 0 with the tempi comes first.
                var inOrder = timed.OrderBy(t => t.Tick).ToList();
                seconds = AddTimes(inOrder, ends.DefaultIfEmpty(0).Max(), 0, division, ticksPerSecond, events);
            }

            return new MidiFile(format, tracks, title, events, seconds);
        }

        private double TicksPerSecond(short division)
        {
            if (division > 0)
            {
                return 0;
            }

            // SMPTE: frames a second, negative, and ticks a frame. 29 stands for the 30 · 1000 / 1001 frames of NTSC.
            var frames = -(division >> 8);
            var ticks = division & 0xFF;
            if (frames is not (24 or 25 or 29 or 30) || ticks == 0)
            {
                throw Damaged($"its time division 0x{(ushort)division:X4} has no meaning");
            }

            return (frames == 29 ? 30_000.0 / 1001 : frames) * ticks;
        }

        private void ReadTracks(ReadOnlySpan<byte> rest, int tracks)
        {
            while (ends.Count < tracks)
            {
                if (rest.Length < 8)
                {
                    throw Damaged($"it ends after {ends.Count} of {tracks} tracks");
                }

                var length = BinaryPrimitives.ReadUInt32BigEndian(rest[4..]);
                if (length > rest.Length - 8)
                {
                    throw Damaged($"it is cut short: a chunk of {length} bytes has only {rest.Length - 8}");
                }

                if (rest.StartsWith("MTrk"u8))
                {
                    ReadTrack(rest.Slice(8, (int)length), ends.Count);
                }

                rest = rest[(8 + (int)length)..];
            }
        }

        private void ReadTrack(ReadOnlySpan<byte> data, int track)
        {
            long tick = 0;
            byte status = 0;
            var position = 0;
            while (true)
            {
                if (position >= data.Length)
                {
                    // Some programs leave the end-of-track event out; what came before is whole.
                    ends.Add(tick);
                    return;
                }

                tick += ReadNumber(data, ref position, track);
                var first = ReadByte(data, ref position, track);
                switch (first)
                {
                    case 0xFF:
                        status = 0;
                        if (ReadMeta(data, ref position, track, tick))
                        {
                            ends.Add(tick);
                            return;
                        }

                        break;
                    case 0xF0 or 0xF7:
                        status = 0;
                        _ = ReadBlock(data, ref position, track);
                        break;
                    case >= 0xF0:
                        throw Damaged($"track {track + 1} has the status 0x{first:X2}, which files cannot hold");
                    default:
                        ReadMessage(data, ref position, track, tick, first, ref status);
                        break;
                }
            }
        }

        private void ReadMessage(ReadOnlySpan<byte> data, ref int position, int track, long tick, byte first, ref byte status)
        {
            byte data1;
            if (first >= 0x80)
            {
                status = first;
                data1 = ReadData(data, ref position, track);
            }
            else
            {
                data1 = first;
            }

            if (status == 0)
            {
                throw Damaged($"track {track + 1} has a data byte 0x{first:X2} without a status at byte {position - 1}");
            }

            var data2 = MidiMessage.DataLength(status) == 2 ? ReadData(data, ref position, track) : (byte)0;
            timed.Add(new Timed(tick, track, new MidiMessage(status, data1, data2), 0));
        }

        // Returns whether it is the end of the track.
        private bool ReadMeta(ReadOnlySpan<byte> data, ref int position, int track, long tick)
        {
            var type = ReadByte(data, ref position, track);
            var block = ReadBlock(data, ref position, track);
            switch (type)
            {
                case 0x2F:
                    return true;
                case 0x03:
                    var text = Encoding.UTF8.GetString(block).Trim();
                    title ??= text.Length > 0 ? text : null;
                    break;
                case 0x51 when block.Length == 3:
                    var tempo = (block[0] << 16) | (block[1] << 8) | block[2];
                    if (tempo == 0)
                    {
                        throw Damaged($"track {track + 1} has a tempo of 0");
                    }

                    timed.Add(new Timed(tick, track, default, tempo));
                    break;
                case 0x51:
                    throw Damaged($"track {track + 1} has a tempo of {block.Length} bytes in place of 3");
            }

            return false;
        }

        private ReadOnlySpan<byte> ReadBlock(ReadOnlySpan<byte> data, ref int position, int track)
        {
            var length = ReadNumber(data, ref position, track);
            if (length > data.Length - position)
            {
                throw Damaged($"track {track + 1} ends within an event");
            }

            var block = data.Slice(position, length);
            position += length;
            return block;
        }

        private int ReadNumber(ReadOnlySpan<byte> data, ref int position, int track)
        {
            var value = 0;
            for (var i = 0; i < 4; i++)
            {
                var next = ReadByte(data, ref position, track);
                value = (value << 7) | (next & 0x7F);
                if (next < 0x80)
                {
                    return value;
                }
            }

            throw Damaged($"track {track + 1} has a number of more than four bytes");
        }

        private byte ReadData(ReadOnlySpan<byte> data, ref int position, int track)
        {
            var value = ReadByte(data, ref position, track);
            return value < 0x80 ? value : throw Damaged($"track {track + 1} has the status 0x{value:X2} within a message");
        }

        private byte ReadByte(ReadOnlySpan<byte> data, ref int position, int track) =>
            position < data.Length ? data[position++] : throw Damaged($"track {track + 1} ends within an event");

        private double AddTimes(
            List<Timed> inOrder,
            long end,
            double start,
            int division,
            double ticksPerSecond,
            List<MidiFileEvent> events
        )
        {
            // Times count from the last change of tempo, so that rounding does not add up over events.
            var tempo = DefaultTempo;
            long tempoTick = 0;
            var tempoSeconds = start;
            double At(long tick) =>
                tempoSeconds
                + (ticksPerSecond > 0 ? (tick - tempoTick) / ticksPerSecond : (tick - tempoTick) * (double)tempo / (1e6 * division));

            foreach (var item in inOrder)
            {
                var seconds = At(item.Tick);
                if (seconds > MaximumSeconds)
                {
                    throw Damaged("it lasts for more than a day");
                }

                if (item.Tempo > 0)
                {
                    tempoSeconds = seconds;
                    tempoTick = item.Tick;
                    tempo = item.Tempo;
                }
                else
                {
                    events.Add(new MidiFileEvent(seconds, item.Message, item.Track));
                }
            }

            var last = At(end);
            return last <= MaximumSeconds ? last : throw Damaged("it lasts for more than a day");
        }

        private VQWaveException Damaged(string what) => new($"{file} cannot be played: {what}; export it again as a standard MIDI file.");
    }
}
