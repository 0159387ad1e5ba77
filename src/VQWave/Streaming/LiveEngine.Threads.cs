using System.Diagnostics;
using VQWave.Interop;

namespace VQWave.Streaming;

// The engine's two threads, and a tick.
public sealed partial class LiveEngine
{
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

        freed.Set();
        var samples = buffer.AsSpan(0, core.TickSamples);
        var start = Stopwatch.GetTimestamp();
        core.Render(message, samples, inbox);
        var fineTime = Stopwatch.GetTimestamp() - start;
        // Two threads work at the same time: the slower one sets the pace.
        var time = options.Threads == 1 ? message.CoarseTime + fineTime : Math.Max(message.CoarseTime, fineTime);
        Mix(samples);
        Write(samples);
        Account(core, message, time);
        if (swap is { } ended && ended.At >= ended.Fade)
        {
            Write(ended.Samples.AsSpan(ended.At));
            swap = null;
            Activate(ended);
        }
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
        FillWritten(snapshot, core, message);
        snapshot.TickTime = seconds;
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

    // What each level has written since the tick before.
    private void FillWritten(EngineSnapshot snapshot, EngineCore core, TickMessage message)
    {
        var schedule = core.Schedule;
        var origin = snapshot.Position - ((message.Tick + 1) * schedule.TickSamples);
        for (var level = 0; level < schedule.Levels; level++)
        {
            var history = core.Fine.Codes(level);
            ref var seen = ref seenCodes[level];
            if (seen.Of != core || seen.Starts != history.Starts || seen.Piece != message.Piece)
            {
                seen = new SeenCodes(core, history.Starts, message.Piece, history.Origin);
            }

            if (level <= message.Sound && history.End > seen.End)
            {
                snapshot.SetWritten(level, history, seen.End, origin, schedule.Compression[level]);
            }

            seen.End = Math.Max(seen.End, history.End);
        }
    }

    /// <summary>How far a level's codes have been told.</summary>
    private record struct SeenCodes(EngineCore? Of, int Starts, int Piece, long End);

    /// <summary>A core and the messages from its coarse stage to its fine stage.</summary>
    /// <remarks>
    /// A tick is planned once the one before it is begun: both stages work all the time, and no code is drawn earlier than it must be, which would
    /// keep controls waiting.
    /// </remarks>
    private sealed class Pipeline
    {
        private readonly TickMessage[] messages = new TickMessage[1 + TicksAhead];
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

        /// <summary>The message of the next tick to plan, where it is time.</summary>
        public bool TryBegin([System.Diagnostics.CodeAnalysis.MaybeNullWhen(false)] out TickMessage message)
        {
            var isTime = indexes.Written - Volatile.Read(ref indexes.Taken) < TicksAhead;
            message = isTime ? messages[indexes.Written % messages.Length] : null;
            return isTime;
        }

        public void Commit() => Volatile.Write(ref indexes.Written, indexes.Written + 1);

        /// <summary>The planned message of the next tick to render, where there is one; it holds until the next is taken.</summary>
        public bool TryTake([System.Diagnostics.CodeAnalysis.MaybeNullWhen(false)] out TickMessage message)
        {
            var there = indexes.Taken < Volatile.Read(ref indexes.Written);
            message = there ? messages[indexes.Taken % messages.Length] : null;
            if (there)
            {
                Volatile.Write(ref indexes.Taken, indexes.Taken + 1);
            }

            return there;
        }
    }
}
