using System.Diagnostics;
using VQWave.Inference;
using VQWave.Interop;
using VQWave.Models;

namespace VQWave.Streaming;

/// <summary>
/// The whole hierarchy as a stream: each tick generates what is missing of every level and writes the samples of one of the coarsest codes,
/// at the pack's rate. The samples are a function of the pack, the options and the timed changes of the controls alone.
/// </summary>
/// <remarks>
/// Threading: one caller at a time, but for <see cref="Send"/>, which another thread may call, one at a time. Ticks allocate nothing on the
/// managed heap. They call ONNX Runtime: they are for an engine's thread, never for an audio callback.
/// </remarks>
public sealed class EngineCore : IDisposable
{
    private readonly TickMessage message;

    /// <summary>Loads the graphs of a pack and allocates all buffers.</summary>
    /// <param name="runtime">ONNX Runtime and the provider.</param>
    /// <param name="pack">The pack.</param>
    /// <param name="options">The controls at the start; null for the usual ones.</param>
    /// <exception cref="VQWaveException">The options do not fit the pack, or ONNX Runtime refuses a graph.</exception>
    public EngineCore(InferenceRuntime runtime, ModelPack pack, EngineOptions? options = null)
    {
        Pack = pack;
        Options = options ?? new EngineOptions();
        Check(Options);
        IsForOneThread = runtime.UsesBlocks;
        Schedule = new EngineSchedule(pack.Configuration);
        message = new TickMessage(Schedule);
        CoarseStage? coarse = null;
        FineStage? fine = null;
        try
        {
            // Most of the time until the first sound: on as many processors as there are.
            SideBySide.Run(
                () => fine = new FineStage(runtime, pack, Schedule, Options),
                () => coarse = new CoarseStage(runtime, pack, Schedule, Options)
            );
            (Coarse, Fine) = (coarse!, fine!);
            Engines = [.. Coarse.Engines, Fine.Engine];
        }
        catch
        {
            coarse?.Dispose();
            fine?.Dispose();
            throw;
        }

        try
        {
            var start = Stopwatch.GetTimestamp();
            Warm();
            WarmUp = Stopwatch.GetElapsedTime(start);
            Coarse.BeginCapturing();
            Fine.BeginCapturing();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The pack.</summary>
    public ModelPack Pack { get; }

    /// <summary>The controls at the start.</summary>
    public EngineOptions Options { get; private set; }

    /// <summary>What steps the generators, coarsest first.</summary>
    public IReadOnlyList<LevelEngine> Engines { get; }

    /// <summary>How long the warm-up took, which is part of making the core.</summary>
    public TimeSpan WarmUp { get; }

    /// <summary>Samples of a tick.</summary>
    public int TickSamples => Schedule.TickSamples;

    /// <summary>Samples a second.</summary>
    public int SampleRate => Pack.Configuration.SampleRate;

    /// <summary>Samples written since the start.</summary>
    public long Position { get; private set; }

    /// <summary>
    /// Engine time, in samples, of the latest code that the next tick may write at any level: a change must be sent before a tick whose
    /// horizon passes its time to take effect exactly then.
    /// </summary>
    public long Horizon => Position + Schedule.Horizon;

    /// <summary>Reports of applied changes that were lost because nobody read them.</summary>
    public long LostReports => Coarse.Timeline.LostReports + Fine.Timeline.LostReports;

    /// <summary>
    /// Whether one thread is to run both stages: a GPU does the work there, and ONNX Runtime captures its graphs for one thread at a time.
    /// </summary>
    internal bool IsForOneThread { get; }

    internal EngineSchedule Schedule { get; }

    internal CoarseStage Coarse { get; }

    internal FineStage Fine { get; }

    internal ControlInbox Inbox { get; } = new();

    /// <summary>The delays at a level of detail.</summary>
    /// <param name="detail">Index of the level that is heard.</param>
    /// <param name="ring">Samples that generation is kept ahead of playing.</param>
    public EngineDelays DelaysAt(int detail, int ring = 0) => EngineDelays.Of(Pack.Configuration, detail, ring);

    /// <summary>Sends a change of a control.</summary>
    /// <returns>False where so many changes wait that it was not taken.</returns>
    public bool Send(in ControlChange change) => Inbox.TrySend(change);

    /// <summary>Takes the next report of a change that took effect.</summary>
    /// <remarks>The reports of the finest level come through a queue of their own; sort by time to have all in order.</remarks>
    public bool TryReadApplied(out AppliedChange applied) =>
        Coarse.Timeline.Applied.TryDequeue(out applied) || Fine.Timeline.Applied.TryDequeue(out applied);

    /// <summary>Writes the next tick.</summary>
    /// <param name="output"><see cref="TickSamples"/> samples, −1 … 1.</param>
    /// <exception cref="ArgumentException"><paramref name="output"/> is of another size.</exception>
    /// <exception cref="VQWaveException">ONNX Runtime fails.</exception>
    public void ProduceTick(Span<float> output)
    {
        if (output.Length != TickSamples)
        {
            throw new ArgumentException($"There is room for {output.Length} samples where a tick has {TickSamples}.", nameof(output));
        }

        Plan(message, -1, Inbox);
        Render(message, output, Inbox);
    }

    /// <summary>Back to the first sample and the controls at the start; changes that wait are dropped.</summary>
    public void Restart()
    {
        while (Inbox.Coarse.TryDequeue(out _) || Inbox.Fine.TryDequeue(out _) || Inbox.Codes.TryDequeue(out _))
        {
            // Emptied.
        }

        Coarse.Restart();
        Fine.Timeline.Clear();
        Position = 0;
    }

    /// <summary>Back to the first sample, with other controls at the start; changes that wait are dropped.</summary>
    /// <param name="options">The controls at the start.</param>
    /// <exception cref="VQWaveException">The options do not fit the pack; nothing has changed.</exception>
    public void Restart(EngineOptions options)
    {
        Check(options);
        Options = options;
        Coarse.Options = options;
        Coarse.Timeline.Options = options;
        Fine.Timeline.Options = options;
        Restart();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Fine.Dispose();
        Coarse.Dispose();
    }

    /// <summary>
    /// The coarsest level that takes less time than the next finer one, level by level from the finest: a decoder of many layers costs more than
    /// the finer generators that it makes up for, and is no relief under overload.
    /// </summary>
    internal int ReliefFloor { get; private set; }

    internal static int FloorOf(ReadOnlySpan<long> costs)
    {
        const double Relief = 0.9;
        var level = costs.Length - 1;
        while (level > 0 && costs[level - 1] < Relief * costs[level])
        {
            level--;
        }

        return level;
    }

    internal void Plan(TickMessage target, int governed, ControlInbox inbox)
    {
        var start = Stopwatch.GetTimestamp();
        Coarse.Plan(target, inbox, governed);
        target.CoarseTime = Stopwatch.GetTimestamp() - start;
    }

    internal void Render(TickMessage source, Span<float> output, ControlInbox inbox)
    {
        Fine.Render(source, inbox, output);
        Position += TickSamples;
    }

    private void Check(EngineOptions options)
    {
        var levels = Pack.Configuration.Levels.Count;
        options.Sampling.ValidateFor(levels);
        if (options.Detail is { } detail && (detail < 0 || detail >= levels))
        {
            throw new VQWaveException($"The detail {detail} is not 0 to {levels - 1}, the levels of '{Pack.Manifest.Name}'.");
        }
    }

    // Code is compiled and ONNX Runtime's memory laid out when they are first used: here rather than while playing.
    private void Warm()
    {
        const int Measured = 2;
        var samples = new float[TickSamples];
        var costs = new long[Schedule.Levels];
        for (var level = Schedule.Finest; level >= 0; level--)
        {
            costs[level] = long.MaxValue;
            for (var i = 0; i <= Measured; i++)
            {
                var start = Stopwatch.GetTimestamp();
                Plan(message, level, Inbox);
                Render(message, samples, Inbox);
                // The first tick at a level is a crossfade, and the memory's layout.
                costs[level] = i == 0 ? long.MaxValue : Math.Min(costs[level], Stopwatch.GetTimestamp() - start);
            }
        }

        ReliefFloor = FloorOf(costs);
        Restart();
        while (TryReadApplied(out _))
        {
            // What the warm-up did to the detail is nobody's score.
        }
    }
}
