using VQWave.Corpus.Midi;
using VQWave.Corpus.Music;

namespace VQWave.Corpus.Tests;

public sealed class ComposerTests
{
    public static TheoryData<ulong, int, string> SomePieces()
    {
        var data = new TheoryData<ulong, int, string>();
        for (int i = 0; i < 30; i++)
        {
            data.Add((ulong)(1 + (i % 3)), i * 7, i % 2 == 0 ? nameof(MusicStyle.Keys) : nameof(MusicStyle.Tines));
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(SomePieces))]
    public void Midi_file_is_valid_and_as_long_as_the_piece_says(ulong seed, int index, string style)
    {
        Piece piece = Composer.Compose(seed, index, Enum.Parse<MusicStyle>(style));
        MidiParser midi = MidiParser.Parse(MidiFileWriter.Encode(piece));

        Assert.Equal(1, midi.Format);
        Assert.Equal(480, midi.Division);
        Assert.Equal(piece.Instruments.Count + 1, midi.Tracks);
        Assert.Equal(midi.Tracks, midi.TrackEnds.Count);
        double seconds = midi.SecondsAt(midi.TrackEnds.Max());
        Assert.InRange(seconds, 45, 75);
        Assert.Equal(piece.Seconds, seconds, 1e-6);
        Assert.Equal(0, midi.Tempi[0].Tick);
        Assert.InRange(60e6 / midi.Tempi[0].Microseconds, 59.99, 84.01);
    }

    [Theory]
    [MemberData(nameof(SomePieces))]
    public void Every_note_on_has_its_note_off_and_none_overlaps_itself(ulong seed, int index, string style)
    {
        MidiParser midi = MidiParser.Parse(MidiFileWriter.Encode(Composer.Compose(seed, index, Enum.Parse<MusicStyle>(style))));
        var sounding = new HashSet<(int Channel, int Key)>();
        int notes = 0;
        // The parser keeps file order inside a track, and each channel has one track.
        foreach (var e in midi.Events.Where(e => (e.Status & 0xF0) is 0x90 or 0x80))
        {
            var note = (e.Status & 0x0F, e.Data1);
            bool isOn = (e.Status & 0xF0) == 0x90 && e.Data2 > 0;
            Assert.True(isOn ? sounding.Add(note) : sounding.Remove(note), $"note {note} at tick {e.Tick}");
            notes += isOn ? 1 : 0;
        }

        Assert.Empty(sounding);
        Assert.True(notes > 70, $"only {notes} notes");
    }

    [Theory]
    [MemberData(nameof(SomePieces))]
    public void First_note_follows_a_short_silence_and_the_end_rings(ulong seed, int index, string style)
    {
        MidiParser midi = MidiParser.Parse(MidiFileWriter.Encode(Composer.Compose(seed, index, Enum.Parse<MusicStyle>(style))));
        var notes = midi.Events.Where(e => (e.Status & 0xF0) == 0x90).ToList();
        Assert.InRange(midi.SecondsAt(notes.Min(n => n.Tick)), 0.1, 0.2);
        double ring = midi.SecondsAt(midi.TrackEnds.Max()) - midi.SecondsAt(notes.Max(n => n.Tick));
        Assert.InRange(ring, 1.0, 4.0);
    }

    [Theory]
    [MemberData(nameof(SomePieces))]
    public void Pitches_are_in_the_stated_key(ulong seed, int index, string style)
    {
        Piece piece = Composer.Compose(seed, index, Enum.Parse<MusicStyle>(style));
        // Church modes as rotations of the white keys: C ionian, D dorian and so on.
        int[] white = [0, 2, 4, 5, 7, 9, 11];
        string[] tonics = ["C", "Db", "D", "Eb", "E", "F", "Gb", "G", "Ab", "A", "Bb", "B"];
        string[] words = piece.Key.Name.Split(' ');
        int whiteTonic = words[1] switch
        {
            "ionian" => 0,
            "dorian" => 2,
            "lydian" => 5,
            "mixolydian" => 7,
            "aeolian" => 9,
            _ => throw new InvalidOperationException(words[1]),
        };
        int shift = Array.IndexOf(tonics, words[0]) - whiteTonic;
        var scale = white.Select(w => (w + shift + 24) % 12).ToHashSet();
        Assert.All(piece.Notes, n => Assert.Contains(n.Key % 12, scale));
        // All but an odd degree are used: a piece is not a drone.
        Assert.True(piece.Notes.Select(n => n.Key % 12).Distinct().Count() >= 6);
    }

    [Fact]
    public void Same_seed_gives_the_same_bytes_and_another_seed_others()
    {
        for (int index = 0; index < 5; index++)
        {
            byte[] first = MidiFileWriter.Encode(Composer.Compose(1, index));
            Assert.Equal(first, MidiFileWriter.Encode(Composer.Compose(1, index)));
            Assert.NotEqual(first, MidiFileWriter.Encode(Composer.Compose(2, index)));
            Assert.NotEqual(first, MidiFileWriter.Encode(Composer.Compose(1, index + 1)));
        }
    }

    [Theory]
    [InlineData(nameof(MusicStyle.Keys), "bass,electric piano,ocarina,pad,vibraphone")]
    [InlineData(nameof(MusicStyle.Tines), "celesta,harp,kalimba,low harp,music box,pad")]
    public void Each_style_has_its_instruments_and_no_percussion(string style, string instruments)
    {
        SortedSet<string> heard = new(StringComparer.Ordinal);
        for (int index = 0; index < 30; index++)
        {
            Piece piece = Composer.Compose(1, index, Enum.Parse<MusicStyle>(style));
            heard.UnionWith(piece.Instruments.Select(i => i.Name));
            Assert.DoesNotContain(piece.Notes, n => n.Channel == 9);
        }

        Assert.Equal(instruments, string.Join(',', heard));
    }

    // The music that the shipped packs have learned from: a change of the composer must leave it as it is.
    [Theory]
    [InlineData(nameof(MusicStyle.Keys), "163e5174c6706a755bdcb010cdd192e16019a69f3c4349cd2f00459b599a0581")]
    [InlineData(nameof(MusicStyle.Tines), "58c476b1af2ba7741f09bebf736466b2ef0557ff2afadb99a0fdb62f4b3306dc")]
    public void Music_is_composed_as_it_was(string style, string hash)
    {
        byte[] all =
        [
            .. Enumerable.Range(0, 20).SelectMany(i => MidiFileWriter.Encode(Composer.Compose(1, i, Enum.Parse<MusicStyle>(style)))),
        ];
        Assert.Equal(hash, Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(all)));
    }

    [Fact]
    public void At_most_three_parts_are_scored_in_any_bar()
    {
        for (int index = 0; index < 40; index++)
        {
            Piece piece = Composer.Compose(5, index);
            int barTicks = piece.QuartersPerBar * Piece.TicksPerQuarter;
            int lead = piece.Notes.Min(n => n.Start);
            // A little slack either side of the bar line: players are late and early by a few ticks.
            var channels = piece.Notes.GroupBy(n => (n.Start - lead + 40) / barTicks);
            Assert.All(channels, bar => Assert.InRange(bar.Select(n => n.Channel).Distinct().Count(), 1, 3));
        }
    }

    [Fact]
    public void Voice_leading_moves_less_than_placing_each_chord_from_the_bottom()
    {
        var key = new Key(2, Mode.Dorian);
        int[] degrees = [0, 3, 6, 2, 5, 1, 4, 0];
        int[]? led = null;
        int[]? stacked = null;
        int ledMoves = 0;
        int stackedMoves = 0;
        foreach (int degree in degrees)
        {
            int[] classes = new Chord(key, degree, wantsNinth: true).UpperPitchClasses;
            int[] nextLed = VoiceLeading.Lead(led, classes, 57, 77);
            int[] nextStacked = [.. classes.Select((_, i) => key.Pitch(35 + degree + (2 * i)))];
            Assert.Equal(classes.Order(), nextLed.Select(k => k % 12).Order());
            Assert.All(nextLed, k => Assert.InRange(k, 57, 77));
            ledMoves += led?.Zip(nextLed, (a, b) => Math.Abs(a - b)).Sum() ?? 0;
            stackedMoves += stacked?.Zip(nextStacked, (a, b) => Math.Abs(a - b)).Sum() ?? 0;
            (led, stacked) = (nextLed, nextStacked);
        }

        Assert.True(2 * ledMoves < stackedMoves, $"{ledMoves} against {stackedMoves} semitones");
    }
}
