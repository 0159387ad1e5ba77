using System.Buffers.Binary;
using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;

namespace VQWave.Devices;

/// <summary>
/// Frames of the first audio stream of a file that an ffmpeg process decodes to 32-bit float WAV on its standard output,
/// whose header tells the rate and the channels.
/// </summary>
internal sealed class FfmpegSource : AudioSource
{
    private readonly string path;
    private readonly Process process;
    private readonly Stream output;
    private readonly StringBuilder errors = new();
    private int rate;
    private int channels;
    private bool ended;
    private bool isPartial;

    private FfmpegSource(string path, Process process)
    {
        this.path = path;
        this.process = process;
        output = process.StandardOutput.BaseStream;
        process.ErrorDataReceived += (_, line) =>
        {
            lock (errors)
            {
                // A damaged file can print without end; the last lines say why ffmpeg gave up.
                if (line.Data is { Length: > 0 } text)
                {
                    errors.Clear().Append(text);
                    isPartial |= text.Contains("partial file", StringComparison.Ordinal);
                }
            }
        };
        process.BeginErrorReadLine();
    }

    /// <inheritdoc />
    public override int SampleRate => rate;

    /// <inheritdoc />
    public override int Channels => channels;

    /// <summary>Starts ffmpeg on a file.</summary>
    /// <exception cref="AudioFileException">ffmpeg is not installed, or finds no audio in the file.</exception>
    public static FfmpegSource Open(string path)
    {
        ProcessStartInfo start = new("ffmpeg")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            UseShellExecute = false,
            CreateNoWindow = true,
        };
        string[] arguments =
        [
            "-nostdin",
            "-hide_banner",
            "-loglevel",
            "error",
            // Playlists must not reach beyond local files, and no name may be taken for a protocol or an option.
            "-protocol_whitelist",
            "file,pipe,crypto,data",
            "-i",
            "file:" + Path.GetFullPath(path),
            "-map",
            "0:a:0",
            "-vn",
            "-c:a",
            "pcm_f32le",
            "-fflags",
            "+bitexact",
            "-f",
            "wav",
            "pipe:1",
        ];
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        Process started;
        try
        {
            started = Process.Start(start) ?? throw new InvalidOperationException("ffmpeg did not start.");
        }
        catch (Exception e) when (e is Win32Exception or InvalidOperationException)
        {
            string remedy = Interop.NativeLibraries.Remedy("ffmpeg", "ffmpeg");
            throw new AudioFileException($"'{path}' needs the program ffmpeg, which is not installed: {remedy}.", e);
        }

        FfmpegSource source = new(path, started);
        try
        {
            source.ReadHeader();
            return source;
        }
        catch
        {
            source.Dispose();
            throw;
        }
    }

    /// <inheritdoc />
    public override int Read(Span<float> interleaved)
    {
        if (ended)
        {
            return 0;
        }

        int frameBytes = channels * sizeof(float);
        Span<byte> bytes = MemoryMarshal.AsBytes(interleaved[..(interleaved.Length / channels * channels)]);
        int got = output.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        if (got < bytes.Length)
        {
            ended = true;
            CheckExit();
        }

        return got / frameBytes;
    }

    /// <inheritdoc />
    public override void Dispose()
    {
        try
        {
            if (!process.HasExited)
            {
                process.Kill();
            }
        }
        catch (Exception e) when (e is InvalidOperationException or Win32Exception)
        {
            // It ended by itself between the question and the kill.
        }

        process.Dispose();
    }

    private void ReadHeader()
    {
        Span<byte> chunk = stackalloc byte[16];
        if (ReadExactly(chunk[..12]) && chunk[..4].SequenceEqual("RIFF"u8))
        {
            while (ReadExactly(chunk[..8]))
            {
                uint size = BinaryPrimitives.ReadUInt32LittleEndian(chunk[4..]);
                if (chunk[..4].SequenceEqual("data"u8) && rate > 0 && channels > 0)
                {
                    return;
                }

                bool isFormat = chunk[..4].SequenceEqual("fmt "u8);
                if (isFormat && size >= 16 && ReadExactly(chunk))
                {
                    channels = BinaryPrimitives.ReadUInt16LittleEndian(chunk[2..]);
                    rate = BinaryPrimitives.ReadInt32LittleEndian(chunk[4..]);
                    size -= 16;
                }

                for (uint left = size + (size & 1); left > 0; left--)
                {
                    if (output.ReadByte() < 0)
                    {
                        break;
                    }
                }
            }
        }

        CheckExit();
        throw new AudioFileException($"'{path}' holds no audio that ffmpeg can decode{Reason()}.");
    }

    private bool ReadExactly(Span<byte> bytes) => output.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) == bytes.Length;

    private void CheckExit()
    {
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new AudioFileException($"'{path}' is not audio that ffmpeg can decode{Reason()}.");
        }

        lock (errors)
        {
            // ffmpeg takes what is there of a file that was cut off, and calls that a success.
            if (isPartial)
            {
                throw new AudioFileException($"'{path}' is cut off: its header states more audio than it holds.");
            }
        }
    }

    private string Reason()
    {
        lock (errors)
        {
            if (errors.Length == 0)
            {
                return "";
            }

            string text = errors.ToString().Trim().TrimEnd('.');
            string name = "file:" + Path.GetFullPath(path) + ": ";
            return ": " + (text.StartsWith(name, StringComparison.Ordinal) ? text[name.Length..] : text);
        }
    }
}
