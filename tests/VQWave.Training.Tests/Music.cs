using VQWave.Training.Data;

namespace VQWave.Training.Tests;

/// <summary>Synthetic audio: a phrase of a few notes that repeats, with a little noise.</summary>
internal static class Music
{
    private static readonly double[] Notes = [220, 277.2, 329.6, 277.2, 440, 329.6, 247, 329.6];

    public static float[] Phrase(int length, int seed, int sampleRate = 8000)
    {
        var random = new Random(seed);
        var samples = new float[length];
        var noteLength = sampleRate / 8;
        for (var i = 0; i < length; i++)
        {
            var frequency = Notes[i / noteLength % Notes.Length];
            var time = (double)(i % noteLength) / sampleRate;
            var tone = Math.Sin(2 * Math.PI * frequency * time) + (0.4 * Math.Sin(4 * Math.PI * frequency * time));
            samples[i] = (float)((0.35 * tone * Math.Exp(-6 * time)) + (0.004 * ((random.NextDouble() * 2) - 1)));
        }

        return samples;
    }

    public static void Write(string folder, params int[] lengths)
    {
        Directory.CreateDirectory(folder);
        for (var i = 0; i < lengths.Length; i++)
        {
            U16File.Write(Path.Combine(folder, $"piece{i}.u16"), Phrase(lengths[i], i));
        }
    }

    /// <summary>A 16-bit mono WAV file.</summary>
    public static void WriteWav(string path, float[] samples, int sampleRate)
    {
        using var writer = new BinaryWriter(File.Create(path));
        writer.Write("RIFF"u8);
        writer.Write(36 + (samples.Length * 2));
        writer.Write("WAVEfmt "u8);
        writer.Write(16);
        writer.Write((short)1);
        writer.Write((short)1);
        writer.Write(sampleRate);
        writer.Write(sampleRate * 2);
        writer.Write((short)2);
        writer.Write((short)16);
        writer.Write("data"u8);
        writer.Write(samples.Length * 2);
        foreach (var sample in samples)
        {
            writer.Write((short)Math.Clamp(MathF.Round(sample * 32768), -32768, 32767));
        }
    }
}
