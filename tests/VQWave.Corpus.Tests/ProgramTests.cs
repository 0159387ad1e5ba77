using System.Buffers.Binary;
using System.Text.Json;

namespace VQWave.Corpus.Tests;

public sealed class ProgramTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("vqwave-corpus-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("--output is missing", "--output DIR is required")]
    [InlineData("--output x --wat", "unknown option '--wat'")]
    [InlineData("--output", "--output needs a value")]
    [InlineData("--output --json", "--output needs a value")]
    [InlineData("--output x --minutes never", "--minutes is 'never', it must be a number from 0.1 to 6000")]
    [InlineData("--output x --minutes nan", "--minutes is 'nan'")]
    [InlineData("--output x --minutes -3", "--minutes is '-3'")]
    [InlineData("--output x --held-out 0.9", "--held-out is '0.9', it must be a number from 0 to 0.5")]
    [InlineData("--output x --seed -1", "--seed is '-1', it must be a whole number")]
    [InlineData("--output x --json=yes", "--json takes no value")]
    public void Bad_options_are_one_sentence_and_exit_code_2(string line, string expected)
    {
        string[] args = line == "--output is missing" ? [] : line.Split(' ');
        var (code, output, error) = Run(args);
        Assert.Equal(2, code);
        Assert.Empty(output);
        Assert.Contains(expected, error, StringComparison.Ordinal);
        Assert.Single(error.Trim().Split('\n'));
    }

    [Fact]
    public void Help_names_every_option()
    {
        var (code, output, _) = Run("--help");
        Assert.Equal(0, code);
        foreach (string option in new[] { "--output", "--minutes", "--seed", "--held-out", "--midi-only", "--json" })
        {
            Assert.Contains(option, output, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Missing_soundfont_program_and_folder_say_so_and_write_nothing()
    {
        string target = Path.Combine(_folder, "corpus");
        var (code, _, error) = Run("--output", target, "--soundfont", Path.Combine(_folder, "none.sf2"));
        Assert.Equal(1, code);
        Assert.Contains("none.sf2' is missing: install it with `make train-setup`", error, StringComparison.Ordinal);

        string soundFont = Path.Combine(_folder, "empty.sf2");
        File.WriteAllBytes(soundFont, []);
        (code, _, error) = Run("--output", target, "--soundfont", soundFont, "--fluidsynth", "no-such-fluidsynth");
        Assert.Equal(1, code);
        Assert.Contains("'no-such-fluidsynth' could not be started", error, StringComparison.Ordinal);
        Assert.Contains("make train-setup", error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(target));

        (code, _, error) = Run("--output", soundFont, "--midi-only");
        Assert.Equal(1, code);
        Assert.Contains("cannot write the corpus under", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Midi_only_is_the_same_for_the_same_seed_and_holds_a_tenth_out()
    {
        string a = Path.Combine(_folder, "a");
        string b = Path.Combine(_folder, "b");
        var (code, output, error) = Run("--output", a, "--midi-only", "--json");
        Assert.True(code == 0, error);
        Assert.Equal(0, Run("--output", b, "--midi-only").Code);
        string[] names = [.. Directory.GetFiles(Path.Combine(a, "midi")).Select(f => Path.GetFileName(f)!).Order()];
        Assert.Equal(names, Directory.GetFiles(Path.Combine(b, "midi")).Select(f => Path.GetFileName(f)!).Order());
        Assert.All(names, n => Assert.Equal(Read(a, n), Read(b, n)));

        using JsonDocument json = JsonDocument.Parse(output);
        JsonElement[] pieces = [.. json.RootElement.GetProperty("pieces").EnumerateArray()];
        Assert.Equal(names.Length, pieces.Length);
        int heldOut = pieces.Count(p => p.GetProperty("split").GetString() == "held-out");
        Assert.Equal(0.1, (double)heldOut / pieces.Length, 0.01);
        double minutes = pieces.Sum(p => p.GetProperty("seconds").GetDouble()) / 60;
        Assert.InRange(minutes, 60, 61.3);
        Assert.Equal(minutes, json.RootElement.GetProperty("totals").GetProperty("minutes").GetDouble(), 0.001);

        // Another seed in the same folder leaves nothing of the first behind.
        Assert.Equal(0, Run("--output", b, "--midi-only", "--seed", "2", "--minutes", "3").Code);
        string[] after = [.. Directory.GetFiles(Path.Combine(b, "midi")).Select(f => Path.GetFileName(f)!)];
        Assert.InRange(after.Length, 3, 4);
        Assert.All(after, n => Assert.DoesNotContain(n, names));
    }

    [Theory]
    [InlineData(62, 0.1, 6)]
    [InlineData(2, 0.1, 1)]
    [InlineData(1, 0.1, 0)]
    [InlineData(10, 0.0, 0)]
    [InlineData(3, 0.5, 2)]
    [InlineData(310, 0.1, 30)]
    [InlineData(305, 0.1, 30)]
    public void Held_out_pieces_are_the_share_in_whole_pieces(int pieces, double share, int expected) =>
        Assert.Equal(expected, CorpusBuilder.ChooseHeldOut(pieces, share).Count(h => h));

    [Fact]
    public void A_longer_corpus_holds_out_what_an_hour_did()
    {
        bool[] hour = CorpusBuilder.ChooseHeldOut(62, 0.1);
        bool[] day = CorpusBuilder.ChooseHeldOut(24 * 62, 0.1);
        Assert.Equal([5, 15, 25, 36, 46, 56], Enumerable.Range(0, 62).Where(i => hour[i]));
        Assert.Equal(hour, day[..62]);
        Assert.All(Enumerable.Range(0, 24), h => Assert.Equal(6, day.Skip(62 * h).Take(62).Count(x => x)));
    }

    [Fact]
    public void Two_minutes_render_soft_level_unclipped_and_are_kept_the_second_time()
    {
        Assert.SkipUnless(File.Exists(CorpusOptions.DefaultSoundFont), "the FluidR3_GM soundfont is not installed");
        Assert.SkipUnless(
            (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(d => File.Exists(Path.Combine(d, "fluidsynth"))),
            "fluidsynth is not installed"
        );

        var (code, output, error) = Run("--output", _folder, "--minutes", "2", "--json");
        Assert.True(code == 0, error);
        using JsonDocument json = JsonDocument.Parse(output);
        JsonElement totals = json.RootElement.GetProperty("totals");
        Assert.InRange(totals.GetProperty("shareAbove1kHz").GetDouble(), 0.04, 0.12);
        Assert.InRange(totals.GetProperty("shareAbove4kHz").GetDouble(), 0, 0.001);

        string[] train = Directory.GetFiles(Path.Combine(_folder, "train"));
        string[] heldOut = Directory.GetFiles(Path.Combine(_folder, "held-out"));
        Assert.NotEmpty(train);
        Assert.Single(heldOut);
        foreach (string file in train.Concat(heldOut))
        {
            short[] samples = ReadWav(file);
            Assert.InRange(samples.Length / 22050.0, 45, 75);
            double rms = Math.Sqrt(samples.Average(s => (double)s * s)) / 32768;
            Assert.InRange(20 * Math.Log10(rms), -22.5, -17.5);
            Assert.True(samples.Max(s => Math.Abs((int)s)) < 32768 * 0.891, "a peak above -1 dBFS");
            Assert.All(samples.Take(2000), s => Assert.InRange(s, -40, 40));
            Assert.All(samples.TakeLast(200), s => Assert.InRange(s, -40, 40));
        }

        Assert.Empty(
            Directory.GetFiles(
                _folder,
                "*.tmp",
                new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.None }
            )
        );
        byte[] first = File.ReadAllBytes(train[0]);
        DateTime written = File.GetLastWriteTimeUtc(heldOut[0]);
        File.WriteAllBytes(train[0], [1, 2, 3]);

        // MIDI alone over a rendered corpus forgets none of its audio.
        Assert.Equal(0, Run("--output", _folder, "--minutes", "2", "--midi-only").Code);
        (code, string again, error) = Run("--output", _folder, "--minutes", "2", "--json");
        Assert.True(code == 0, error);
        Assert.Equal(output, again);
        Assert.Equal(first, File.ReadAllBytes(train[0]));
        Assert.Equal(written, File.GetLastWriteTimeUtc(heldOut[0]));
    }

    private static short[] ReadWav(string path)
    {
        byte[] bytes = File.ReadAllBytes(path);
        Assert.Equal("RIFF"u8.ToArray(), bytes[..4]);
        Assert.Equal("WAVE"u8.ToArray(), bytes[8..12]);
        Assert.Equal(1, BinaryPrimitives.ReadInt16LittleEndian(bytes.AsSpan(22)));
        Assert.Equal(22050, BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(24)));
        Assert.Equal(16, BinaryPrimitives.ReadInt16LittleEndian(bytes.AsSpan(34)));
        int length = BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(40));
        Assert.Equal(bytes.Length - 44, length);
        var samples = new short[length / 2];
        for (int i = 0; i < samples.Length; i++)
        {
            samples[i] = BinaryPrimitives.ReadInt16LittleEndian(bytes.AsSpan(44 + (2 * i)));
        }

        return samples;
    }

    private static byte[] Read(string folder, string name) => File.ReadAllBytes(Path.Combine(folder, "midi", name));

    private static (int Code, string Output, string Error) Run(params string[] args)
    {
        var output = new StringWriter();
        var error = new StringWriter();
        int code = Program.Run(args, output, error, TestContext.Current.CancellationToken);
        return (code, output.ToString(), error.ToString());
    }
}
