using VQWave.Devices.Interop;

namespace VQWave.Devices;

/// <summary>
/// Writes an audio file block by block: wav, flac or ogg (Vorbis) by the extension. The file appears under its name, whole,
/// when <see cref="Complete"/> is called; until then it is a hidden temporary file beside it, which <see cref="Dispose"/>
/// deletes.
/// </summary>
/// <remarks>One thread at a time.</remarks>
public sealed class AudioFileWriter : IDisposable
{
    private const int BlockFrames = 4096;

    // RIFF counts bytes in 32 bits; the headers need a few of them.
    private const long MaxWavBytes = uint.MaxValue - 4096L;

    private readonly string temporaryPath;
    private readonly SafeSndFile file;
    private readonly SndFileNative.Info info;
    private readonly AudioEncoding encoding;
    private readonly short[] shorts;
    private readonly int[] ints;
    private bool completed;
    private bool failed;

    /// <summary>Creates the temporary file beside the target.</summary>
    /// <param name="path">The target; its extension chooses the format. An existing file is replaced on completion.</param>
    /// <param name="sampleRate">Samples per second and channel.</param>
    /// <param name="channels">Interleaved channels.</param>
    /// <param name="encoding">How samples are stored; Vorbis ignores it.</param>
    /// <exception cref="AudioFileException">
    /// The extension is unknown, the folder is missing or not writable, the format cannot hold this rate, channel count or
    /// encoding, or libsndfile is not installed.
    /// </exception>
    public AudioFileWriter(string path, int sampleRate, int channels = 1, AudioEncoding encoding = AudioEncoding.Pcm16)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentOutOfRangeException.ThrowIfLessThan(sampleRate, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(channels, 1);
        Path = path;
        SampleRate = sampleRate;
        Channels = channels;
        this.encoding = encoding;
        info = new SndFileNative.Info
        {
            SampleRate = sampleRate,
            Channels = channels,
            Format = FormatOf(path, encoding),
        };
        SndFileSource.RequireLibrary(path);
        if (SndFileNative.FormatCheck(ref info) == 0)
        {
            throw new AudioFileException(
                $"'{path}' cannot be written: this format does not hold {channels} channels at {sampleRate} Hz as {encoding}."
            );
        }

        string folder = System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(path)) ?? "";
        if (!Directory.Exists(folder))
        {
            throw new AudioFileException($"'{path}' cannot be written: the folder '{folder}' does not exist.");
        }

        if (Directory.Exists(path))
        {
            throw new AudioFileException($"'{path}' cannot be written: a folder has this name.");
        }

        string name = $".{System.IO.Path.GetFileName(path)}.{Guid.NewGuid():N}.tmp";
        temporaryPath = System.IO.Path.Combine(folder, name);
        SndFileNative.Info opened = info;
        file = SndFileNative.Open(temporaryPath, SndFileNative.ModeWrite, ref opened);
        if (file.IsInvalid)
        {
            string error = SndFileNative.ErrorText(null);
            file.Dispose();
            DeleteTemporary();
            throw new AudioFileException($"'{path}' cannot be written to the folder '{folder}': {error}.");
        }

        if (IsVorbis)
        {
            SetVorbisQuality(0.7);
        }

        shorts = encoding == AudioEncoding.Pcm16 ? new short[BlockFrames * channels] : [];
        ints = encoding == AudioEncoding.Pcm24 ? new int[BlockFrames * channels] : [];
    }

    /// <summary>The extensions that can be written, in the order in which messages list them.</summary>
    public static IReadOnlyList<string> Extensions { get; } = [".wav", ".flac", ".ogg"];

    /// <summary>The file that appears on completion.</summary>
    public string Path { get; private set; }

    /// <summary>
    /// Whether a file that took the name meanwhile is kept; this one is then called NAME-2, and <see cref="Path"/> says so.
    /// </summary>
    internal bool KeepsExisting { get; init; }

    /// <summary>Samples per second and channel.</summary>
    public int SampleRate { get; }

    /// <summary>Interleaved channels.</summary>
    public int Channels { get; }

    /// <summary>Frames appended so far.</summary>
    public long Frames { get; private set; }

    private bool IsVorbis => (info.Format & SndFileNative.FormatTypeMask) == SndFileNative.FormatOgg;

    /// <summary>Appends whole frames.</summary>
    /// <param name="interleaved">Samples, full scale −1 to 1, the channels of a frame side by side.</param>
    /// <exception cref="ArgumentException">The length is no multiple of the channel count.</exception>
    /// <exception cref="AudioFileException">
    /// The disk is full or fails, a sample is not finite, or a wav would outgrow 4 GiB. Nothing can be appended after that.
    /// </exception>
    public void Append(ReadOnlySpan<float> interleaved)
    {
        ThrowIfClosed();
        if (interleaved.Length % Channels != 0)
        {
            throw new ArgumentException(
                $"{interleaved.Length} samples are no whole number of frames of {Channels} channels.",
                nameof(interleaved)
            );
        }

        GuardSize(interleaved.Length / Channels);
        while (!interleaved.IsEmpty)
        {
            int frames = Math.Min(BlockFrames, interleaved.Length / Channels);
            ReadOnlySpan<float> block = interleaved[..(frames * Channels)];
            GuardFinite(block);
            long written = WriteBlock(block, frames);
            if (written != frames)
            {
                failed = true;
                throw new AudioFileException($"'{Path}' could not be written: {SndFileNative.ErrorText(file)}.");
            }

            Frames += frames;
            interleaved = interleaved[block.Length..];
        }
    }

    /// <summary>Finishes the file and gives it its name, replacing a file that had it.</summary>
    /// <exception cref="AudioFileException">The file could not be finished or renamed; no part of it is left.</exception>
    public void Complete()
    {
        ThrowIfClosed();
        SndFileNative.WriteSync(file);
        int error = file.CloseFile();
        try
        {
            if (error != 0)
            {
                throw new AudioFileException($"'{Path}' could not be finished: libsndfile error {error}.");
            }

            PutInPlace();
            completed = true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new AudioFileException($"'{Path}' could not be put in place: {e.Message}", e);
        }
        finally
        {
            if (!completed)
            {
                failed = true;
                DeleteTemporary();
            }
        }
    }

    /// <summary>
    /// After an error, gives what was written before it its name: a take that outgrew the disk is worth more than no take.
    /// </summary>
    /// <returns>Whether a file is there; false where nothing was written or not even that could be finished.</returns>
    internal bool TrySalvage()
    {
        if (completed || Frames == 0)
        {
            return completed;
        }

        try
        {
            int error = file.CloseFile();
            if (error != 0)
            {
                return false;
            }

            PutInPlace();
            completed = true;
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Without a successful <see cref="Complete"/>, deletes what was written.</summary>
    public void Dispose()
    {
        file.Dispose();
        if (!completed)
        {
            failed = true;
            DeleteTemporary();
        }
    }

    private static int FormatOf(string path, AudioEncoding encoding)
    {
        string extension = System.IO.Path.GetExtension(path).ToLowerInvariant();
        int subtype = encoding switch
        {
            AudioEncoding.Pcm16 => SndFileNative.SubtypePcm16,
            AudioEncoding.Pcm24 => SndFileNative.SubtypePcm24,
            AudioEncoding.Float32 => SndFileNative.SubtypeFloat,
            _ => throw new ArgumentOutOfRangeException(nameof(encoding), encoding, "No such encoding."),
        };
        return extension switch
        {
            ".wav" => SndFileNative.FormatWav | subtype,
            ".flac" => SndFileNative.FormatFlac | subtype,
            ".ogg" => SndFileNative.FormatOgg | SndFileNative.SubtypeVorbis,
            "" => throw new AudioFileException($"'{path}' has no extension to choose a format by: use {string.Join(", ", Extensions)}."),
            _ => throw new AudioFileException($"'{path}' cannot be written: '{extension}' is not one of {string.Join(", ", Extensions)}."),
        };
    }

    private unsafe void SetVorbisQuality(double quality) =>
        _ = SndFileNative.Command(file, SndFileNative.SetVbrEncodingQuality, &quality, sizeof(double));

    private unsafe long WriteBlock(ReadOnlySpan<float> block, int frames)
    {
        if (IsVorbis || encoding == AudioEncoding.Float32)
        {
            fixed (float* samples = block)
            {
                return SndFileNative.WriteFloat(file, samples, frames);
            }
        }

        if (encoding == AudioEncoding.Pcm16)
        {
            for (int i = 0; i < block.Length; i++)
            {
                shorts[i] = (short)Math.Clamp(MathF.Round(block[i] * 32768f), short.MinValue, short.MaxValue);
            }

            fixed (short* samples = shorts)
            {
                return SndFileNative.WriteShort(file, samples, frames);
            }
        }

        for (int i = 0; i < block.Length; i++)
        {
            // libsndfile keeps the upper 24 of 32 bits.
            ints[i] = (int)Math.Clamp(Math.Round(block[i] * 8388608.0), -8388608.0, 8388607.0) << 8;
        }

        fixed (int* samples = ints)
        {
            return SndFileNative.WriteInt(file, samples, frames);
        }
    }

    private void GuardSize(long frames)
    {
        int bytes = encoding switch
        {
            AudioEncoding.Pcm16 => 2,
            AudioEncoding.Pcm24 => 3,
            _ => 4,
        };
        bool isWav = (info.Format & SndFileNative.FormatTypeMask) == SndFileNative.FormatWav;
        if (isWav && (Frames + frames) * Channels * bytes > MaxWavBytes)
        {
            failed = true;
            throw new AudioFileException($"'{Path}' would outgrow the 4 GiB that a wav can hold: write a .flac.");
        }
    }

    private void GuardFinite(ReadOnlySpan<float> block)
    {
        for (int i = 0; i < block.Length; i++)
        {
            if (!float.IsFinite(block[i]))
            {
                failed = true;
                throw new AudioFileException(
                    $"'{Path}' was not written: the sample of frame {Frames + (i / Channels)} is not a finite number."
                );
            }
        }
    }

    private void PutInPlace()
    {
        if (!KeepsExisting)
        {
            File.Move(temporaryPath, Path, overwrite: true);
            return;
        }

        string wanted = Path;
        for (int number = 2; ; number++)
        {
            try
            {
                File.Move(temporaryPath, Path, overwrite: false);
                return;
            }
            catch (IOException) when (File.Exists(Path))
            {
                string folder = System.IO.Path.GetDirectoryName(wanted) ?? "";
                string name = $"{System.IO.Path.GetFileNameWithoutExtension(wanted)}-{number}{System.IO.Path.GetExtension(wanted)}";
                Path = System.IO.Path.Combine(folder, name);
            }
        }
    }

    private void ThrowIfClosed()
    {
        if (completed || failed)
        {
            throw new InvalidOperationException($"'{Path}' is closed; nothing can be written to it.");
        }
    }

    private void DeleteTemporary()
    {
        try
        {
            File.Delete(temporaryPath);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The error that led here says more than this one.
        }
    }
}
