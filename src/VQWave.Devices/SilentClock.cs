using System.Diagnostics;

namespace VQWave.Devices;

/// <summary>Calls a renderer at the rate of a device that is not there, and lets its sound go.</summary>
/// <remarks>
/// A thread of its own waits with ordinary sleeps: blocks come a few milliseconds early or late, but as many as time asks for. After
/// a pause longer than a quarter second (a suspended machine) it goes on from there instead of catching up.
/// </remarks>
public sealed class SilentClock : IAudioStream
{
    private const double MaxLagSeconds = 0.25;

    private readonly IAudioRenderer renderer;
    private readonly Action? prepareThread;
    private readonly float[] block;
    private Thread? thread;
    private volatile bool isStopping;
    private long sampleTime;
    private Exception? renderError;

    /// <summary>Creates a clock that stands.</summary>
    /// <param name="renderer">What to call.</param>
    /// <param name="sampleRate">Frames per second.</param>
    /// <param name="channels">Interleaved channels.</param>
    /// <param name="bufferFrames">Frames of a block.</param>
    /// <param name="prepareThread">Called once on the thread that renders, before the first block: for its scheduling; null for nothing.</param>
    public SilentClock(
        IAudioRenderer renderer,
        int sampleRate = 48000,
        int channels = 2,
        int bufferFrames = 512,
        Action? prepareThread = null
    )
    {
        ArgumentNullException.ThrowIfNull(renderer);
        ArgumentOutOfRangeException.ThrowIfLessThan(sampleRate, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(channels, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(bufferFrames, 1);
        this.renderer = renderer;
        this.prepareThread = prepareThread;
        SampleRate = sampleRate;
        Channels = channels;
        BufferFrames = bufferFrames;
        block = new float[bufferFrames * channels];
    }

    /// <inheritdoc />
    public string Name => "silence";

    /// <inheritdoc />
    public int SampleRate { get; }

    /// <inheritdoc />
    public int Channels { get; }

    /// <inheritdoc />
    public int BufferFrames { get; }

    /// <inheritdoc />
    public double OutputLatency => 0;

    /// <inheritdoc />
    public long Xruns => 0;

    /// <inheritdoc />
    public long SampleTime => Volatile.Read(ref sampleTime);

    /// <inheritdoc />
    public string? Failure => Volatile.Read(ref renderError) is Exception e ? $"Rendering failed: {e.Message}" : null;

    /// <inheritdoc />
    public void Start(long sampleTime = 0)
    {
        if (thread is not null)
        {
            return;
        }

        Volatile.Write(ref this.sampleTime, sampleTime);
        renderer.Prepare(SampleRate, Channels, BufferFrames);
        isStopping = false;
        thread = new Thread(Run) { IsBackground = true, Name = "VQWave silent clock" };
        thread.Start();
    }

    /// <inheritdoc />
    public void Stop()
    {
        isStopping = true;
        thread?.Join();
        thread = null;
    }

    /// <inheritdoc />
    public void Dispose() => Stop();

    private void Run()
    {
        prepareThread?.Invoke();
        long origin = Stopwatch.GetTimestamp();
        long rendered = 0;
        while (!isStopping && renderError is null)
        {
            double lead = ((double)rendered / SampleRate) - Stopwatch.GetElapsedTime(origin).TotalSeconds;
            if (lead > 0)
            {
                Thread.Sleep((int)Math.Ceiling(lead * 1000));
                continue;
            }

            if (lead < -MaxLagSeconds)
            {
                origin = Stopwatch.GetTimestamp();
                rendered = 0;
            }

            Array.Clear(block);
            try
            {
                renderer.Render(block, Channels, sampleTime);
            }
            catch (Exception e)
            {
                Volatile.Write(ref renderError, e);
            }

            rendered += BufferFrames;
            Volatile.Write(ref sampleTime, sampleTime + BufferFrames);
        }
    }
}
