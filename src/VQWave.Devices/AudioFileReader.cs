namespace VQWave.Devices;

/// <summary>
/// Reads an audio file as mono 32-bit float, the mean of its channels, at its own rate or resampled to a wanted one.
/// </summary>
/// <remarks>
/// wav, flac, ogg, mp3 and whatever else libsndfile knows go through libsndfile; m4a, aac and the rest through an ffmpeg
/// process. Resampling is <see cref="SincResampler"/>'s. One thread at a time.
/// </remarks>
public sealed class AudioFileReader : IDisposable
{
    private const int BlockFrames = 4096;

    // What libsndfile is asked first; everything else goes to ffmpeg.
    private static readonly HashSet<string> SndFileExtensions = new(StringComparer.OrdinalIgnoreCase)
    {
        ".wav",
        ".wave",
        ".flac",
        ".ogg",
        ".oga",
        ".opus",
        ".mp3",
        ".aif",
        ".aiff",
        ".aifc",
        ".au",
        ".snd",
        ".caf",
        ".w64",
        ".rf64",
    };

    private readonly AudioSource source;
    private readonly SincResampler? resampler;
    private readonly float[] interleaved;
    private readonly float[] block = new float[BlockFrames];
    private long framesRead;
    private bool sourceEnded;

    /// <summary>Opens a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="sampleRate">The rate wanted in samples per second, or null for the file's own.</param>
    /// <exception cref="AudioFileException">
    /// The file is missing, empty, cut off or no audio, or what decodes it is not installed.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">The rate is not positive.</exception>
    public AudioFileReader(string path, int? sampleRate = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (sampleRate is int wanted)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(wanted, 1, nameof(sampleRate));
        }

        Path = path;
        source = Open(path);
        SourceRate = source.SampleRate;
        SourceChannels = source.Channels;
        if (SourceRate is < 1 or > 10_000_000 || SourceChannels is < 1 or > 1024)
        {
            source.Dispose();
            throw new AudioFileException(
                $"'{path}' is damaged: its header states {SourceRate} samples per second in {SourceChannels} channels."
            );
        }

        SampleRate = sampleRate ?? SourceRate;
        resampler = SampleRate == SourceRate ? null : new SincResampler(SourceRate, SampleRate);
        interleaved = new float[BlockFrames * SourceChannels];
    }

    /// <summary>The file that is read.</summary>
    public string Path { get; }

    /// <summary>Samples per second of what <see cref="Read"/> gives.</summary>
    public int SampleRate { get; }

    /// <summary>Samples per second of the file.</summary>
    public int SourceRate { get; }

    /// <summary>Channels of the file.</summary>
    public int SourceChannels { get; }

    /// <summary>Reads further mono samples.</summary>
    /// <param name="samples">Receives them.</param>
    /// <returns>How many were written; fewer than asked for only at the end, 0 after it.</returns>
    /// <exception cref="AudioFileException">The file is damaged or cut off, or holds values that are not finite.</exception>
    public int Read(Span<float> samples)
    {
        int count = 0;
        while (count < samples.Length)
        {
            int got = resampler is null ? ReadSource(samples[count..]) : ReadResampled(resampler, samples[count..]);
            if (got == 0)
            {
                break;
            }

            count += got;
        }

        return count;
    }

    /// <summary>Reads further frames as the file has them: all channels, at its own rate. Not to be mixed with <see cref="Read"/>.</summary>
    /// <param name="frames">Receives whole frames, <see cref="SourceChannels"/> samples side by side.</param>
    /// <returns>How many frames were written; fewer than fit only at the end, 0 after it.</returns>
    /// <exception cref="AudioFileException">The file is damaged or cut off, or holds values that are not finite.</exception>
    public int ReadFrames(Span<float> frames)
    {
        int got = source.Read(frames[..(frames.Length / SourceChannels * SourceChannels)]);
        for (int i = 0; i < got * SourceChannels; i++)
        {
            if (!float.IsFinite(frames[i]))
            {
                throw NotFinite(framesRead + (i / SourceChannels));
            }
        }

        framesRead += got;
        return got;
    }

    /// <summary>Reads everything that is left.</summary>
    /// <returns>The samples; possibly none.</returns>
    /// <exception cref="AudioFileException">
    /// The file is damaged or cut off, holds values that are not finite, or more than an array can.
    /// </exception>
    public float[] ReadToEnd()
    {
        List<float[]> pieces = [];
        long total = 0;
        int got;
        do
        {
            float[] piece = new float[1 << 18];
            got = Read(piece);
            total += got;
            pieces.Add(got == piece.Length ? piece : piece[..got]);
        } while (got == 1 << 18);

        if (total > Array.MaxLength)
        {
            throw new AudioFileException($"'{Path}' is too long to hold in memory: {total} samples; read it in blocks.");
        }

        float[] samples = new float[total];
        int at = 0;
        foreach (float[] piece in pieces)
        {
            piece.CopyTo(samples, at);
            at += piece.Length;
        }

        return samples;
    }

    /// <inheritdoc />
    public void Dispose() => source.Dispose();

    private static AudioSource Open(string path)
    {
        if (!File.Exists(path))
        {
            throw new AudioFileException(
                Directory.Exists(path) ? $"'{path}' is a folder; an audio file is needed." : $"'{path}' does not exist."
            );
        }

        try
        {
            byte[] head = ReadHead(path);
            if (head.Length == 0)
            {
                throw new AudioFileException($"'{path}' is empty.");
            }

            string extension = System.IO.Path.GetExtension(path);
            if (!SndFileExtensions.Contains(extension) || IsMp4(head) || IsOddMp3(extension, head))
            {
                return FfmpegSource.Open(path);
            }

            SndFileSource? opened = SndFileSource.TryOpen(path, out string error);
            if (opened is not null)
            {
                return opened;
            }

            // A wav may hold a codec, and an mp3 a tag, that only ffmpeg understands. Anything else is not guessed at:
            // ffmpeg finds "music" in almost any bytes.
            return MayBeRareCodec(head)
                ? FfmpegSource.Open(path)
                : throw new AudioFileException($"'{path}' is not audio that can be decoded: {error}.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new AudioFileException($"'{path}' cannot be read: {e.Message}", e);
        }
    }

    private static byte[] ReadHead(string path)
    {
        using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        byte[] head = new byte[12];
        int got = stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
        return head[..got];
    }

    private static bool IsMp4(ReadOnlySpan<byte> head) => head.Length >= 8 && head[4..8].SequenceEqual("ftyp"u8);

    // libsndfile's mp3 decoder searches other bytes for music, and reports that on the program's standard error.
    private static bool IsOddMp3(string extension, ReadOnlySpan<byte> head)
    {
        bool startsWithFrame = head.Length >= 2 && head[0] == 0xFF && (head[1] & 0xE0) == 0xE0;
        return extension.Equals(".mp3", StringComparison.OrdinalIgnoreCase) && !startsWithFrame && !head.StartsWith("ID3"u8);
    }

    private static bool MayBeRareCodec(ReadOnlySpan<byte> head) =>
        (head.Length == 12 && head.StartsWith("RIFF"u8) && head[8..].SequenceEqual("WAVE"u8))
        || head.StartsWith("ID3"u8)
        || head.StartsWith("OggS"u8);

    private int ReadResampled(SincResampler converter, Span<float> samples)
    {
        while (true)
        {
            int got = converter.Read(samples);
            if (got > 0 || sourceEnded)
            {
                return got;
            }

            int frames = ReadSource(block);
            if (frames == 0)
            {
                sourceEnded = true;
                converter.Finish();
            }
            else
            {
                converter.Write(block.AsSpan(0, frames));
            }
        }
    }

    private AudioFileException NotFinite(long frame) =>
        new($"'{Path}' is damaged: frame {frame} holds a value that is not a finite number.");

    private int ReadSource(Span<float> mono)
    {
        int wanted = Math.Min(mono.Length, BlockFrames);
        int channels = SourceChannels;
        int frames = source.Read(interleaved.AsSpan(0, wanted * channels));
        float scale = 1f / channels;
        for (int frame = 0; frame < frames; frame++)
        {
            float sum = 0;
            for (int channel = 0; channel < channels; channel++)
            {
                sum += interleaved[(frame * channels) + channel];
            }

            float sample = sum * scale;
            if (!float.IsFinite(sample))
            {
                throw NotFinite(framesRead + frame);
            }

            mono[frame] = sample;
        }

        framesRead += frames;
        return frames;
    }
}
