using System.Diagnostics;

namespace VQWave.Devices;

/// <summary>
/// Keeps a renderer sounding. When its device vanishes or its server ends, it says so, lets the renderer run on in silence at the
/// right rate, opens the device again as soon as it can, and goes on without a gap in sample time.
/// </summary>
/// <remarks>
/// A thread of its own looks after the stream; the renderer is called by one stream at a time. Events come on that thread (the
/// first from <see cref="Start"/>'s) and must not call <see cref="Stop"/> or Dispose. All other members may be used from any thread.
/// </remarks>
public sealed class AudioSupervisor : IDisposable
{
    private static readonly TimeSpan LookPeriod = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan ClosePatience = TimeSpan.FromSeconds(5);

    private readonly Lock gate = new();
    private readonly IAudioRenderer renderer;
    private readonly Func<IAudioRenderer, IAudioStream> open;
    private readonly AudioSupervisorOptions options;
    private readonly ManualResetEventSlim stopping = new();
    private Thread? thread;
    private IAudioStream? stream;
    private RendererLease? lease;
    private AudioStatus status = new(AudioStatusKind.Stopped, "No audio device has been opened.");
    private long earlierXruns;
    private long losses;
    private int sampleRate;
    private int channels;

    /// <summary>Creates a supervisor that has not opened anything.</summary>
    /// <param name="renderer">What to play.</param>
    /// <param name="open">
    /// Opens the device for the renderer that it is given (a stand-in for <paramref name="renderer"/>), and throws
    /// <see cref="AudioDeviceException"/> where it cannot. It is called again after each loss, on the supervisor's thread.
    /// </param>
    /// <param name="options">How patient to be; null for the usual.</param>
    public AudioSupervisor(IAudioRenderer renderer, Func<IAudioRenderer, IAudioStream> open, AudioSupervisorOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(renderer);
        ArgumentNullException.ThrowIfNull(open);
        this.renderer = renderer;
        this.open = open;
        this.options = options ?? new AudioSupervisorOptions();
        sampleRate = this.options.SilentSampleRate;
        channels = this.options.SilentChannels;
    }

    /// <summary>Sound was lost, or came back, or a new attempt failed for another reason than the one before.</summary>
    public event EventHandler<AudioStatus>? StatusChanged;

    /// <summary>The last that was said.</summary>
    public AudioStatus Status => Volatile.Read(ref status);

    /// <summary>Whether a device sounds.</summary>
    public bool IsPlaying => Status.Kind == AudioStatusKind.Playing;

    /// <summary>The device, or 'silence' while there is none.</summary>
    public string Device => Volatile.Read(ref stream)?.Name ?? "none";

    /// <summary>Frames per second of the device, or of the silence that stands in for it.</summary>
    public int SampleRate => Volatile.Read(ref stream)?.SampleRate ?? sampleRate;

    /// <summary>Interleaved channels.</summary>
    public int Channels => Volatile.Read(ref stream)?.Channels ?? channels;

    /// <summary>Frames of a block, 0 where the device varies it.</summary>
    public int BufferFrames => Volatile.Read(ref stream)?.BufferFrames ?? 0;

    /// <summary>Seconds from rendering to hearing, as the system states it.</summary>
    public double OutputLatency => Volatile.Read(ref stream)?.OutputLatency ?? 0;

    /// <summary>Interruptions that the system counted, over all devices since <see cref="Start"/>.</summary>
    public long Xruns => Volatile.Read(ref earlierXruns) + (Volatile.Read(ref stream)?.Xruns ?? 0);

    /// <summary>How often the device went away.</summary>
    public long Losses => Volatile.Read(ref losses);

    /// <summary>The number of the next frame to be rendered; it goes on through silence.</summary>
    public long SampleTime => Volatile.Read(ref lease)?.NextSampleTime ?? 0;

    /// <summary>Opens the device and plays.</summary>
    /// <param name="allowSilence">
    /// Whether to begin in silence, and try again, where the device cannot be opened; otherwise that is an error.
    /// </param>
    /// <exception cref="AudioDeviceException">The device cannot be opened and silence is not allowed.</exception>
    public void Start(bool allowSilence = false)
    {
        lock (gate)
        {
            if (thread is not null)
            {
                return;
            }

            Volatile.Write(ref earlierXruns, 0);
            string? problem = TryOpen(0);
            if (problem is not null)
            {
                if (!allowSilence)
                {
                    throw new AudioDeviceException(problem);
                }

                StartSilence(0);
                Say(AudioStatusKind.Lost, problem);
            }

            stopping.Reset();
            thread = new Thread(Run) { IsBackground = true, Name = "VQWave audio supervisor" };
            thread.Start();
        }
    }

    /// <summary>Closes the device. <see cref="Start"/> may follow; sample time then begins at 0.</summary>
    public void Stop()
    {
        lock (gate)
        {
            if (thread is null)
            {
                return;
            }

            stopping.Set();
            // A device that hangs while it is opened must not hang the program's end.
            _ = thread.Join(2 * ClosePatience);
            thread = null;
            CloseStream();
            Say(AudioStatusKind.Stopped, "The audio device is closed.");
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        Thread? watching = thread;
        Stop();
        if (watching?.IsAlive != true)
        {
            stopping.Dispose();
        }
    }

    private void Run()
    {
        long lastTime = -1;
        long lastMove = Stopwatch.GetTimestamp();
        TimeSpan wait = options.FirstRetry;
        long waitedSince = Stopwatch.GetTimestamp();
        while (!stopping.Wait(LookPeriod))
        {
            if (IsPlaying)
            {
                IAudioStream playing = stream!;
                if (playing.SampleTime != lastTime)
                {
                    lastTime = playing.SampleTime;
                    lastMove = Stopwatch.GetTimestamp();
                }

                string? problem =
                    playing.Failure
                    ?? (Stopwatch.GetElapsedTime(lastMove) > options.StallTimeout ? $"{playing.Name} takes no sound any more." : null);
                if (problem is null)
                {
                    continue;
                }

                Volatile.Write(ref losses, losses + 1);
                bool isFree = CloseStream();
                if (!isFree)
                {
                    Say(AudioStatusKind.Lost, "Rendering hangs: no device can be opened again.");
                    return;
                }

                StartSilence(SampleTime);
                Say(AudioStatusKind.Lost, $"{problem.TrimEnd('.')}; playing goes on in silence until the device is back.");
                wait = options.FirstRetry;
                waitedSince = Stopwatch.GetTimestamp();
            }
            else if (Stopwatch.GetElapsedTime(waitedSince) >= wait)
            {
                string? problem = TryOpen(SampleTime);
                if (problem is null)
                {
                    lastTime = -1;
                    lastMove = Stopwatch.GetTimestamp();
                    continue;
                }

                if (!string.Equals(problem, Status.Message, StringComparison.Ordinal))
                {
                    Say(AudioStatusKind.Lost, problem);
                }

                wait = wait * 2 < options.LongestRetry ? wait * 2 : options.LongestRetry;
                waitedSince = Stopwatch.GetTimestamp();
            }
        }
    }

    // Opens the device beside the silent clock, and lets the clock go only when the device is there. Returns what went wrong.
    private string? TryOpen(long sampleTime)
    {
        RendererLease fresh = new(renderer);
        IAudioStream? opened = null;
        try
        {
            opened = open(fresh);
            if (stream is not null)
            {
                CloseStream();
                sampleTime = SampleTime;
            }

            fresh.NextSampleTime = sampleTime;
            opened.Start(sampleTime);
            Volatile.Write(ref lease, fresh);
            Volatile.Write(ref stream, opened);
            sampleRate = opened.SampleRate;
            channels = opened.Channels;
            Say(AudioStatusKind.Playing, $"Sound goes to {opened.Name} at {opened.SampleRate} Hz.");
            return null;
        }
        catch (AudioDeviceException e)
        {
            fresh.Revoke(ClosePatience);
            opened?.Dispose();
            if (stream is null && thread is not null)
            {
                StartSilence(sampleTime);
            }

            return e.Message;
        }
    }

    private void StartSilence(long sampleTime)
    {
        RendererLease silentLease = new(renderer) { NextSampleTime = sampleTime };
        SilentClock clock = new(silentLease, sampleRate, channels);
        clock.Start(sampleTime);
        Volatile.Write(ref lease, silentLease);
        Volatile.Write(ref stream, clock);
    }

    // A dead server's stream may take long to close, or for ever: the renderer is taken back first, so nobody waits for that.
    private bool CloseStream()
    {
        IAudioStream? closing = stream;
        if (closing is null)
        {
            return true;
        }

        bool isFree = lease?.Revoke(ClosePatience) ?? true;
        Volatile.Write(ref earlierXruns, earlierXruns + closing.Xruns);
        Volatile.Write(ref stream, null);
        _ = Task.Run(closing.Dispose).Wait(ClosePatience);
        return isFree;
    }

    private void Say(AudioStatusKind kind, string message)
    {
        AudioStatus next = new(kind, message);
        Volatile.Write(ref status, next);
        StatusChanged?.Invoke(this, next);
    }
}
