namespace VQWave.Devices;

/// <summary>Whole audio files in one call.</summary>
public static class AudioFile
{
    /// <summary>Reads a file as mono, the mean of its channels.</summary>
    /// <param name="path">wav, flac, ogg, mp3 or anything else that libsndfile or ffmpeg decodes.</param>
    /// <param name="sampleRate">The rate wanted in samples per second, or null for the file's own.</param>
    /// <returns>The sound.</returns>
    /// <exception cref="AudioFileException">
    /// The file is missing, empty, cut off, damaged or no audio, or what decodes it is not installed.
    /// </exception>
    public static AudioClip ReadMono(string path, int? sampleRate = null)
    {
        using AudioFileReader reader = new(path, sampleRate);
        float[] samples = reader.ReadToEnd();
        return samples.Length > 0
            ? new AudioClip(samples, reader.SampleRate)
            : throw new AudioFileException($"'{path}' holds no sound: its length is 0.");
    }

    /// <summary>Writes a file whole or not at all: wav, flac or ogg (Vorbis) by the extension.</summary>
    /// <param name="path">The file; one that exists is replaced.</param>
    /// <param name="samples">Interleaved samples, full scale −1 to 1; integers clamp beyond it.</param>
    /// <param name="sampleRate">Samples per second and channel.</param>
    /// <param name="channels">Interleaved channels.</param>
    /// <param name="encoding">How samples are stored; Vorbis ignores it.</param>
    /// <exception cref="AudioFileException">
    /// The extension is unknown, the folder is missing or not writable, the disk is full, a sample is not finite, or libsndfile
    /// is not installed.
    /// </exception>
    public static void Write(
        string path,
        ReadOnlySpan<float> samples,
        int sampleRate,
        int channels = 1,
        AudioEncoding encoding = AudioEncoding.Pcm16
    )
    {
        using AudioFileWriter writer = new(path, sampleRate, channels, encoding);
        writer.Append(samples);
        writer.Complete();
    }
}
