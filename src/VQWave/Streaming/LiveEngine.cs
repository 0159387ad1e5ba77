using System.Diagnostics;
using VQWave.Interop;
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
public sealed class LiveEngine : IDisposable
{
    private const double StarvationFadeSeconds = 0.006;
    private const int MessagesAhead = 2;
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
        // A tick is begun when fewer than 'ring' samples wait; the coarser levels are by then as many ticks further as wait between the threads.
        var ticks = level == schedule.Finest ? 1 : 1 + MessagesAhead;
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
        var earliest = Position + ring + ((1 + MessagesAhead) * tick) - pipeline.Origin;
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
    /// Changes to another pack while playing: it is loaded on a worker, its first samples are prepared there, and the two are crossfaded
    /// between two ticks. The controls carry over. If loading fails, the old pack plays on.
    /// </summary>
    /// <param name="load">Opens the pack and makes its core, which the engine takes over.</param>
    /// <param name="cancellationToken">Looked at while waiting for an earlier change of packs.</param>
    /// <returns>Done when the new pack plays and the old one's memory is released.</returns>
    /// <exception cref="VQWaveException">The pack cannot be loaded or does not fit.</exception>
    public async Task SwapPackAsync(Func<EngineCore> load, CancellationToken cancellationToken = default)
    {
        await swapping.WaitAsync(cancellationToken);
        try
        {
            var old = Volatile.Read(ref active);
            var next = await Task.Run(() => Prepare(load, old.Core), cancellationToken);
            try
            {
                HandOver(next);
                await next.Done.Task;
            }
            catch
            {
                next.Core.Dispose();
                throw;
            }

            // The coarse thread may still be in the old core.
            while (options.Threads == 2 && IsRunning && Volatile.Read(ref planning) == old)
            {
                await Task.Delay(2, CancellationToken.None);
            }

            lock (gate)
            {
                if (threads.Length == 0)
                {
                    Adopt(old);
                }
            }

            // After a failure a thread may still be in there: memory that leaks once is better than memory that is used after its end.
            if (Volatile.Read(ref planning) != old)
            {
                old.Core.Dispose();
            }
        }
        finally
        {
            swapping.Release();
        }
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

    private static void Refuse(Swap? refused) =>
        refused?.Done.TrySetException(new VQWaveException("The engine was stopped before the pack could change: start it and try again."));

    private static void CheckUnused(EngineCore core)
    {
        if (core.Position != 0)
        {
            throw new ArgumentException("The core has played already: make a new one, or restart it.", nameof(core));
        }
    }

    private Thread Create(string name, Action body) => new(() => body()) { Name = $"vqwave {name}", IsBackground = true };

    private Swap Prepare(Func<EngineCore> load, EngineCore old)
    {
        var core = load();
        try
        {
            CheckUnused(core);
            if (core.SampleRate != SampleRate)
            {
                throw new VQWaveException(
                    $"'{core.Pack.Manifest.Name}' is at {core.SampleRate} Hz and cannot follow a pack at {SampleRate} Hz while playing: stop first."
                );
            }

            // As many ticks of the new pack as cover the ticks of the old one that the crossfade takes.
            var fade = Math.Max(1, (int)(options.SwapSeconds * SampleRate));
            var covered = (fade + old.TickSamples - 1) / old.TickSamples * old.TickSamples;
            var samples = new float[(covered + core.TickSamples - 1) / core.TickSamples * core.TickSamples];
            for (var at = 0; at < samples.Length; at += core.TickSamples)
            {
                core.ProduceTick(samples.AsSpan(at, core.TickSamples));
            }

            return new Swap(core, samples, fade);
        }
        catch
        {
            core.Dispose();
            throw;
        }
    }

    private void HandOver(Swap next)
    {
        lock (gate)
        {
            ObjectDisposedException.ThrowIf(disposed, this);
            if (fault is { } problem)
            {
                throw new VQWaveException($"The engine has stopped: {problem.Message}", problem);
            }

            if (threads.Length > 0)
            {
                Interlocked.Exchange(ref incoming, next);
                if (fault is not null)
                {
                    // The thread that would have taken it may be gone.
                    Refuse(Interlocked.Exchange(ref incoming, null));
                }

                return;
            }

            // Nothing plays: no crossfade is needed.
            next.Origin = ring.Written;
            Write(next.Samples);
            Activate(next);
        }
    }

    private void FineLoop()
    {
        try
        {
            var pressing = new RestMeter();
            isRealtime = ThreadScheduling.TryRaise();
            while (!stopping)
            {
                options.Disturbance?.Invoke();
                var surplus = ring.Available - Depth;
                if (pressing.Update(surplus >= 0, Depth / active.Core.TickSamples))
                {
                    Schedule(!pressing.IsRestless);
                }

                if (surplus >= 0)
                {
                    // The audio thread must not wake anybody: look again after half the time that the surplus lasts.
                    Thread.Sleep(Math.Clamp(surplus * 500 / SampleRate, 1, 5));
                    continue;
                }

                ProduceTick();
            }
        }
        catch (Exception e)
        {
            Fail(e);
        }
        finally
        {
            if (fault is not null)
            {
                Refuse(Interlocked.Exchange(ref incoming, null));
                Refuse(swap);
            }
        }
    }

    private void CoarseLoop()
    {
        try
        {
            var raised = ThreadScheduling.TryRaise();
            while (!stopping)
            {
                options.Disturbance?.Invoke();
                if (raised != isRealtime)
                {
                    raised = isRealtime;
                    Apply(raised);
                }

                var pipeline = Volatile.Read(ref active);
                if (pipeline != planning)
                {
                    Adopt(planning);
                }

                if (!pipeline.TryBegin(out var message))
                {
                    freed.WaitOne(WaitMilliseconds);
                    continue;
                }

                pipeline.Core.Plan(message, Volatile.Read(ref governed), inbox);
                pipeline.Commit();
                Volatile.Write(ref coarseAllocated, GC.GetAllocatedBytesForCurrentThread());
                planned.Set();
            }
        }
        catch (Exception e)
        {
            Fail(e);
        }
    }

    private void Schedule(bool realtime)
    {
        if (realtime != isRealtime)
        {
            isRealtime = Apply(realtime);
        }
    }

    private static bool Apply(bool realtime)
    {
        if (realtime)
        {
            return ThreadScheduling.TryRaise();
        }

        ThreadScheduling.Lower();
        return false;
    }

    private void Fail(Exception e)
    {
        fault = e;
        stopping = true;
        planned.Set();
        freed.Set();
    }

    // One tick on the fine thread; with one thread the coarse stage comes first.
    private void ProduceTick()
    {
        var pipeline = active;
        var core = pipeline.Core;
        TickMessage? message;
        if (options.Threads == 1)
        {
            pipeline.TryBegin(out message);
            core.Plan(message!, governed, inbox);
            pipeline.Commit();
        }

        while (!pipeline.TryTake(out message))
        {
            if (stopping)
            {
                return;
            }

            planned.WaitOne(WaitMilliseconds);
        }

        var samples = buffer.AsSpan(0, core.TickSamples);
        var start = Stopwatch.GetTimestamp();
        core.Render(message, samples, inbox);
        var fineTime = Stopwatch.GetTimestamp() - start;
        // Two threads work at the same time: the slower one sets the pace.
        var time = options.Threads == 1 ? message.CoarseTime + fineTime : Math.Max(message.CoarseTime, fineTime);
        Mix(samples);
        Write(samples);
        Account(core, message, time);
        pipeline.Release();
        freed.Set();
        if (swap is { } ended && ended.At >= ended.Fade)
        {
            Write(ended.Samples.AsSpan(ended.At));
            swap = null;
            Activate(ended);
        }
    }

    // Two packs know nothing of each other: uncorrelated, so that an equal-power crossfade keeps the loudness.
    private void Mix(Span<float> samples)
    {
        if (swap is null)
        {
            swap = Interlocked.Exchange(ref incoming, null);
            if (swap is null)
            {
                return;
            }

            swap.Origin = ring.Written;
        }

        for (var i = 0; i < samples.Length; i++)
        {
            var angle = Math.Min(1, (swap.At + 1.0) / (swap.Fade + 1)) * (Math.PI / 2);
            samples[i] = (float)((samples[i] * Math.Cos(angle)) + (swap.Samples[swap.At] * Math.Sin(angle)));
            swap.At++;
        }
    }

    private void Activate(Swap next)
    {
        var old = active;
        var pipeline = new Pipeline(next.Core, next.Origin);
        next.Core.Fine.Adopt(old.Core.Fine);
        if (buffer.Length < next.Core.TickSamples)
        {
            buffer = new float[next.Core.TickSamples];
        }

        governor?.Reset(next.Core.Schedule.Finest, options.Governor?.Floor ?? next.Core.ReliefFloor);
        Volatile.Write(ref governed, governor?.Limit ?? -1);
        Volatile.Write(ref active, pipeline);
        if (options.Threads == 1)
        {
            Adopt(old);
        }

        freed.Set();
        next.Done.TrySetResult();
    }

    // On the thread that plans: from here on the controls of the coarse levels are the new core's.
    private void Adopt(Pipeline old)
    {
        var next = Volatile.Read(ref active);
        if (next == planning)
        {
            return;
        }

        next.Core.Coarse.Adopt(old.Core.Coarse, next.Origin);
        Volatile.Write(ref planning, next);
    }

    private void Write(ReadOnlySpan<float> samples)
    {
        while (true)
        {
            samples = samples[ring.Write(samples)..];
            if (samples.Length == 0 || stopping)
            {
                return;
            }

            Thread.Sleep(1);
        }
    }

    private void Account(EngineCore core, TickMessage message, long time)
    {
        statistics.Record(time);
        var budget = (double)core.TickSamples / SampleRate;
        var seconds = (double)time / Stopwatch.Frequency;
        lateTicks += seconds > budget ? 1 : 0;
        var target = Depth;
        Govern(message, seconds / budget, target);
        var snapshot = snapshots.Next;
        Fill(snapshot, core, message);
        snapshot.Fill = ring.Available;
        snapshot.Depth = target;
        snapshot.Budget = budget;
        snapshot.Median = statistics.Quantile(0.5);
        snapshot.Percentile99 = statistics.Quantile(0.99);
        snapshot.Worst = statistics.Worst;
        snapshot.Ticks = statistics.Count;
        snapshot.LateTicks = lateTicks;
        snapshot.Load = governor?.Load ?? seconds / budget;
        snapshot.Drops = governor?.Drops ?? 0;
        snapshot.Returns = governor?.Returns ?? 0;
        snapshot.StarvedBlocks = StarvedBlocks;
        snapshot.StarvedSamples = Volatile.Read(ref starvedSamples);
        snapshot.AllocatedBytes = GC.GetAllocatedBytesForCurrentThread() + Volatile.Read(ref coarseAllocated);
        snapshots.Publish();
    }

    private void Govern(TickMessage message, double load, int target)
    {
        var missed = StarvedBlocks;
        var starving = missed > seenStarved;
        seenStarved = missed;
        // While the ring is filled up, at the start and for a greater depth, its fill says nothing about the load.
        var available = ring.Available;
        filled = available >= target || (filled && target <= filledTo);
        filledTo = target;
        if (governor is not null && !isGoverned)
        {
            Volatile.Write(ref governed, governor.Finest);
        }
        else if (governor is not null && !message.Begins)
        {
            // The first tick of a piece has the work of several to do, once.
            var fill = filled ? (double)available / target : 1;
            Volatile.Write(ref governed, governor.Update(load, fill, starving, message.Sound));
        }
    }

    private void Fill(EngineSnapshot snapshot, EngineCore core, TickMessage message)
    {
        var schedule = core.Schedule;
        snapshot.Levels = schedule.Levels;
        snapshot.TickSamples = schedule.TickSamples;
        snapshot.Position = ring.Written;
        snapshot.Piece = message.Piece;
        snapshot.Detail = message.Detail;
        snapshot.Sounding = message.Sound;
        ref readonly var finest = ref core.Fine.Timeline.Of(schedule.Finest);
        snapshot.Frozen = schedule.Finest == 0 ? finest.Frozen : message.Levels[0].Frozen;
        for (var level = 0; level < schedule.Levels; level++)
        {
            var coarse = level < schedule.Finest ? message.Levels[level] : null;
            snapshot.SetLevel(level, coarse?.Temperature ?? finest.Temperature, coarse?.TopK ?? finest.TopK);
            if (level <= message.Sound)
            {
                var start = message.Tick * schedule.CodesPerTick[level];
                snapshot.SetCodes(level, core.Fine.Codes(level), start, schedule.CodesPerTick[level]);
            }
        }
    }

    /// <summary>A core and the messages from its coarse stage to its fine stage.</summary>
    private sealed class Pipeline
    {
        private readonly TickMessage[] messages = new TickMessage[MessagesAhead];
        private SpscIndexes indexes;

        public Pipeline(EngineCore core, long origin)
        {
            Core = core;
            Origin = origin;
            for (var i = 0; i < messages.Length; i++)
            {
                messages[i] = new TickMessage(core.Schedule);
            }
        }

        public EngineCore Core { get; }

        public long Origin { get; }

        public bool TryBegin([System.Diagnostics.CodeAnalysis.MaybeNullWhen(false)] out TickMessage message)
        {
            var free = indexes.Written - Volatile.Read(ref indexes.Taken) < messages.Length;
            message = free ? messages[indexes.Written % messages.Length] : null;
            return free;
        }

        public void Commit() => Volatile.Write(ref indexes.Written, indexes.Written + 1);

        public bool TryTake([System.Diagnostics.CodeAnalysis.MaybeNullWhen(false)] out TickMessage message)
        {
            var there = indexes.Taken < Volatile.Read(ref indexes.Written);
            message = there ? messages[indexes.Taken % messages.Length] : null;
            return there;
        }

        public void Release() => Volatile.Write(ref indexes.Taken, indexes.Taken + 1);
    }

    /// <summary>A core that is to replace the one that plays, with its first samples.</summary>
    private sealed class Swap(EngineCore core, float[] samples, int fade)
    {
        public EngineCore Core { get; } = core;

        public float[] Samples { get; } = samples;

        public int Fade { get; } = fade;

        public int At { get; set; }

        public long Origin { get; set; }

        public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
