namespace VQWave.Devices.Tests;

public sealed class TakeRecorderTests
{
    [Theory]
    [InlineData(".wav", AudioEncoding.Float32)]
    [InlineData(".wav", AudioEncoding.Pcm24)]
    [InlineData(".flac", AudioEncoding.Pcm24)]
    [InlineData(".wav", AudioEncoding.Pcm16)]
    public void Take_equals_what_was_pushed_bit_for_bit(string extension, AudioEncoding encoding)
    {
        using TemporaryFolder folder = new();
        string path = folder["take" + extension];
        // Values that each encoding holds exactly, so that equality means equality.
        float[] sound = Noise(2 * 48000, encoding == AudioEncoding.Pcm16 ? 32768 : 8388608);
        using TakeRecorder recorder = new(path, 48000, 2, new TakeRecorderOptions { Encoding = encoding, BufferSeconds = 2 });
        Random random = new(3);
        for (int at = 0; at < sound.Length; )
        {
            int length = Math.Min(2 * random.Next(0, 700), sound.Length - at);
            recorder.Push(sound.AsSpan(at, length));
            at += length;
        }

        Assert.Equal(48000, recorder.Frames);
        Assert.Equal(1.0, recorder.Duration.TotalSeconds, 9);
        Assert.False(File.Exists(path));
        TakeReport report = recorder.Stop();

        Assert.Equal(new TakeReport(report.Files, 48000, 0, 0, null), report);
        Assert.Equal([path], report.Files);
        Assert.Same(report, recorder.Stop());
        recorder.Push(sound);
        Assert.Equal(sound, ReadStereo(path));
        Assert.Single(folder.Files);
    }

    [Fact]
    public void Pushing_allocates_nothing()
    {
        using TemporaryFolder folder = new();
        using TakeRecorder recorder = new(folder["take.wav"], 48000, 2, new TakeRecorderOptions { BufferSeconds = 0.5 });
        float[] block = Noise(512, 32768);
        long allocated = 0;
        for (int i = 0; i < 5000; i++)
        {
            // Far faster than sound, so that the full buffer's path runs too.
            long before = GC.GetAllocatedBytesForCurrentThread();
            recorder.Push(block);
            long used = GC.GetAllocatedBytesForCurrentThread() - before;
            allocated += i < 100 ? 0 : used;
        }

        Assert.Equal(0, allocated);
        TakeReport report = recorder.Stop();
        // What was lost at the very end has no silence after it.
        Assert.InRange(report.Frames, (5000 * 256) - report.LostFrames, 5000 * 256);
    }

    [Fact]
    public void Slow_disk_is_counted_and_the_take_stays_in_time()
    {
        using TemporaryFolder folder = new();
        GatedFile file = new("take.wav", 2);
        TakeRecorder recorder = new(folder["take.wav"], 8000, 2, new TakeRecorderOptions { BufferSeconds = 0.125 }, _ => file);
        // 1,000 frames fit; the disk takes nothing for now.
        float[] sound = new float[2 * 8000];
        for (int i = 0; i < sound.Length; i++)
        {
            sound[i] = i + 1;
        }

        recorder.Push(sound.AsSpan(0, 200));
        Wait.For(() => file.IsWaiting, "the writer to reach the disk");
        recorder.Push(sound.AsSpan(200, 4000));
        Assert.Equal(2000, 200 + 4000 - (2 * recorder.LostFrames) - 200);
        Assert.Equal(1, recorder.BufferFill, 6);
        recorder.Push(sound.AsSpan(4200, 600));
        Assert.Equal(1300, recorder.LostFrames);
        file.Open();
        Wait.For(() => recorder.BufferFill == 0, "the buffer to empty");
        recorder.Push(sound.AsSpan(4800, 1000));
        TakeReport report = recorder.Stop();

        Assert.Equal(1300, report.LostFrames);
        Assert.Equal((4800 + 1000) / 2, report.Frames);
        Assert.Contains("0.163 s", report.Error, StringComparison.Ordinal);
        Assert.Contains("too slow", report.Error, StringComparison.Ordinal);
        float[] expected = [.. sound[..2200], .. new float[2600], .. sound[4800..5800]];
        Assert.Equal(expected, file.Samples);
    }

    [Fact]
    public void Take_that_outgrows_a_file_goes_on_in_the_next_without_a_gap()
    {
        using TemporaryFolder folder = new();
        float[] sound = Noise(2 * 50_000, 8388608);
        TakeRecorderOptions options = new() { MaxFileBytes = 120_000 };
        using TakeRecorder recorder = new(folder["long.flac"], 48000, 2, options);
        recorder.Push(sound);
        TakeReport report = recorder.Stop();

        Assert.Equal([folder["long.flac"], folder["long-2.flac"], folder["long-3.flac"]], report.Files);
        Assert.Equal(50_000, report.Frames);
        Assert.Null(report.Error);
        Assert.Equal(2 * 20_000, ReadStereo(report.Files[0]).Length);
        Assert.Equal(sound, report.Files.SelectMany(ReadStereo));
    }

    [Fact]
    public void Existing_files_are_never_replaced()
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder["old.wav"], "kept");
        Assert.Contains(
            "exists",
            Assert.Throws<AudioFileException>(() => new TakeRecorder(folder["old.wav"], 48000, 2)).Message,
            StringComparison.Ordinal
        );

        // Two takes of one name, both begun before either has its file.
        DateTime time = new(2026, 11, 22, 14, 3, 5, DateTimeKind.Local);
        string path = TakeRecorder.NewPath(folder["takes"], ".wav", time);
        Assert.Equal("take-2026-11-22-140305.wav", Path.GetFileName(path));
        using TakeRecorder first = new(path, 48000, 1);
        using TakeRecorder second = new(TakeRecorder.NewPath(folder["takes"], ".wav", time), 48000, 1);
        first.Push([0.5f]);
        second.Push([0.25f]);
        string[] files = [.. first.Stop().Files, .. second.Stop().Files];

        Assert.Equal(["take-2026-11-22-140305.wav", "take-2026-11-22-140305-2.wav"], files.Select(Path.GetFileName));
        Assert.Equal([0.5f], AudioFile.ReadMono(files[0]).Samples);
        Assert.Equal([0.25f], AudioFile.ReadMono(files[1]).Samples);
        Assert.Equal("take-2026-11-22-140305-3.wav", Path.GetFileName(TakeRecorder.NewPath(folder["takes"], ".wav", time)));
        Assert.Equal("kept", File.ReadAllText(folder["old.wav"]));
    }

    [Fact]
    public void Samples_that_are_no_numbers_do_not_cost_the_take()
    {
        using TemporaryFolder folder = new();
        using TakeRecorder recorder = new(folder["take.wav"], 48000, 1);
        recorder.Push([0.5f, float.NaN, float.PositiveInfinity, -0.5f]);
        TakeReport report = recorder.Stop();

        Assert.Equal(2, report.Repaired);
        Assert.Equal([0.5f, 0, 0, -0.5f], AudioFile.ReadMono(report.Files[0]).Samples);
    }

    [Fact]
    public void Failing_disk_keeps_what_was_written()
    {
        using TemporaryFolder folder = new();
        GatedFile file = new("take.wav", 1) { FailsAfter = 100 };
        file.Open();
        TakeRecorder recorder = new(folder["take.wav"], 8000, 1, new TakeRecorderOptions(), _ => file);
        recorder.Push(new float[100]);
        Wait.For(() => file.Frames == 100, "the first block");
        recorder.Push(new float[50]);
        Wait.For(() => recorder.Error is not null, "the failure");
        recorder.Push(new float[30]);
        TakeReport report = recorder.Stop();

        Assert.Equal(["take.wav"], report.Files);
        Assert.Equal(100, report.Frames);
        Assert.Equal(80, report.LostFrames);
        Assert.StartsWith("The disk is full.", report.Error, StringComparison.Ordinal);
        Assert.Contains("0.010 s", report.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Writer_keeps_what_came_before_an_error()
    {
        using TemporaryFolder folder = new();
        string path = folder["take.wav"];
        using (AudioFileWriter writer = new(path, 48000))
        {
            writer.Append([0.5f, -0.5f]);
            Assert.Throws<AudioFileException>(() => writer.Append([float.NaN]));
            Assert.True(writer.TrySalvage());
        }

        Assert.Equal([0.5f, -0.5f], AudioFile.ReadMono(path).Samples);
        Assert.Single(folder.Files);
    }

    private static float[] Noise(int length, int steps)
    {
        Random random = new(11);
        float[] samples = new float[length];
        for (int i = 0; i < length; i++)
        {
            samples[i] = (float)random.Next(-steps, steps) / steps;
        }

        return samples;
    }

    // libsndfile's own floats, both channels: ffmpeg-free and mean-free.
    private static float[] ReadStereo(string path)
    {
        using SndFileSource source = SndFileSource.TryOpen(path, out string error) ?? throw new InvalidDataException(error);
        List<float> samples = [];
        float[] block = new float[4096 * source.Channels];
        int frames;
        while ((frames = source.Read(block)) > 0)
        {
            samples.AddRange(block[..(frames * source.Channels)]);
        }

        return [.. samples];
    }

    /// <summary>A file in memory whose disk waits until it is let go, and may fill up.</summary>
    private sealed class GatedFile(string path, int channels) : ITakeFile
    {
        private readonly ManualResetEventSlim gate = new();
        private readonly List<float> samples = [];

        public volatile bool IsWaiting;

        /// <summary>Frames after which the disk is full.</summary>
        public long? FailsAfter { get; init; }

        public string Path => path;

        public long Frames
        {
            get
            {
                lock (samples)
                {
                    return samples.Count / channels;
                }
            }
        }

        public float[] Samples
        {
            get
            {
                lock (samples)
                {
                    return [.. samples];
                }
            }
        }

        public void Open() => gate.Set();

        public void Append(ReadOnlySpan<float> interleaved)
        {
            IsWaiting = true;
            Assert.True(gate.Wait(TimeSpan.FromSeconds(60)));
            if (Frames >= FailsAfter)
            {
                throw new AudioFileException("The disk is full.");
            }

            lock (samples)
            {
                samples.AddRange(interleaved);
            }
        }

        public void Complete() { }

        public bool TrySalvage() => true;

        public void Dispose() => gate.Dispose();
    }
}
