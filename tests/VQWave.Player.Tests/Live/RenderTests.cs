using System.Globalization;
using System.Text.Json.Nodes;
using VQWave.Controls;
using VQWave.TestSupport;

namespace VQWave.Player.Tests.Live;

public sealed class RenderTests(PlayerFixture player, ITestOutputHelper log) : IDisposable
{
    private const int FirstNote = 400;
    private const int End = 1500;
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void The_same_song_is_the_same_file_and_another_seed_is_another()
    {
        WriteSong();
        var json = JsonNode.Parse(Render("a.wav", "--json").Output)!;
        Assert.Equal(2, json["notes"]!.GetValue<int>());
        Assert.Equal("notes", json["mode"]!.GetValue<string>());
        Assert.Equal("Tiny", json["model"]!.GetValue<string>());
        Render("b.wav");
        Render("c.wav", "--seed", "2");
        Assert.Equal(File.ReadAllBytes(folder["a.wav"]), File.ReadAllBytes(folder["b.wav"]));
        Assert.NotEqual(File.ReadAllBytes(folder["a.wav"]), File.ReadAllBytes(folder["c.wav"]));
    }

    [Fact]
    public void It_is_silent_before_the_first_note_and_after_the_last()
    {
        WriteSong();
        Render("a.wav", "--set", "release=50", "--tail", "1");
        var samples = Assert.Single(Measure.ReadChannels(folder["a.wav"], out var rate));
        var first = FirstNote * rate / 1000;
        Assert.InRange(Measure.Onset(samples), first, first + (rate / 50));
        Assert.True(Measure.Rms(samples.AsSpan(first, rate / 2)) > 1e-3);
        Assert.True(samples.AsSpan((End + 60) * rate / 1000).IndexOfAnyExcept(0f) < 0, "It sounds after the last note's release.");
    }

    [Fact]
    public void Every_rate_has_the_length_that_was_asked_for_and_the_same_pitch()
    {
        WriteSong();
        double[]? reference = null;
        foreach (var rate in (int[])[48000, 8000, 22050, 44100, 192_000])
        {
            var name = $"{rate}.wav";
            Render(name, "--tail", "0.25", "--rate", rate.ToString(CultureInfo.InvariantCulture));
            var samples = Assert.Single(Measure.ReadChannels(folder[name], out var found));
            Assert.Equal(rate, found);
            // 1.75 s at any rate is a whole number of frames or is rounded up.
            Assert.Equal((int)Math.Ceiling((End + 250) * (long)rate / 1000.0), samples.Length);
            var from = FirstNote * rate / 1000;
            var spectrum = Measure.Spectrum(samples.AsSpan(from, rate / 2), rate);
            reference ??= spectrum;
            var shift = Measure.Shift(reference, spectrum, out var correlation);
            log.WriteLine($"{rate} Hz: {samples.Length} frames, {shift:F1} semitones from 48,000 Hz, correlation {correlation:F3}");
            Assert.Equal(0, shift, 0.11);
            Assert.True(correlation > 0.95);
        }
    }

    [Fact]
    public void A_song_without_notes_runs_free()
    {
        MidiSong.Write(folder["song.mid"], (700, MidiMessage.ControlChange(0, 7, 0)));
        var json = JsonNode.Parse(Render("a.wav", "--json", "--tail", "1").Output)!;
        Assert.Equal("free run", json["mode"]!.GetValue<string>());
        var levels = json["levels"]!.AsArray();
        Assert.Equal([512, 128, 32, 8], levels.Select(l => l!["level"]!.GetValue<int>()));
        Assert.All(levels, l => Assert.Matches("^(kernels-(avx-vnni|avx2|portable)|onnxruntime)$", l!["engine"]!.GetValue<string>()));
        Assert.All(levels, l => Assert.Matches("^(fp32|int8|int4)$", l!["precision"]!.GetValue<string>()));
        var samples = Assert.Single(Measure.ReadChannels(folder["a.wav"], out var rate));
        // Volume 0 is silence, once the fade of 20 ms is over.
        Assert.True(Measure.Rms(samples.AsSpan(0, 7 * rate / 10)) > 1e-3);
        Assert.Equal(-1, Measure.Onset(samples.AsSpan(73 * rate / 100)));
    }

    [Fact]
    public void Parameters_hold_from_the_first_sample_on()
    {
        // The same note twice is the same phrase, the first time too; and without notes, greedy does not depend on the seed.
        MidiSong.Write(
            folder["song.mid"],
            (500, MidiMessage.NoteOn(0, 60, 127)),
            (1100, MidiMessage.NoteOff(0, 60)),
            (2000, MidiMessage.NoteOn(0, 60, 127)),
            (2600, MidiMessage.NoteOff(0, 60))
        );
        Render("a.wav", "--model", "live-keys", "--seed", "3", "--set", "temperature=0.9", "--set", "release=20");
        var samples = Assert.Single(Measure.ReadChannels(folder["a.wav"], out var rate)).AsSpan();
        var first = samples.Slice(rate / 2, rate / 2).ToArray();
        var second = samples.Slice(2 * rate, rate / 2).ToArray();
        Assert.True(Measure.Rms(first) > 1e-4);
        Assert.Equal(first, second);

        MidiSong.Write(folder["song.mid"]);
        Render("b.wav", "--seed", "1", "--set", "temperature=0");
        Render("c.wav", "--seed", "2", "--set", "temperature=0");
        Assert.Equal(File.ReadAllBytes(folder["b.wav"]), File.ReadAllBytes(folder["c.wav"]));
        Render("d.wav", "--seed", "1", "--set", "top_k=1");
        Assert.Equal(File.ReadAllBytes(folder["b.wav"]), File.ReadAllBytes(folder["d.wav"]));
        // What is not heard does not matter from the first sample on.
        Render("e.wav", "--set", "detail=2", "--set", "level_4_temperature=0");
        Render("f.wav", "--set", "detail=2", "--set", "level_4_temperature=2");
        Assert.Equal(File.ReadAllBytes(folder["e.wav"]), File.ReadAllBytes(folder["f.wav"]));
    }

    [Fact]
    public void Songs_that_cannot_be_played_are_one_sentence_and_leave_no_file()
    {
        WriteSong();
        var song = File.ReadAllBytes(folder["song.mid"]);
        File.WriteAllBytes(folder["cut.mid"], song[..^9]);
        File.WriteAllBytes(folder["head.mid"], song[..10]);
        File.WriteAllBytes(folder["none.mid"], []);
        File.WriteAllText(folder["text.mid"], "Once upon a time there was a song that nobody had written down.");
        var files = Names();
        foreach (var name in (string[])["cut.mid", "head.mid", "none.mid", "text.mid", "missing.mid"])
        {
            player.Run(folder.Path, "render", name, "-o", "out.wav", "--model", "tiny").AssertRefused(1, name);
            Assert.Equal(files, Names());
        }
    }

    [Theory]
    [InlineData("--rate", "7999")]
    [InlineData("--rate", "fast")]
    [InlineData("--tail", "-1")]
    [InlineData("--tail", "601")]
    [InlineData("--seed", "65536")]
    [InlineData("--mode", "solo")]
    [InlineData("--set", "loudness=3")]
    [InlineData("--set", "gain=40")]
    [InlineData("--midi-map", "missing.json")]
    public void Options_that_cannot_be_meant_are_one_sentence_and_leave_no_file(string option, string value)
    {
        WriteSong();
        player.Run(folder.Path, "render", "song.mid", "-o", "out.wav", "--model", "tiny", option, value).AssertRefused(2, option, value);
        Assert.Equal(["song.mid"], Names());
    }

    [Fact]
    public void What_cannot_be_written_is_one_sentence()
    {
        WriteSong();
        player.Run(folder.Path, "render", "song.mid", "-o", "out.mp4", "--model", "tiny").AssertRefused(2, "out.mp4");
        player.Run(folder.Path, "render", "song.mid", "-o", "no/where/out.wav", "--model", "tiny").AssertRefused(1, "out.wav");
        player.Run(folder.Path, "render", "song.mid", "--model", "tiny").AssertRefused(2, "--output");
        player.Run(folder.Path, "render", "song.mid", "-o", "out.wav", "--model", "absent").AssertRefused(1, "absent");
        player.Run(folder.Path, "render", "song.mid", "-o", "out.wav", "--preset", "Nothing Like It").AssertRefused(2, "Nothing Like It");
        Assert.Equal(["song.mid"], Names());
    }

    [Fact]
    public void What_is_interrupted_leaves_no_file()
    {
        WriteSong();
        var outcome = player.RunAndInterrupt(
            folder.Path,
            () => Directory.GetFiles(folder.Path).Length > 1,
            "render",
            "song.mid",
            "-o",
            "out.wav",
            "--model",
            "live-keys",
            "--tail",
            "600"
        );
        Assert.Equal(130, outcome.ExitCode);
        Assert.Equal(["song.mid"], Names());
    }

    private string[] Names() => [.. Directory.GetFiles(folder.Path).Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal)];

    private void WriteSong() =>
        MidiSong.Write(
            folder["song.mid"],
            (FirstNote, MidiMessage.NoteOn(0, 60, 127)),
            (FirstNote + 600, MidiMessage.NoteOff(0, 60)),
            (FirstNote + 610, MidiMessage.ControlChange(0, 20, 30)),
            (FirstNote + 650, MidiMessage.NoteOn(0, 67, 90)),
            (End, MidiMessage.NoteOff(0, 67))
        );

    private Outcome Render(string output, params string[] more) =>
        player
            .Run(
                folder.Path,
                [
                    "render",
                    "song.mid",
                    "-o",
                    output,
                    .. more.Contains("--model") ? [] : (string[])["--model", "tiny"],
                    "--set",
                    "gain=-12",
                    .. more,
                ]
            )
            .AssertSuccess();
}
