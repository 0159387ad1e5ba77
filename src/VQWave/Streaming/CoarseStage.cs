using VQWave.Inference;
using VQWave.Inference.Blocks;
using VQWave.Interop;
using VQWave.Models;

namespace VQWave.Streaming;

/// <summary>
/// The first of the engine's two stages: decides what each tick is and generates all levels but the finest as far ahead as it needs.
/// </summary>
/// <remarks>Threading: one caller at a time. <see cref="Plan"/> allocates nothing on the managed heap; it calls ONNX Runtime.</remarks>
internal sealed class CoarseStage : IDisposable
{
    private readonly EngineSchedule schedule;
    private readonly LevelGenerator[] generators;
    private readonly DeviceMemory? memory;
    private readonly long[] need;
    private long tick;
    private long pieceTick;
    private int detail;
    private int limit;
    private int sound;
    private bool resetNext;
    private ulong? nextSeed;

    /// <summary>Loads the graphs.</summary>
    /// <exception cref="VQWaveException">ONNX Runtime refuses a graph.</exception>
    public CoarseStage(InferenceRuntime runtime, ModelPack pack, EngineSchedule schedule, EngineOptions options)
    {
        this.schedule = schedule;
        Options = options;
        need = new long[schedule.Levels];
        Timeline = new ControlTimeline(options, 0, schedule.Finest, ticks: true);
        generators = new LevelGenerator[schedule.Finest];
        try
        {
            memory = runtime.UsesBlocks ? new DeviceMemory(runtime) : null;
            var load = generators
                .Select<LevelGenerator, Action>(
                    (_, level) =>
                        () =>
                            generators[level] = new LevelGenerator(
                                runtime,
                                pack,
                                schedule,
                                level,
                                memory,
                                memory is null || level == 0 ? null : generators[level - 1]
                            )
                )
                .ToArray();
            if (memory is null)
            {
                SideBySide.Run(load);
            }
            else
            {
                // Each is bound to the codes of the one before.
                Array.ForEach(load, l => l());
            }
        }
        catch
        {
            Dispose();
            throw;
        }

        Restart();
    }

    /// <summary>The controls at the start, taken with the next <see cref="Restart"/>.</summary>
    public EngineOptions Options { get; set; }

    /// <summary>The controls of its levels.</summary>
    public ControlTimeline Timeline { get; }

    /// <summary>Engine time of the stage's first tick: 0 but for an engine that took over from another.</summary>
    public long Origin { get; set; }

    /// <summary>What steps its levels, coarsest first.</summary>
    public IEnumerable<LevelEngine> Engines => generators.Select(g => g.Engine);

    /// <summary>Number of resets so far.</summary>
    public int Piece { get; private set; }

    /// <summary>Back to the first tick and the controls at the start.</summary>
    public void Restart()
    {
        Timeline.Clear();
        tick = 0;
        Piece = 0;
        Origin = 0;
        detail = Math.Min(Options.Detail ?? schedule.Finest, schedule.Finest);
        limit = schedule.Finest;
        sound = detail;
        resetNext = false;
        nextSeed = null;
    }

    /// <summary>Takes over the controls and the clock of another engine's stage.</summary>
    /// <param name="other">The stage, which does not run.</param>
    /// <param name="origin">Engine time of this stage's first tick.</param>
    public void Adopt(CoarseStage other, long origin)
    {
        for (var level = 0; level < generators.Length && other.generators.Length > 0; level++)
        {
            Timeline.Of(level) = other.Timeline.Of(Math.Min(level, other.generators.Length - 1));
        }

        Timeline.TakeOver(other.Timeline);
        detail = other.detail == other.schedule.Finest ? schedule.Finest : Math.Min(other.detail, schedule.Finest);
        Piece = other.Piece;
        Origin = origin;
    }

    /// <summary>Generates the coarse levels for the next tick.</summary>
    /// <param name="message">Filled with the tick.</param>
    /// <param name="inbox">Changes of the controls, and given codes.</param>
    /// <param name="governed">The overload governor's bound on the detail; −1 without one.</param>
    /// <exception cref="VQWaveException">ONNX Runtime fails.</exception>
    public void Plan(TickMessage message, ControlInbox inbox, int governed)
    {
        Timeline.Drain(inbox.Coarse);
        if (generators.Length > 0)
        {
            Timeline.Drain(inbox.Codes);
        }

        var begins = resetNext || tick == 0;
        if (begins)
        {
            Piece += resetNext ? 1 : 0;
            resetNext = false;
            pieceTick = tick;
            foreach (var generator in generators)
            {
                generator.BeginPiece();
            }
        }

        var time = Origin + (tick * schedule.TickSamples);
        message.Seed = begins ? nextSeed : null;
        if (message.Seed is { } seed)
        {
            nextSeed = null;
            for (var level = 0; level < generators.Length; level++)
            {
                Timeline.BeginPiece(level, time, Piece, seed);
            }
        }

        TakeTickChanges(time, governed);
        var heard = Math.Min(detail, limit);
        message.Tick = tick - pieceTick;
        message.PieceTime = Origin + (pieceTick * schedule.TickSamples);
        message.Piece = Piece;
        message.Begins = begins;
        message.Ends = resetNext;
        message.Detail = detail;
        message.Sound = heard;
        message.Previous = begins || heard == sound ? -1 : sound;
        sound = heard;

        Array.Clear(need);
        schedule.Need(message.Tick, heard, need);
        if (message.Previous >= 0)
        {
            schedule.Need(message.Tick, message.Previous, need);
        }

        for (var level = 0; level < generators.Length; level++)
        {
            Generate(level, message, begins);
        }

        // On a GPU all levels are at work by now; here the host waits for their codes.
        for (var level = 0; level < generators.Length; level++)
        {
            Collect(level, message);
        }

        message.NeedFinest = need[schedule.Finest];
        tick++;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var generator in generators)
        {
            generator?.Dispose();
        }

        memory?.Dispose();
    }

    /// <summary>Where codes are written in blocks, by the thread that runs the stage: from now on a GPU captures them.</summary>
    public void BeginCapturing()
    {
        if (memory is not null)
        {
            memory.IsCapturing = true;
        }
    }

    /// <summary>What writes a level's codes, for tests.</summary>
    internal LevelGenerator Generator(int level) => generators[level];

    private void TakeTickChanges(long time, int governed)
    {
        while (Timeline.TryTakeTick(time, time + schedule.TickSamples, Piece, out var change))
        {
            switch (change.Kind)
            {
                case ControlKind.Detail:
                    detail = (int)Math.Min(change.Value, schedule.Finest);
                    break;
                case ControlKind.DetailLimit:
                    limit = (int)Math.Min(change.Value, schedule.Finest);
                    break;
                default:
                    resetNext = true;
                    nextSeed = change.BeginsWithSeed ? change.SeedValue : nextSeed;
                    break;
            }
        }

        if (governed >= 0 && Math.Min(governed, schedule.Finest) != limit)
        {
            limit = Math.Min(governed, schedule.Finest);
            Timeline.Report(ControlChange.DetailLimit(limit), ControlChange.AllLevels, time, Piece);
        }
    }

    private void Generate(int level, TickMessage message, bool begins)
    {
        var generator = generators[level];
        var chunk = message.Levels[level];
        var start = message.Tick * schedule.CodesPerTick[level];
        chunk.Count = 0;
        chunk.Restarted = false;
        if (need[level] == 0)
        {
            generator.Rest();
        }
        else
        {
            chunk.Restarted = begins || generator.ResumeAt(start);
            chunk.From = chunk.Restarted ? generator.Codes.Origin : generator.Codes.End;
            generator.GenerateTo(need[level], level == 0 ? null : generators[level - 1].Codes, Timeline, message.PieceTime, message.Piece);
        }

        ref readonly var controls = ref Timeline.Of(level);
        chunk.Temperature = controls.Temperature;
        chunk.TopK = controls.TopK;
        chunk.Frozen = controls.Frozen;
    }

    private void Collect(int level, TickMessage message)
    {
        if (need[level] == 0)
        {
            return;
        }

        var generator = generators[level];
        generator.Finish();
        var chunk = message.Levels[level];
        chunk.Count = (int)(generator.Codes.End - chunk.From);
        generator.Codes.CopyTo(chunk.From, chunk.Codes.AsSpan(0, chunk.Count));
    }
}
