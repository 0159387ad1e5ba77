using System.Diagnostics;
using System.Text.Json;
using VQWave.TestSupport;
using VQWave.Training.Data;

namespace VQWave.Training.Tests.Commands;

public sealed class PrepareTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly float[] _music = Music.Phrase(22_050, 1, 22_050);

    public PrepareTests() => Directory.CreateDirectory(_folder["src"]);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Music_of_every_kind_is_prepared_bad_files_are_listed_and_the_rest_goes_on()
    {
        RequireFfmpeg();
        Music.WriteWav(_folder["src/plain.wav"], _music, 22_050);
        foreach (var kind in new[] { "flac", "ogg", "mp3", "m4a" })
        {
            Encode($"src/sub/{kind} song.{kind}", "-metadata", "title=A song");
        }

        File.WriteAllText(_folder["src/bad.mp3"], "this is no music");
        File.WriteAllText(_folder["src/notes.txt"], "not taken");

        var outcome = TrainProgram.Run(_folder.Path, "prepare", "src", "dst", "--with-meta", "--json");

        Assert.Equal(1, outcome.ExitCode);
        Assert.Contains("bad.mp3 could not be decoded", outcome.Error);
        using var report = JsonDocument.Parse(outcome.Output);
        Assert.Equal(5, report.RootElement.GetProperty("converted").GetInt32());
        Assert.Equal(0, report.RootElement.GetProperty("skipped").GetInt32());
        Assert.Contains("bad.mp3", Assert.Single(report.RootElement.GetProperty("failed").EnumerateArray()).GetString());
        Assert.InRange(report.RootElement.GetProperty("seconds").GetDouble(), 4.9, 5.6);
        Assert.Equal(["plain.u16", "sub/flac song.u16", "sub/m4a song.u16", "sub/mp3 song.u16", "sub/ogg song.u16"], Prepared("*.u16"));
        using (var file = new U16File(_folder["dst/plain.u16"]))
        {
            Check.Close(_music, file.ReadAll(), 5e-5);
        }

        foreach (var kind in new[] { "flac", "ogg", "mp3", "m4a" })
        {
            using var file = new U16File(_folder[$"dst/sub/{kind} song.u16"]);
            Assert.InRange(file.Length, 22_050, 26_000);
            Assert.InRange(file.ReadAll().Average(v => (double)v * v) / _music.Average(v => (double)v * v), 0.7, 1.1);
            Assert.Contains("A song", File.ReadAllText(_folder[$"dst/sub/{kind} song.u16.json"]));
        }

        // Again: what is there is skipped and stays as it is.
        File.Delete(_folder["src/bad.mp3"]);
        File.WriteAllBytes(_folder["dst/plain.u16"], [0, 128]);
        var again = TrainProgram.Run(_folder.Path, "prepare", "src", "dst").AssertSuccess();
        Assert.Contains("0 converted, 5 there already, 0 failed", again.Output);
        Assert.Equal(2, new FileInfo(_folder["dst/plain.u16"]).Length);
        Assert.DoesNotContain(
            Directory.GetFiles(_folder["dst"], "*", SearchOption.AllDirectories),
            f => f.EndsWith(".partial", StringComparison.Ordinal)
        );
    }

    [Fact]
    public void Files_of_one_name_keep_their_extensions_and_none_is_lost()
    {
        RequireFfmpeg();
        Music.WriteWav(_folder["src/song.wav"], _music, 22_050);
        Encode("src/song.flac");
        Encode("src/song.wav.flac");
        TrainProgram.Run(_folder.Path, "prepare", "src", "dst", "--sample-rate", "8000").AssertSuccess();
        Assert.Equal(["song.flac.u16", "song.wav.u16", "song.wav_.u16"], Prepared("*").Order(StringComparer.Ordinal));
        Assert.All(Directory.GetFiles(_folder["dst"]), f => Assert.Equal(8000 * 2, new FileInfo(f).Length));
    }

    [Fact]
    public void Bad_arguments_are_refused_and_nothing_is_written()
    {
        TrainProgram.Run(_folder.Path, "prepare", "none", "dst").AssertRefused(1, "none");
        TrainProgram.Run(_folder.Path, "prepare", "src", "dst").AssertRefused(1, "no audio files");
        TrainProgram.Run(_folder.Path, "prepare", "src", "dst", "--sample-rate", "10").AssertRefused(1, "--sample-rate 10");
        TrainProgram.Run(_folder.Path, "prepare", "src", "dst", "--workers", "0").AssertRefused(1, "--workers 0");
        TrainProgram.Run(_folder.Path, "prepare", "src").AssertRefused(2, "prepare --help");
        Assert.False(Directory.Exists(_folder["dst"]));
    }

    private static void RequireFfmpeg() =>
        Assert.SkipUnless(
            Environment.GetEnvironmentVariable("PATH")!.Split(Path.PathSeparator).Any(p => File.Exists(Path.Combine(p, "ffmpeg"))),
            "ffmpeg is not installed."
        );

    private string[] Prepared(string pattern) =>
        [
            .. Directory
                .GetFiles(_folder["dst"], pattern, SearchOption.AllDirectories)
                .Select(f => Path.GetRelativePath(_folder["dst"], f))
                .Order(StringComparer.Ordinal),
        ];

    private void Encode(string name, params string[] options)
    {
        var wav = _folder["encode.wav"];
        Music.WriteWav(wav, _music, 22_050);
        Directory.CreateDirectory(Path.GetDirectoryName(_folder[name])!);
        using var process = Process.Start(
            new ProcessStartInfo("ffmpeg", ["-nostdin", "-v", "error", "-y", "-i", wav, .. options, _folder[name]])
        )!;
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }
}
