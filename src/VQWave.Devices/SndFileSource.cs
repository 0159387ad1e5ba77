using VQWave.Devices.Interop;

namespace VQWave.Devices;

/// <summary>Frames of a file that libsndfile decodes.</summary>
internal sealed class SndFileSource : AudioSource
{
    private readonly string path;
    private readonly SafeSndFile file;
    private readonly SndFileNative.Info info;
    private long framesRead;

    private SndFileSource(string path, SafeSndFile file, SndFileNative.Info info)
    {
        this.path = path;
        this.file = file;
        this.info = info;
    }

    /// <inheritdoc />
    public override int SampleRate => info.SampleRate;

    /// <inheritdoc />
    public override int Channels => info.Channels;

    /// <summary>Opens a file, or returns null and libsndfile's reason.</summary>
    /// <exception cref="AudioFileException">libsndfile is not installed, or the file is cut off.</exception>
    public static SndFileSource? TryOpen(string path, out string error)
    {
        RequireLibrary(path);
        SndFileNative.Info header = default;
        SafeSndFile handle = SndFileNative.Open(path, SndFileNative.ModeRead, ref header);
        if (handle.IsInvalid)
        {
            error = SndFileNative.ErrorText(null);
            handle.Dispose();
            return null;
        }

        error = "";
        // libsndfile reads a wav as far as it goes without a word; half a take must not pass for the whole.
        if (WavHeader.FindMissingBytes(path) is long missing and > 0)
        {
            handle.Dispose();
            throw new AudioFileException($"'{path}' is cut off: its last {missing} bytes of audio are missing.");
        }

        return new SndFileSource(path, handle, header);
    }

    /// <summary>Throws the sentence about the missing library.</summary>
    public static void RequireLibrary(string path)
    {
        if (!NativeLibraries.IsAvailable(NativeLibraries.SndFile))
        {
            throw new AudioFileException(
                $"'{path}' needs libsndfile, which is not installed: " + $"{NativeLibraries.Remedy("libsndfile1", "libsndfile")}."
            );
        }
    }

    /// <inheritdoc />
    public override unsafe int Read(Span<float> interleaved)
    {
        int wanted = interleaved.Length / Channels;
        long got;
        fixed (float* frames = interleaved)
        {
            got = SndFileNative.ReadFloat(file, frames, wanted);
        }

        framesRead += got;
        if (got < wanted)
        {
            ThrowIfEndedEarly();
        }

        return (int)got;
    }

    /// <inheritdoc />
    public override void Dispose() => file.Dispose();

    private void ThrowIfEndedEarly()
    {
        if (SndFileNative.Error(file) != 0)
        {
            throw new AudioFileException($"'{path}' is damaged after {framesRead} frames: {SndFileNative.ErrorText(file)}.");
        }

        // Only these two state their length in the header; mp3 and ogg lengths are estimates. Frames is huge when unknown.
        bool lengthIsStated = (info.Format & SndFileNative.FormatTypeMask) is SndFileNative.FormatFlac or SndFileNative.FormatWav;
        if (lengthIsStated && framesRead < info.Frames && info.Frames < long.MaxValue / 2)
        {
            throw new AudioFileException($"'{path}' is cut off or damaged: only {framesRead} of its {info.Frames} frames can be read.");
        }
    }
}
