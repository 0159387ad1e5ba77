using System.Diagnostics;
using VQWave.Inference;
using VQWave.Models;

namespace VQWave.Streaming;

/// <summary>
/// Plays an <see cref="EngineCore"/>: threads of its own keep a ring of samples filled, from which the audio callback reads.
/// </summary>
/// <remarks>
/// Threading: <see cref="Read"/> is for one audio thread and is real-time safe: it allocates nothing, locks nothing, logs nothing, waits for
/// nothing and calls no model. <see cref="Send"/> is for one thread at a time and real-time safe too. <see cref="TryReadApplied"/> is for one
/// thread at a time. <see cref="ReadSnapshot"/>, <see cref="Depth"/> and the counters are for any thread. Starting, stopping and changing
/// packs may take their time and are for control threads.
/// </remarks>
public sealed partial class LiveEngine : IDisposable
{
    private const double StarvationFadeSeconds = 0.006;
    private const int TicksAhead = 1;
    private const int WaitMilliseconds = 50;
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(20);

    private readonly LiveEngineOptions options;
    private readonly ControlInbox inbox = new();
    private readonly SpscQueue<AppliedChange> coarseApplied;
    private readonly SpscQueue<AppliedChange> fineApplied;
    private readonly SampleRing ring;
    private readonly StarvationFader fader;
    private readonly SnapshotBuffer snapshots = new();
    private readonly TickStatistics statistics = new();
    private readonly OverloadGovernor? governor;

    // Never disposed of, as a change of packs may outlast the engine; it holds nothing native.
    private readonly SemaphoreSlim swapping = new(1, 1);
    private readonly Lock gate = new();
    private readonly AutoResetEvent planned = new(false);
    private readonly AutoResetEvent freed = new(false);

    private Pipeline active;
    private Pipeline planning;
    private Swap? incoming;
    private Swap? swap;
    private float[] buffer;
    private Thread[] threads = [];
    private volatile bool stopping;
    private volatile bool isRealtime;
    private volatile bool isGoverned = true;
    private bool disposed;
    private volatile Exception? fault;
    private int depth;
    private int governed;
    private long lateTicks;
    private long seenStarved;
    private bool filled;
    private int filledTo;
    private readonly SeenCodes[] seenCodes = new SeenCodes[EngineSnapshot.MaximumLevels];
    private long coarseAllocated;
    private bool starved = true;
    private bool primed;
    private long starvedBlocks;
    private long starvedSamples;

    /// <summary>Creates an engine that stands still; it takes over the core.</summary>
    /// <param name="core">The core, before its first tick.</param>
    /// <param name="options">How it runs; null for the usual way.</param>
    public LiveEngine(EngineCore core, LiveEngineOptions? options = null)
    {
        CheckUnused(core);
        this.options = options ?? new LiveEngineOptions();
        this.options = core.IsForOneThread ? this.options with { Threads = 1 } : this.options;
        depth = this.options.Depth;
        active = new Pipeline(core, 0);
        planning = active;
        buffer = new float[core.TickSamples];
        SampleRate = core.SampleRate;
        coarseApplied = core.Coarse.Timeline.Applied;
        fineApplied = core.Fine.Timeline.Applied;
        // Deep enough for the deepest setting, a tick on top of it and what a change of packs has prepared.
        ring = new SampleRing(4 * LiveEngineOptions.MaximumDepth);
        fader = new StarvationFader((int)Math.Max(1, StarvationFadeSeconds * SampleRate));
        governor = this.options.Governor is { } governing
            ? new OverloadGovernor(governing, core.Schedule.Finest, governing.Floor ?? core.ReliefFloor)
            : null;
        governed = governor?.Limit ?? -1;
    }

    /// <summary>Samples a second.</summary>
    public int SampleRate { get; }

    /// <summary>The pack that plays.</summary>
    public ModelPack Pack => Volatile.Read(ref active).Core.Pack;

    /// <summary>What steps the generators of the pack that plays, coarsest first. Any thread; allocates nothing.</summary>
    public IReadOnlyList<LevelEngine> Engines => Volatile.Read(ref active).Core.Engines;

    /// <summary>Engine threads: one where the core asks for it, else as the options say.</summary>
    internal int Threads => options.Threads;

    /// <summary>Whether the engine's threads run.</summary>
    public bool IsRunning => threads.Length > 0 && fault is null;

    /// <summary>
    /// Whether the system runs the engine's threads in real time, before ordinary ones. They give it up while they find no rest (rendering to a
    /// file, a pack too large for the machine): the machine would come to a stand.
    /// </summary>
    public bool IsRealtime => isRealtime;

    /// <summary>What stopped the engine's threads, or null. The sound has faded out; the engine must be made anew.</summary>
    public Exception? Fault => fault;

    /// <summary>Whether another pack waits for its turn or is being faded to.</summary>
    public bool IsSwapping => Volatile.Read(ref incoming) is not null || Volatile.Read(ref swap) is not null;

    /// <summary>
    /// Samples that are kept ready, 1 to 65536. It may change while playing, without a glitch: a deeper ring is filled up, of a shallower one
    /// the surplus is played.
    /// </summary>
    /// <exception cref="VQWaveException">The value is out of range.</exception>
    public int Depth
    {
        get => Volatile.Read(ref depth);
        set => Volatile.Write(ref depth, LiveEngineOptions.CheckDepth(value));
    }

    /// <summary>
    /// Whether the overload governor may lower the detail; without effect where there is none. Switched off, all detail comes back: for samples
    /// that are a function of the controls alone while nobody waits for them. Any thread.
    /// </summary>
    public bool IsGoverned
    {
        get => isGoverned;
        set => isGoverned = value;
    }

    /// <summary>Samples that wait to be read.</summary>
    public int Available => ring.Available;

    /// <summary>Engine time of the next sample that is read: samples read since the start.</summary>
    public long Position => ring.Taken;

    /// <summary>Blocks for which there was too little.</summary>
    public long StarvedBlocks => Volatile.Read(ref starvedBlocks);

    /// <summary>The delays at the detail that is heard, with the ring.</summary>
    public EngineDelays Delays
    {
        get
        {
            var snapshot = new EngineSnapshot();
            ReadSnapshot(snapshot);
            var core = Volatile.Read(ref active).Core;
            var heard = snapshot.Ticks == 0 ? core.Schedule.Finest : Math.Min(snapshot.Sounding, core.Schedule.Finest);
            return core.DelaysAt(heard, Depth);
        }
    }

    /// <summary>
    /// How far past <see cref="Position"/> a change of a level's controls must be timed so that it takes effect exactly then, whatever the
    /// threads' timing: the engine never generates further ahead. Real-time safe.
    /// </summary>
    /// <param name="level">Index of the level; one that the pack does not have counts as its finest.</param>
    /// <param name="detail">The coarsest level that may be heard meanwhile; one that the pack does not have counts as its finest.</param>
    /// <param name="ring">The greatest <see cref="Depth"/> whose samples may still wait.</param>
    public int ControlLead(int level, int detail, int ring)
    {
        var schedule = Volatile.Read(ref active).Core.Schedule;
        level = Math.Clamp(level, 0, schedule.Finest);
        detail = Math.Clamp(detail, 0, schedule.Finest);
        // A tick is begun when fewer than 'ring' samples wait, and with it the coarser levels begin the one after it.
        var ticks = level == schedule.Finest ? 1 : 1 + TicksAhead;
        var lead = 0;
        for (var heard = detail; heard < schedule.Levels; heard++)
        {
            lead = Math.Max(lead, schedule.Leads[heard][level]);
        }

        return ring + (ticks * schedule.TickSamples) + lead;
    }

    /// <summary>
    /// The first tick whose beginning a reset, a change of detail or another that concerns ticks is certain to meet if it is sent now with
    /// that time. Real-time safe.
    /// </summary>
    /// <param name="ring">The greatest <see cref="Depth"/> whose samples may still wait.</param>
    public long NextTick(int ring)
    {
        var pipeline = Volatile.Read(ref active);
        var tick = pipeline.Core.TickSamples;
        // A reset is decided upon one tick before it happens.
        var earliest = Position + ring + ((1 + TicksAhead) * tick) - pipeline.Origin;
        return pipeline.Origin + (Math.Max(0, earliest + tick - 1) / tick * tick);
    }

    /// <summary>Starts the threads.</summary>
    /// <exception cref="InvalidOperationException">They run, or have failed.</exception>
    public void Start()
    {
        lock (gate)
        {
            ObjectDisposedException.ThrowIf(disposed, this);
            if (threads.Length > 0 || fault is not null)
            {
                throw new InvalidOperationException("The engine runs already, or has failed.", fault);
            }

            stopping = false;
            threads = options.Threads == 1 ? [Create("fine", FineLoop)] : [Create("fine", FineLoop), Create("coarse", CoarseLoop)];
            foreach (var thread in threads)
            {
                thread.Start();
            }
        }
    }

    /// <summary>Stops the threads; what is in the ring can still be read, and <see cref="Start"/> goes on where it stopped.</summary>
    /// <exception cref="TimeoutException">A thread did not come back from ONNX Runtime within 20 seconds.</exception>
    public void Stop()
    {
        lock (gate)
        {
            if (disposed)
            {
                return;
            }

            stopping = true;
            planned.Set();
            freed.Set();
            foreach (var thread in threads)
            {
                if (!thread.Join(StopTimeout))
                {
                    throw new TimeoutException("An engine thread does not stop.");
                }
            }

            threads = [];
            starved = true;
            primed = false;
            filled = false;
            Refuse(Interlocked.Exchange(ref incoming, null));
            Refuse(swap);
            swap = null;
        }
    }

    /// <summary>Sends a change of a control; its time is <see cref="Position"/>'s, 0 for as soon as possible. Real-time safe.</summary>
    /// <returns>False where so many changes wait that it was not taken.</returns>
    public bool Send(in ControlChange change) => inbox.TrySend(change);

    /// <summary>
    /// Gives the next code of the coarsest level, as <see cref="ControlChange.CoarseCode"/>; for one thread at a time, another than
    /// <see cref="Send"/>'s if need be. Real-time safe.
    /// </summary>
    /// <returns>False where so many wait that it was not taken.</returns>
    public bool SendCode(int code) => inbox.Codes.TryEnqueue(ControlChange.CoarseCode(code));

    /// <summary>Takes the next report of a change that took effect.</summary>
    public bool TryReadApplied(out AppliedChange applied) => coarseApplied.TryDequeue(out applied) || fineApplied.TryDequeue(out applied);

    /// <summary>Copies the state after the latest tick.</summary>
    public void ReadSnapshot(EngineSnapshot target) => snapshots.Read(target);

    /// <summary>How many ticks can be read one by one with <see cref="TryReadTick"/>; the latest has this number, the first has 1.</summary>
    public long TicksShown => snapshots.Latest;

    /// <summary>Reads the state after one tick: for who wants to see every one of them. About the last second is kept.</summary>
    /// <param name="number">The tick, from 1.</param>
    /// <param name="target">Receives it.</param>
    /// <returns>False where it has not come yet, or is not kept any more.</returns>
    public bool TryReadTick(long number, EngineSnapshot target) => snapshots.TryRead(number, target);

    /// <summary>
    /// Reads samples for the audio callback. Where there are too few, the sound fades out within milliseconds, and in again when the ring has
    /// filled up. Real-time safe.
    /// </summary>
    /// <param name="destination">Filled as a whole.</param>
    /// <returns>The number of samples that were there.</returns>
    public int Read(Span<float> destination)
    {
        var got = 0;
        if (!starved || ring.Available >= Math.Min(Depth, destination.Length + fader.Length))
        {
            got = ring.Read(destination);
            starved = false;
            primed = true;
        }

        fader.Process(destination, got);
        if (got < destination.Length)
        {
            starved = true;
            if (primed)
            {
                Volatile.Write(ref starvedBlocks, starvedBlocks + 1);
                Volatile.Write(ref starvedSamples, starvedSamples + destination.Length - got);
            }
        }

        return got;
    }

    /// <summary>
    /// Reads samples and waits for those that are missing: for rendering faster or slower than real time. Not for an audio callback.
    /// </summary>
    /// <param name="destination">Filled as a whole, unless time runs out.</param>
    /// <param name="timeout">The longest wait.</param>
    /// <returns>The number of samples read: fewer than asked for only where the time ran out.</returns>
    /// <exception cref="VQWaveException">The engine has failed.</exception>
    public int ReadExactly(Span<float> destination, TimeSpan timeout)
    {
        var start = Stopwatch.GetTimestamp();
        var got = 0;
        while (got < destination.Length)
        {
            var more = ring.Read(destination[got..]);
            got += more;
            if (more > 0)
            {
                continue;
            }

            if (fault is { } problem)
            {
                throw new VQWaveException($"The engine has stopped: {problem.Message}", problem);
            }

            if (Stopwatch.GetElapsedTime(start) > timeout)
            {
                break;
            }

            Thread.Sleep(1);
        }

        return got;
    }

    /// <summary>
    /// Stops the threads and gives the core back, as loaded as it was: to restart it and play it in another engine. This engine is disposed of.
    /// </summary>
    /// <returns>The core, which is the caller's.</returns>
    /// <exception cref="ObjectDisposedException">The engine has given its core away or is disposed of.</exception>
    /// <exception cref="TimeoutException">A thread did not come back from ONNX Runtime within 20 seconds.</exception>
    public EngineCore Release()
    {
        Stop();
        lock (gate)
        {
            ObjectDisposedException.ThrowIf(disposed, this);
            disposed = true;
        }

        planned.Dispose();
        freed.Dispose();
        return active.Core;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Stop();
        lock (gate)
        {
            if (disposed)
            {
                return;
            }

            disposed = true;
        }

        active.Core.Dispose();
        planned.Dispose();
        freed.Dispose();
    }

    private static void CheckUnused(EngineCore core)
    {
        if (core.Position != 0)
        {
            throw new ArgumentException("The core has played already: make a new one, or restart it.", nameof(core));
        }
    }

    private static Thread Create(string name, ThreadStart body) => new(body) { Name = $"vqwave {name}", IsBackground = true };
}
