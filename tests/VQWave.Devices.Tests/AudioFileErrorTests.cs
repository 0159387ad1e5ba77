namespace VQWave.Devices.Tests;

public sealed class AudioFileErrorTests
{
    [Theory]
    [InlineData("missing.wav")]
    [InlineData("missing.m4a")]
    public void Missing_file_is_named(string name)
    {
        using TemporaryFolder folder = new();
        AudioFileException e = Assert.Throws<AudioFileException>(() => AudioFile.ReadMono(folder[name]));
        Assert.Equal($"'{folder[name]}' does not exist.", e.Message);
    }

    [Theory]
    [InlineData("empty.wav")]
    [InlineData("empty.flac")]
    [InlineData("empty.ogg")]
    [InlineData("empty.mp3")]
    [InlineData("empty.m4a")]
    public void Empty_file_is_refused(string name)
    {
        using TemporaryFolder folder = new();
        File.WriteAllBytes(folder[name], []);
        AudioFileException e = Assert.Throws<AudioFileException>(() => AudioFile.ReadMono(folder[name]));
        Assert.Equal($"'{folder[name]}' is empty.", e.Message);
    }

    [Theory]
    [InlineData("notes.wav")]
    [InlineData("notes.flac")]
    [InlineData("notes.ogg")]
    [InlineData("notes.mp3")]
    [InlineData("notes.m4a")]
    [InlineData("notes.txt")]
    [InlineData("notes")]
    public void Text_is_no_audio(string name)
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder[name], string.Join('\n', Enumerable.Repeat("Remember the milk, and the tempo.", 200)));
        AudioFileException e = Assert.Throws<AudioFileException>(() => AudioFile.ReadMono(folder[name]));
        AssertSentence(e, folder[name]);
    }

    [Theory]
    [InlineData(".wav")]
    [InlineData(".flac")]
    [InlineData(".ogg")]
    public void Random_bytes_are_no_audio(string extension)
    {
        using TemporaryFolder folder = new();
        byte[] bytes = new byte[50000];
        new Random(3).NextBytes(bytes);
        File.WriteAllBytes(folder["noise" + extension], bytes);
        AudioFileException e = Assert.Throws<AudioFileException>(() => AudioFile.ReadMono(folder["noise" + extension]));
        AssertSentence(e, folder["noise" + extension]);
    }

    [Theory]
    [InlineData(".wav", 0.5)]
    [InlineData(".wav", 0.0005)]
    [InlineData(".flac", 0.5)]
    [InlineData(".flac", 0.001)]
    [InlineData(".ogg", 0.002)]
    public void Cut_file_is_refused(string extension, double share)
    {
        using TemporaryFolder folder = new();
        string path = folder["take" + extension];
        AudioFile.Write(path, Signals.Sine(440, 22050, 44100), 22050);
        byte[] bytes = File.ReadAllBytes(path);
        File.WriteAllBytes(path, bytes[..Math.Max(20, (int)(bytes.Length * share))]);
        AudioFileException e = Assert.Throws<AudioFileException>(() => AudioFile.ReadMono(path));
        AssertSentence(e, path);
    }

    [Theory]
    [InlineData(0.6)]
    [InlineData(0.02)]
    public void Cut_m4a_is_refused(double share)
    {
        using TemporaryFolder folder = new();
        AudioFile.Write(folder["a.wav"], Signals.Sine(440, 22050, 88200), 22050);
        string path = folder["a.m4a"];
        if (!Ffmpeg.TryRun("-i", folder["a.wav"], "-c:a", "aac", "-movflags", "+faststart", path))
        {
            Assert.Skip("ffmpeg is not installed.");
        }

        byte[] bytes = File.ReadAllBytes(path);
        File.WriteAllBytes(path, bytes[..(int)(bytes.Length * share)]);
        AssertSentence(Assert.Throws<AudioFileException>(() => AudioFile.ReadMono(path)), path);
    }

    [Fact]
    public void Overwritten_flac_is_refused()
    {
        using TemporaryFolder folder = new();
        string path = folder["take.flac"];
        AudioFile.Write(path, Signals.Sine(440, 22050, 44100), 22050);
        byte[] bytes = File.ReadAllBytes(path);
        new Random(1).NextBytes(bytes.AsSpan(bytes.Length / 2));
        File.WriteAllBytes(path, bytes);
        AssertSentence(Assert.Throws<AudioFileException>(() => AudioFile.ReadMono(path)), path);
    }

    [Fact]
    public void Values_that_are_not_finite_are_refused_on_reading()
    {
        using TemporaryFolder folder = new();
        string path = folder["nan.wav"];
        AudioFile.Write(path, new float[1000], 22050, 1, AudioEncoding.Float32);
        byte[] bytes = File.ReadAllBytes(path);
        BitConverter.TryWriteBytes(bytes.AsSpan(bytes.Length - 400), float.NaN);
        File.WriteAllBytes(path, bytes);
        AudioFileException e = Assert.Throws<AudioFileException>(() => AudioFile.ReadMono(path));
        Assert.Contains("frame 900", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Folder_is_not_a_file()
    {
        using TemporaryFolder folder = new();
        Assert.Contains(
            "folder",
            Assert.Throws<AudioFileException>(() => AudioFile.ReadMono(folder.Path)).Message,
            StringComparison.Ordinal
        );
        Directory.CreateDirectory(folder["x.wav"]);
        Assert.Throws<AudioFileException>(() => AudioFile.Write(folder["x.wav"], new float[10], 22050));
        Assert.Empty(folder.Files);
    }

    [Theory]
    [InlineData("song.mp3")]
    [InlineData("song.xyz")]
    [InlineData("song")]
    public void Unknown_extension_lists_the_known(string name)
    {
        using TemporaryFolder folder = new();
        AudioFileException e = Assert.Throws<AudioFileException>(() => AudioFile.Write(folder[name], new float[10], 22050));
        Assert.Contains(".wav, .flac, .ogg", e.Message, StringComparison.Ordinal);
        Assert.Empty(folder.Files);
    }

    [Fact]
    public void Missing_target_folder_is_named()
    {
        using TemporaryFolder folder = new();
        string path = Path.Combine(folder["nowhere"], "a.wav");
        AudioFileException e = Assert.Throws<AudioFileException>(() => AudioFile.Write(path, new float[10], 22050));
        Assert.Contains($"'{folder["nowhere"]}' does not exist", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Folder_that_takes_no_files_is_reported()
    {
        if (!Directory.Exists("/proc/self"))
        {
            Assert.Skip("Needs /proc, a folder in which not even root can create a file.");
        }

        AudioFileException e = Assert.Throws<AudioFileException>(() => AudioFile.Write("/proc/self/a.wav", new float[10], 22050));
        AssertSentence(e, "/proc/self/a.wav");
    }

    [Theory]
    [InlineData("a.flac", AudioEncoding.Float32, 22050, 1)]
    [InlineData("a.flac", AudioEncoding.Pcm16, 22050, 9)]
    [InlineData("a.ogg", AudioEncoding.Pcm16, 22050, 300)]
    public void What_a_format_cannot_hold_is_refused(string name, AudioEncoding encoding, int rate, int channels)
    {
        using TemporaryFolder folder = new();
        float[] samples = new float[channels * 10];
        AudioFileException e = Assert.Throws<AudioFileException>(() => AudioFile.Write(folder[name], samples, rate, channels, encoding));
        AssertSentence(e, folder[name]);
        Assert.Empty(folder.Files);
    }

    [Fact]
    public void Failure_leaves_the_old_file_and_nothing_else()
    {
        using TemporaryFolder folder = new();
        string path = folder["a.wav"];
        AudioFile.Write(path, new float[100], 22050);
        byte[] before = File.ReadAllBytes(path);
        float[] bad = new float[20000];
        bad[15000] = float.PositiveInfinity;

        AudioFileException e = Assert.Throws<AudioFileException>(() => AudioFile.Write(path, bad, 22050));

        Assert.Contains("frame 15000", e.Message, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllBytes(path));
        Assert.Single(folder.Files);
    }

    [Fact]
    public void Abandoned_writer_leaves_nothing()
    {
        using TemporaryFolder folder = new();
        using (AudioFileWriter writer = new(folder["a.flac"], 22050))
        {
            writer.Append(new float[5000]);
            Assert.Single(folder.Files);
        }

        Assert.Empty(folder.Files);
    }

    [Fact]
    public void Closed_writer_takes_nothing_more()
    {
        using TemporaryFolder folder = new();
        using AudioFileWriter writer = new(folder["a.wav"], 22050);
        writer.Append(new float[10]);
        writer.Complete();
        Assert.Throws<InvalidOperationException>(() => writer.Append(new float[10]));
        Assert.Throws<InvalidOperationException>(writer.Complete);
    }

    [Fact]
    public void File_without_sound_is_refused()
    {
        using TemporaryFolder folder = new();
        AudioFile.Write(folder["a.wav"], [], 22050);
        AudioFileException e = Assert.Throws<AudioFileException>(() => AudioFile.ReadMono(folder["a.wav"]));
        AssertSentence(e, folder["a.wav"]);
    }

    private static void AssertSentence(AudioFileException e, string path)
    {
        Assert.StartsWith($"'{path}' ", e.Message, StringComparison.Ordinal);
        Assert.EndsWith(".", e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', e.Message);
    }
}
