using System.Buffers.Binary;

namespace VQWave.Devices.Tests;

public sealed class AudioFileRoundTripTests
{
    [Theory]
    [InlineData(".wav", AudioEncoding.Pcm16, 0.5 / 32768)]
    [InlineData(".wav", AudioEncoding.Pcm24, 0.5 / 8388608)]
    [InlineData(".wav", AudioEncoding.Float32, 0)]
    [InlineData(".flac", AudioEncoding.Pcm16, 0.5 / 32768)]
    [InlineData(".flac", AudioEncoding.Pcm24, 0.5 / 8388608)]
    public void Lossless_formats_keep_samples_to_half_a_step(string extension, AudioEncoding encoding, double tolerance)
    {
        using TemporaryFolder folder = new();
        string path = folder["tone" + extension];
        float[] samples = Signals.Sine(440, 22050, 22050);

        AudioFile.Write(path, samples, 22050, 1, encoding);
        AudioClip clip = AudioFile.ReadMono(path);

        Assert.Equal(22050, clip.SampleRate);
        Assert.Equal(samples.Length, clip.Samples.Length);
        Assert.Equal(1.0, clip.Duration.TotalSeconds, 9);
        double error = Signals.MaxDifference(samples, clip.Samples);
        Assert.True(error <= tolerance * 1.0001, $"Largest error {error}.");
        Assert.Single(folder.Files);
    }

    [Fact]
    public void Vorbis_keeps_a_tone_to_40_dB()
    {
        using TemporaryFolder folder = new();
        string path = folder["tone.ogg"];
        float[] samples = Signals.Sine(440, 22050, 44100);

        AudioFile.Write(path, samples, 22050);
        AudioClip clip = AudioFile.ReadMono(path);

        Assert.Equal(samples.Length, clip.Samples.Length);
        float[] noise = new float[20000];
        for (int i = 0; i < noise.Length; i++)
        {
            noise[i] = clip.Samples[12000 + i] - samples[12000 + i];
        }

        double snr = 20 * Math.Log10(Signals.Rms(samples) / Signals.Rms(noise));
        Assert.True(snr > 40, $"{snr:f1} dB");
    }

    [Fact]
    public void Wav_bytes_are_rounded_and_clamped()
    {
        using TemporaryFolder folder = new();
        string path = folder["steps.wav"];

        AudioFile.Write(path, [0f, 0.6f / 32768, -0.6f / 32768, 0.4f / 32768, 1f, -1f, 7f, -7f], 8000);

        // The header of a plain 16-bit wav has 44 bytes; the samples end the file.
        byte[] bytes = File.ReadAllBytes(path);
        short[] stored = new short[8];
        for (int i = 0; i < 8; i++)
        {
            stored[i] = BinaryPrimitives.ReadInt16LittleEndian(bytes.AsSpan(bytes.Length - 16 + (2 * i)));
        }

        Assert.Equal([0, 1, -1, 0, 32767, -32768, 32767, -32768], stored);
        Assert.Equal(44 + 16, bytes.Length);
        Assert.Equal("RIFF"u8, bytes.AsSpan(0, 4));
    }

    [Fact]
    public void Stereo_is_read_as_the_mean()
    {
        using TemporaryFolder folder = new();
        string path = folder["stereo.wav"];
        float[] frames = [0.5f, 0.25f, -0.5f, 0.5f, 1f / 64, 3f / 64];

        AudioFile.Write(path, frames, 44100, channels: 2, AudioEncoding.Float32);

        Assert.Equal([0.375f, 0f, 2f / 64], AudioFile.ReadMono(path).Samples);
    }

    [Fact]
    public void Reading_at_another_rate_resamples()
    {
        using TemporaryFolder folder = new();
        string path = folder["tone.wav"];
        AudioFile.Write(path, Signals.Sine(1000, 44100, 44100), 44100, 1, AudioEncoding.Float32);

        AudioClip clip = AudioFile.ReadMono(path, 22050);

        Assert.Equal(22050, clip.SampleRate);
        Assert.Equal(22050, clip.Samples.Length);
        float[] expected = Signals.Sine(1000, 22050, 22050);
        Assert.True(Signals.MaxDifference(clip.Samples.AsSpan(3000..^3000), expected.AsSpan(3000..^3000)) < 1e-4);
    }

    [Fact]
    public void Blocks_read_the_same_as_the_whole()
    {
        using TemporaryFolder folder = new();
        string path = folder["tone.flac"];
        AudioFile.Write(path, Signals.Sine(700, 44100, 30000), 44100);
        float[] whole = AudioFile.ReadMono(path, 22050).Samples;

        using AudioFileReader reader = new(path, 22050);
        List<float> blocks = [];
        float[] block = new float[777];
        int got;
        while ((got = reader.Read(block)) > 0)
        {
            blocks.AddRange(block[..got]);
        }

        Assert.Equal(whole, blocks);
        Assert.Equal(44100, reader.SourceRate);
        Assert.Equal(1, reader.SourceChannels);
    }

    [Theory]
    [InlineData("m4a", "aac")]
    [InlineData("aac", "aac")]
    [InlineData("mp3", "libmp3lame")]
    [InlineData("opus", "libopus")]
    [InlineData("wv", "wavpack")]
    public void Compressed_files_of_others_are_read(string extension, string codec)
    {
        using TemporaryFolder folder = new();
        string wav = folder["tone.wav"];
        string path = folder["tone: -1." + extension];
        AudioFile.Write(wav, Signals.Sine(1000, 48000, 96000), 48000);
        if (!Ffmpeg.TryRun("-i", wav, "-c:a", codec, "-b:a", "160k", "file:" + path))
        {
            Assert.Skip($"ffmpeg with {codec} is not installed.");
        }

        AudioClip clip = AudioFile.ReadMono(path, 22050);

        Assert.InRange(clip.Samples.Length, 43500, 47000);
        double amplitude = Signals.AmplitudeAt(clip.Samples.AsSpan(8000, 16384), 1000, 22050);
        // LAME lowers everything by 5 %.
        Assert.Equal(0.5, amplitude, 0.03);
    }

    [Fact]
    public void Streamed_writing_equals_writing_whole()
    {
        using TemporaryFolder folder = new();
        float[] samples = Signals.Sine(300, 22050, 20000);
        AudioFile.Write(folder["whole.wav"], samples, 22050);

        using (AudioFileWriter writer = new(folder["blocks.wav"], 22050))
        {
            for (int at = 0; at < samples.Length; at += 613)
            {
                writer.Append(samples.AsSpan(at, Math.Min(613, samples.Length - at)));
                Assert.False(File.Exists(folder["blocks.wav"]));
            }

            Assert.Equal(samples.Length, writer.Frames);
            writer.Complete();
        }

        Assert.Equal(File.ReadAllBytes(folder["whole.wav"]), File.ReadAllBytes(folder["blocks.wav"]));
    }
}
