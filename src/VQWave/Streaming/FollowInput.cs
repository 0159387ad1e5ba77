using VQWave.Inference;
using VQWave.Models;

namespace VQWave.Streaming;

/// <summary>
/// Lets an engine follow incoming audio: a thread of its own encodes it to codes of the coarsest level, which the engine takes in place of
/// its own, and imagines the finer levels on top. Where no audio comes in, the engine goes on by itself.
/// </summary>
/// <remarks>
/// Threading: <see cref="Write"/> is for one audio thread and is real-time safe: it allocates nothing, locks nothing, waits for nothing and calls
/// no model. The rest is for one control thread at a time. It is the engine's one sender of codes.
/// </remarks>
public sealed class FollowInput : IDisposable
{
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(20);
    private readonly LiveEngine engine;
    private readonly ModelPack pack;
    private readonly StreamingEncoder encoder;
    private readonly SampleRing ring;
    private readonly Thread thread;
    private volatile bool stopping;
    private volatile Exception? fault;
    private volatile bool on = true;
    private long lost;
    private long sent;

    /// <summary>Loads the encoder of the coarsest level of the pack that plays, and starts.</summary>
    /// <param name="runtime">ONNX Runtime and the provider.</param>
    /// <param name="engine">The engine, which must outlive this.</param>
    /// <exception cref="VQWaveException">ONNX Runtime refuses a graph.</exception>
    public FollowInput(InferenceRuntime runtime, LiveEngine engine)
    {
        this.engine = engine;
        pack = engine.Pack;
        encoder = new StreamingEncoder(runtime, pack, 0);
        // More than a second of audio: what does not fit is too late anyhow.
        ring = new SampleRing(engine.SampleRate);
        thread = new Thread(Loop) { Name = "vqwave follow", IsBackground = true };
        thread.Start();
    }

    /// <summary>Whether the engine follows; the audio is encoded in either case.</summary>
    public bool On
    {
        get => on;
        set => on = value;
    }

    /// <summary>Whether the pack that plays is still the one whose encoder this is: after a change of packs it rests, and another is needed.</summary>
    public bool Fits => engine.Pack == pack;

    /// <summary>What stopped it, or null.</summary>
    public Exception? Fault => fault;

    /// <summary>Samples from the end of a code's own audio to its code: what the encoder looks ahead.</summary>
    public int DelaySamples => encoder.DelaySamples;

    /// <summary>Codes that the engine took.</summary>
    public long Sent => Volatile.Read(ref sent);

    /// <summary>Samples that came in faster than they were encoded, and were dropped.</summary>
    public long Lost => Volatile.Read(ref lost);

    /// <summary>Takes incoming audio at the pack's rate. Real-time safe.</summary>
    /// <param name="audio">Mono samples, −1 … 1.</param>
    public void Write(ReadOnlySpan<float> audio)
    {
        var written = ring.Write(audio);
        if (written < audio.Length)
        {
            Volatile.Write(ref lost, lost + audio.Length - written);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        stopping = true;
        if (!thread.Join(StopTimeout))
        {
            throw new TimeoutException("The thread that follows does not stop.");
        }

        encoder.Dispose();
    }

    private void Loop()
    {
        try
        {
            var audio = new float[encoder.Level.Compression];
            var codes = new int[encoder.MaximumCodes(audio.Length)];
            while (!stopping)
            {
                var got = ring.Read(audio);
                if (got == 0)
                {
                    // The audio thread must not wake anybody.
                    Thread.Sleep(2);
                    continue;
                }

                var given = encoder.Push(audio.AsSpan(0, got), codes);
                for (var i = 0; i < given && on && Fits; i++)
                {
                    Volatile.Write(ref sent, sent + (engine.SendCode(codes[i]) ? 1 : 0));
                }
            }
        }
        catch (VQWaveException e)
        {
            fault = e;
        }
    }
}
