using System.Text;
using VQWave.Controls;
using VQWave.Corpus.Midi;
using VQWave.Corpus.Music;
using VQWave.TestSupport;

namespace VQWave.Tests.Controls;

public class MidiFileTests
{
    [Fact]
    public void Format_0_with_running_status_tempo_and_data_to_pass_over()
    {
        byte[] track =
        [
            0,
            0xFF,
            0x03,
            4,
            (byte)'S',
            (byte)'o',
            (byte)'n',
            (byte)'g',
            0,
            0xFF,
            0x51,
            3,
            0x07,
            0xA1,
            0x20, // 500,000 us
            0,
            0x90,
            60,
            100,
            96,
            60,
            0, // one quarter later, by running status
            0,
            0xF0,
            3,
            1,
            2,
            0xF7,
            0,
            0xF7,
            1,
            0x42,
            0,
            0xFF,
            0x51,
            3,
            0x0F,
            0x42,
            0x40, // 1,000,000 us
            0x81,
            0x40,
            0xC1,
            5, // 192 ticks: two slow quarters
            48,
            0xFF,
            0x7F,
            2,
            1,
            2,
            0,
            0xE1,
            1,
            2,
            96,
            0xFF,
            0x2F,
            0,
        ];
        var file = MidiFile.Read(Build(0, 96, track), "song.mid");
        MidiFileEvent[] expected =
        [
            new(0, new MidiMessage(0x90, 60, 100), 0),
            new(0.5, new MidiMessage(0x90, 60, 0), 0),
            new(2.5, new MidiMessage(0xC1, 5, 0), 0),
            new(3.0, new MidiMessage(0xE1, 1, 2), 0),
        ];
        Assert.Equal(expected, file.Events);
        Assert.Equal((0, 1, "Song", 4.0), (file.Format, file.Tracks, file.Name, file.Seconds));
    }

    [Fact]
    public void Format_1_takes_tempo_from_any_track_for_all_and_keeps_the_order_of_tracks()
    {
        byte[] conductor = [0, 0xFF, 0x51, 3, 0x0F, 0x42, 0x40, 0, 0xFF, 0x2F, 0];
        byte[] first = [10, 0x90, 60, 1, 10, 0x80, 60, 0, 0, 0xFF, 0x2F, 0];
        byte[] second = [10, 0x91, 61, 1, 0, 0xFF, 0x51, 3, 0x03, 0xD0, 0x90, 10, 0x81, 61, 0, 50, 0xFF, 0x2F, 0];
        var file = MidiFile.Read(Build(1, 10, conductor, first, second), "song.mid");
        Assert.Equal([1.0, 1.0, 1.25, 1.25], file.Events.Select(e => e.Seconds));
        Assert.Equal([1, 2, 1, 2], file.Events.Select(e => e.Track));
        Assert.Equal(2.5, file.Seconds);
    }

    [Fact]
    public void Format_2_plays_its_tracks_one_after_another_each_in_its_own_tempo()
    {
        byte[] first = [0, 0xFF, 0x51, 3, 0x0F, 0x42, 0x40, 10, 0x90, 60, 1, 10, 0xFF, 0x2F, 0];
        byte[] second = [10, 0x90, 61, 1, 10, 0xFF, 0x2F, 0];
        var file = MidiFile.Read(Build(2, 10, first, second), "song.mid");
        Assert.Equal([1.0, 2.5], file.Events.Select(e => e.Seconds));
        Assert.Equal(3.0, file.Seconds);
    }

    [Theory]
    [InlineData(0xE728, 25 * 40.0)]
    [InlineData(0xE850, 24 * 80.0)]
    [InlineData(0xE350, 30_000.0 / 1001 * 80)]
    [InlineData(0xE264, 30 * 100.0)]
    public void Smpte_times_ignore_the_tempo(int division, double ticksPerSecond)
    {
        byte[] track = [0, 0xFF, 0x51, 3, 0x01, 0x42, 0x40, 100, 0x90, 60, 1, 100, 0xFF, 0x2F, 0];
        var file = MidiFile.Read(Build(0, division, track), "song.mid");
        Assert.Equal(100 / ticksPerSecond, Assert.Single(file.Events).Seconds, 12);
        Assert.Equal(200 / ticksPerSecond, file.Seconds, 12);
    }

    [Fact]
    public void Unknown_chunks_longer_headers_and_containers_are_passed_over()
    {
        byte[] track = [10, 0x90, 60, 1];
        var plain = Build(0, 10, track);
        byte[] odd = [.. "MThd"u8, 0, 0, 0, 8, 0, 0, 0, 1, 0, 10, 9, 9, .. "XFIH"u8, 0, 0, 0, 2, 7, 7, .. plain[14..], 0, 0];
        byte[] wrapped = [.. "RIFF"u8, 0, 0, 0, 0, .. "RMIDdata"u8, (byte)plain.Length, 0, 0, 0, .. plain];
        var expected = MidiFile.Read(plain, "a.mid").Events;
        Assert.Equal(0.5, Assert.Single(expected).Seconds);
        Assert.Equal(expected, MidiFile.Read(odd, "b.mid").Events);
        Assert.Equal(expected, MidiFile.Read(wrapped, "c.mid").Events);
    }

    public static TheoryData<string, byte[]> Damaged =>
        new()
        {
            { "header", [] },
            { "header", Encoding.ASCII.GetBytes("This is a text, not a MIDI file.") },
            { "format", Build(3, 96, [0, 0xFF, 0x2F, 0]) },
            { "division", Build(0, 0, [0, 0xFF, 0x2F, 0]) },
            { "division", Build(0, 0xEF28, [0, 0xFF, 0x2F, 0]) },
            { "cut short", Build(0, 96, [0, 0x90, 60, 1, 0, 0xFF, 0x2F, 0])[..^3] },
            { "0 of 1 tracks", Build(0, 96, Array.Empty<byte>())[..14] },
            { "without a status", Build(0, 96, [0, 60, 1]) },
            { "without a status", Build(0, 96, [0, 0x90, 60, 1, 0, 0xFF, 1, 0, 0, 60, 1]) },
            { "within an event", Build(0, 96, [0, 0x90, 60]) },
            { "within an event", Build(0, 96, [0, 0xFF, 1, 50, 1]) },
            { "within an event", Build(0, 96, [0x81]) },
            { "four bytes", Build(0, 96, [0x81, 0x81, 0x81, 0x81, 0, 0x90, 60, 1]) },
            { "within a message", Build(0, 96, [0, 0x90, 60, 0x90]) },
            { "cannot hold", Build(0, 96, [0, 0xF8]) },
            { "tempo of 0", Build(0, 96, [0, 0xFF, 0x51, 3, 0, 0, 0]) },
            { "tempo of 2 bytes", Build(0, 96, [0, 0xFF, 0x51, 2, 0, 0]) },
            { "a day", Build(0, 1, [0xFF, 0xFF, 0xFF, 0x7F, 0x90, 60, 1]) },
            { "said to have", [.. "MThd"u8, 0xFF, 0, 0, 6, 0, 0, 0, 1, 0, 96] },
        };

    [Theory]
    [MemberData(nameof(Damaged))]
    public void Damaged_files_are_refused_in_a_sentence(string part, byte[] bytes)
    {
        var problem = Assert.Throws<VQWaveException>(() => MidiFile.Read(bytes, "song.mid")).Message;
        Assert.StartsWith("song.mid cannot be played: ", problem, StringComparison.Ordinal);
        Assert.Contains(part, problem, StringComparison.Ordinal);
        Assert.EndsWith(".", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Files_that_are_cut_or_flipped_anywhere_are_read_or_refused_but_never_crash()
    {
        var bytes = MidiFileWriter.Encode(Composer.Compose(3, 0));
        Random random = new(5);
        var refused = 0;
        for (var round = 0; round < 400; round++)
        {
            var copy = bytes[..(round % 2 == 0 ? random.Next(bytes.Length) : bytes.Length)];
            for (var n = round % 2 * 3; n > 0; n--)
            {
                copy[random.Next(copy.Length)] ^= (byte)(1 << random.Next(8));
            }

            try
            {
                var file = MidiFile.Read(copy, "x.mid");
                Assert.True(file.Events.Zip(file.Events.Skip(1)).All(p => p.First.Seconds <= p.Second.Seconds));
            }
            catch (VQWaveException)
            {
                refused++;
            }
        }

        Assert.InRange(refused, 200, 399);
    }

    [Fact]
    public void Files_of_the_corpus_composer_are_read_as_they_were_composed()
    {
        using TemporaryFolder folder = new();
        for (var index = 0; index < 4; index++)
        {
            var piece = Composer.Compose(17, index);
            var path = folder[$"{index}.mid"];
            File.WriteAllBytes(path, MidiFileWriter.Encode(piece));
            var file = MidiFile.Load(path);
            Assert.Equal((1, piece.Name), (file.Format, file.Name));
            Assert.Equal(piece.Seconds, file.Seconds, 9);

            double At(int tick) => TempoMap.SecondsAt(piece.Tempi, tick, Piece.TicksPerQuarter);
            var starts = piece.Notes.Select(n => (At(n.Start), n.Channel, n.Key, n.Velocity)).Order();
            var ends = piece.Notes.Select(n => (At(n.End), n.Channel, n.Key)).Order();
            var notes = file.Events.Where(e => e.Message.Kind == MidiMessageKind.NoteOn).ToList();
            var offs = file.Events.Where(e => e.Message.Kind == MidiMessageKind.NoteOff).ToList();
            Assert.NotEmpty(notes);
            Assert.Equal((piece.Notes.Count, piece.Notes.Count), (notes.Count, offs.Count));
            AssertNear(
                starts.Select(n => (n.Item1, (n.Channel, n.Key, n.Velocity))),
                notes.Select(e => (e.Seconds, ((int)e.Message.Channel, (int)e.Message.Data1, (int)e.Message.Data2)))
            );
            AssertNear(
                ends.Select(n => (n.Item1, (n.Channel, n.Key, 0))),
                offs.Select(e => (e.Seconds, ((int)e.Message.Channel, (int)e.Message.Data1, 0)))
            );
            Assert.Equal(piece.Instruments.Count, file.Events.Count(e => e.Message.Kind == MidiMessageKind.ProgramChange));
        }
    }

    [Fact]
    public void A_missing_file_is_named()
    {
        var problem = Assert.Throws<VQWaveException>(() => MidiFile.Load("/nowhere/song.mid")).Message;
        Assert.Equal("/nowhere/song.mid does not exist: give a standard MIDI file.", problem);
        using TemporaryFolder folder = new();
        Assert.Throws<VQWaveException>(() => MidiFile.Load(folder.Path));
    }

    private static void AssertNear(
        IEnumerable<(double Seconds, (int Channel, int Key, int Velocity) Note)> expected,
        IEnumerable<(double Seconds, (int Channel, int Key, int Velocity) Note)> actual
    )
    {
        // By note first: the two sum their tempi in different orders, so that equal times may differ in the last bit.
        static List<(double Seconds, (int, int, int) Note)> Sorted(IEnumerable<(double Seconds, (int, int, int) Note)> notes) =>
            [.. notes.OrderBy(n => n.Note).ThenBy(n => n.Seconds)];
        var sortedExpected = Sorted(expected);
        var sortedActual = Sorted(actual);
        Assert.Equal(sortedExpected.Select(n => n.Note), sortedActual.Select(n => n.Note));
        Assert.All(sortedExpected.Zip(sortedActual), p => Assert.Equal(p.First.Seconds, p.Second.Seconds, 1e-9));
    }

    private static byte[] Build(int format, int division, params byte[][] tracks)
    {
        List<byte> bytes = [.. "MThd"u8, 0, 0, 0, 6, 0, (byte)format, 0, (byte)tracks.Length, (byte)(division >> 8), (byte)division];
        foreach (var track in tracks)
        {
            bytes.AddRange([.. "MTrk"u8, 0, 0, (byte)(track.Length >> 8), (byte)track.Length, .. track]);
        }

        return [.. bytes];
    }
}
