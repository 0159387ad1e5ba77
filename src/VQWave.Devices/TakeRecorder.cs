using System.Globalization;

namespace VQWave.Devices;

/// <summary>Records what is played to a wav or flac file while it plays.</summary>
/// <remarks>
/// <see cref="Push"/> is real-time safe and belongs to one thread: it copies into memory that was taken at the start. A thread of
/// the recorder's own writes to the disk. Where the disk is slower than the sound for longer than the buffer lasts, what does not fit
/// is counted and silence of the same length stands in for it, so that the take stays in time. The file appears under its name,
/// whole, when the take ends (see <see cref="AudioFileWriter"/>). All other members may be used from any thread.
/// </remarks>
public sealed class TakeRecorder : IDisposable
{
    private const int GapCapacity = 1024;
    private const int PollMilliseconds = 10;

    private readonly Lock gate = new();
    private readonly Func<string, ITakeFile> createFile;
    private readonly float[] ring;
    private readonly Gap[] gaps = new Gap[GapCapacity];
    private readonly float[] chunk;
    private readonly long maxFileFrames;
    private readonly List<string> files = [];
    private readonly Thread thread;
    private ITakeFile file;
    private long pushed;
    private long taken;
    private long gapsWritten;
    private long gapsRead;
    private long lostFrames;
    private long pendingGap;
    private long writtenFrames;
    private long silentFrames;
    private long repaired;
    private int isStopping;
    private string? error;
    private TakeReport? report;

    /// <summary>Opens the file and begins to record.</summary>
    /// <param name="path">The file, wav or flac; it must not exist. Further files are named after it with -2, -3 and so on.</param>
    /// <param name="sampleRate">Frames per second.</param>
    /// <param name="channels">Interleaved channels.</param>
    /// <param name="options">Encoding, buffer and size; null for 24 bits and 20 seconds.</param>
    /// <exception cref="AudioFileException">
    /// The file exists or cannot be written, its format cannot hold this, or libsndfile is not installed.
    /// </exception>
    public TakeRecorder(string path, int sampleRate, int channels, TakeRecorderOptions? options = null)
        : this(
            path,
            sampleRate,
            channels,
            options ?? new TakeRecorderOptions(),
            file => new WriterFile(file, sampleRate, channels, (options ?? new TakeRecorderOptions()).Encoding)
        ) { }

    internal TakeRecorder(string path, int sampleRate, int channels, TakeRecorderOptions options, Func<string, ITakeFile> createFile)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentOutOfRangeException.ThrowIfLessThan(sampleRate, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(channels, 1);
        Path = path;
        SampleRate = sampleRate;
        Channels = channels;
        this.createFile = createFile;
        if (File.Exists(path))
        {
            throw new AudioFileException($"'{path}' exists: a take does not replace a file; choose another name.");
        }

        int bytes = options.Encoding switch
        {
            AudioEncoding.Pcm16 => 2,
            AudioEncoding.Pcm24 => 3,
            _ => 4,
        };
        bool isWav = System.IO.Path.GetExtension(path).Equals(".wav", StringComparison.OrdinalIgnoreCase);
        // A little below what AudioFileWriter refuses.
        long most = isWav ? uint.MaxValue - 65536L : long.MaxValue;
        maxFileFrames = Math.Max(1, Math.Min(options.MaxFileBytes ?? most, most) / (bytes * channels));
        long samples = Math.Min(Array.MaxLength, (long)(options.BufferSeconds * sampleRate) * channels);
        ring = new float[Math.Max(1, samples / channels) * channels];
        // Pages that the system hands out at first use would cost the audio thread a wait.
        ring.AsSpan().Fill(1);
        ring.AsSpan().Clear();
        chunk = new float[Math.Max(1, 16384 / channels) * channels];
        file = createFile(path);
        thread = new Thread(Run) { IsBackground = true, Name = "VQWave take recorder" };
        thread.Start();
    }

    /// <summary>The first file of the take.</summary>
    public string Path { get; }

    /// <summary>Frames per second.</summary>
    public int SampleRate { get; }

    /// <summary>Interleaved channels.</summary>
    public int Channels { get; }

    /// <summary>Frames that were pushed and kept or lost, which is how long the take is.</summary>
    public long Frames => (Volatile.Read(ref pushed) / Channels) + Volatile.Read(ref lostFrames);

    /// <summary>How long the take is.</summary>
    public TimeSpan Duration => TimeSpan.FromSeconds((double)Frames / SampleRate);

    /// <summary>Frames that did not fit because the disk was too slow, or failed.</summary>
    public long LostFrames => Volatile.Read(ref lostFrames);

    /// <summary>The share of the buffer that waits for the disk, 0 to 1.</summary>
    public double BufferFill => (double)(Volatile.Read(ref pushed) - Volatile.Read(ref taken)) / ring.Length;

    /// <summary>Null while all is well; otherwise one sentence on why nothing more is written.</summary>
    public string? Error => Volatile.Read(ref error);

    /// <summary>Makes a name that is free, of the date and time.</summary>
    /// <param name="folder">The folder, which is made where it is missing.</param>
    /// <param name="extension">.wav or .flac.</param>
    /// <param name="time">The time to name it after.</param>
    /// <returns>A path such as FOLDER/take-2026-11-22-140305.wav.</returns>
    /// <exception cref="AudioFileException">The folder cannot be made.</exception>
    public static string NewPath(string folder, string extension, DateTime time)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ArgumentException.ThrowIfNullOrEmpty(extension);
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new AudioFileException($"The folder '{folder}' for takes cannot be made: {e.Message}", e);
        }

        string name = "take-" + time.ToString("yyyy-MM-dd-HHmmss", CultureInfo.InvariantCulture);
        return FreeName(System.IO.Path.Combine(folder, name + extension), 1);
    }

    /// <summary>Real-time safe; one thread. Adds what was played.</summary>
    /// <param name="interleaved">Whole frames; they are copied. After <see cref="Stop"/> they are ignored.</param>
    public void Push(ReadOnlySpan<float> interleaved)
    {
        if (Volatile.Read(ref isStopping) != 0)
        {
            return;
        }

        long at = pushed;
        int length = (int)Math.Min(interleaved.Length, ring.Length - (at - Volatile.Read(ref taken)));
        length -= length % Channels;
        // After a loss, sound may follow only once the silence that stands in for what was lost is noted.
        if (error is not null || (pendingGap > 0 && length > 0 && !TryNoteGap(at)))
        {
            length = 0;
        }

        int start = (int)(at % ring.Length);
        int first = Math.Min(length, ring.Length - start);
        interleaved[..first].CopyTo(ring.AsSpan(start));
        interleaved[first..length].CopyTo(ring);
        Volatile.Write(ref pushed, at + length);
        if (length < interleaved.Length)
        {
            long lost = (interleaved.Length - length) / Channels;
            pendingGap += lost;
            Volatile.Write(ref lostFrames, lostFrames + lost);
        }
    }

    /// <summary>Ends the take: writes what waits and puts the file in place. Calling it again gives the same report.</summary>
    /// <returns>The files, and what was lost.</returns>
    public TakeReport Stop()
    {
        lock (gate)
        {
            if (report is null)
            {
                Volatile.Write(ref isStopping, 1);
                thread.Join();
                // After an error, what waited in the buffer is lost too. Without one, a push that met the stop is simply after the end.
                long lost = Volatile.Read(ref lostFrames);
                if (error is not null)
                {
                    lost += (Volatile.Read(ref pushed) / Channels) - (writtenFrames - silentFrames);
                }

                string? problem = error;
                if (lost > 0)
                {
                    string length = $"{(double)lost / SampleRate:f3} s of the take '{Path}' were lost";
                    problem = problem is null ? $"The disk was too slow: {length} and are silent." : $"{problem} {length}.";
                }

                report = new TakeReport([.. files], writtenFrames, lost, repaired, problem);
            }

            return report;
        }
    }

    /// <summary>Ends the take as <see cref="Stop"/> does.</summary>
    public void Dispose() => Stop();

    private bool TryNoteGap(long position)
    {
        long at = gapsWritten;
        if (at - Volatile.Read(ref gapsRead) >= gaps.Length)
        {
            return false;
        }

        gaps[at % gaps.Length] = new Gap(position, pendingGap);
        Volatile.Write(ref gapsWritten, at + 1);
        pendingGap = 0;
        return true;
    }

    private void Run()
    {
        try
        {
            while (true)
            {
                // Read in this order: what was pushed before the stop is then all seen.
                bool isLast = Volatile.Read(ref isStopping) != 0;
                bool didWrite = Drain();
                if (isLast)
                {
                    break;
                }

                if (!didWrite)
                {
                    Thread.Sleep(PollMilliseconds);
                }
            }

            Complete();
        }
        catch (AudioFileException e)
        {
            if (file.TrySalvage())
            {
                files.Add(file.Path);
                writtenFrames += file.Frames;
            }

            Volatile.Write(ref error, e.Message);
        }
        finally
        {
            file.Dispose();
        }
    }

    // Writes all that waits, and says whether there was anything.
    private bool Drain()
    {
        bool didWrite = false;
        while (true)
        {
            long end = Volatile.Read(ref pushed);
            if (gapsRead < Volatile.Read(ref gapsWritten))
            {
                Gap gap = gaps[gapsRead % gaps.Length];
                if (gap.Position == taken)
                {
                    WriteSilence(gap.Frames);
                    Volatile.Write(ref gapsRead, gapsRead + 1);
                    continue;
                }

                end = Math.Min(end, gap.Position);
            }

            int length = (int)Math.Min(chunk.Length, end - taken);
            if (length == 0)
            {
                return didWrite;
            }

            int start = (int)(taken % ring.Length);
            int first = Math.Min(length, ring.Length - start);
            ring.AsSpan(start, first).CopyTo(chunk);
            ring.AsSpan(0, length - first).CopyTo(chunk.AsSpan(first));
            Volatile.Write(ref taken, taken + length);
            Write(chunk.AsSpan(0, length));
            didWrite = true;
        }
    }

    private void WriteSilence(long frames)
    {
        chunk.AsSpan().Clear();
        while (frames > 0)
        {
            int count = (int)Math.Min(frames, chunk.Length / Channels);
            Write(chunk.AsSpan(0, count * Channels));
            frames -= count;
            silentFrames += count;
        }
    }

    private void Write(Span<float> samples)
    {
        // One bad sample must not cost the take.
        foreach (ref float sample in samples)
        {
            if (!float.IsFinite(sample))
            {
                sample = 0;
                repaired++;
            }
        }

        while (!samples.IsEmpty)
        {
            if (file.Frames == maxFileFrames)
            {
                Complete();
                file.Dispose();
                file = createFile(FreeName(Path, 2));
            }

            int frames = (int)Math.Min(samples.Length / Channels, maxFileFrames - file.Frames);
            file.Append(samples[..(frames * Channels)]);
            samples = samples[(frames * Channels)..];
        }
    }

    private void Complete()
    {
        file.Complete();
        files.Add(file.Path);
        writtenFrames += file.Frames;
    }

    private static string FreeName(string path, int number)
    {
        string folder = System.IO.Path.GetDirectoryName(path) ?? "";
        string stem = System.IO.Path.GetFileNameWithoutExtension(path);
        string extension = System.IO.Path.GetExtension(path);
        while (true)
        {
            string candidate = number == 1 ? path : System.IO.Path.Combine(folder, $"{stem}-{number}{extension}");
            if (!File.Exists(candidate))
            {
                return candidate;
            }

            number++;
        }
    }

    /// <summary>Where frames were lost: the position in samples that were kept, and how many.</summary>
    private readonly record struct Gap(long Position, long Frames);

    private sealed class WriterFile(string path, int sampleRate, int channels, AudioEncoding encoding) : ITakeFile
    {
        private readonly AudioFileWriter writer = new(path, sampleRate, channels, encoding) { KeepsExisting = true };

        public string Path => writer.Path;

        public long Frames => writer.Frames;

        public void Append(ReadOnlySpan<float> interleaved) => writer.Append(interleaved);

        public void Complete() => writer.Complete();

        public bool TrySalvage() => writer.TrySalvage();

        public void Dispose() => writer.Dispose();
    }
}
