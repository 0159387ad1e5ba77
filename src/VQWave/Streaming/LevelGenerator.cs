using VQWave.Generation;
using VQWave.Inference;
using VQWave.Inference.Blocks;
using VQWave.Models;

namespace VQWave.Streaming;

/// <summary>
/// One level of the running hierarchy: writes its codes one by one, each drawn with the controls of its own time and with the random
/// number of its own position.
/// </summary>
/// <remarks>
/// Threading: one caller at a time. <see cref="GenerateTo"/> allocates nothing on the managed heap; it calls ONNX Runtime.
/// </remarks>
internal sealed class LevelGenerator : IDisposable
{
    private readonly GeneratorStepper? stepper;
    private readonly LevelBlocks? blocks;
    private readonly StreamingContext? context;
    private readonly CodeSampler sampler;
    private readonly float[] contexts;
    private readonly int level;
    private readonly int compression;
    private readonly int startCode;
    private long contextStart;
    private long contextEnd;
    private bool rested;

    /// <summary>Loads a level's graphs.</summary>
    /// <param name="runtime">ONNX Runtime and the provider.</param>
    /// <param name="pack">The pack.</param>
    /// <param name="schedule">How many codes ticks have.</param>
    /// <param name="level">Index of the level, coarsest first.</param>
    /// <param name="memory">The provider's memory, where codes are written in blocks; null where they are written step by step.</param>
    /// <param name="coarserLevel">The next coarser level, where the same stage writes it.</param>
    /// <exception cref="VQWaveException">ONNX Runtime refuses a graph.</exception>
    public LevelGenerator(
        InferenceRuntime runtime,
        ModelPack pack,
        EngineSchedule schedule,
        int level,
        DeviceMemory? memory,
        LevelGenerator? coarserLevel = null
    )
    {
        this.level = level;
        compression = schedule.Compression[level];
        startCode = pack.Manifest.StartCodes[level];
        Codes = new CodeHistory(schedule.HistoryCapacity[level]);
        if (memory is not null)
        {
            blocks = new LevelBlocks(runtime, pack, schedule, level, memory, coarserLevel?.blocks, TakeContext);
        }
        else
        {
            stepper = new GeneratorStepper(runtime, pack, level);
        }

        Engine = stepper is null
            ? new LevelEngine(BlockGenerator.EngineName, runtime.Options.Precision)
            : new LevelEngine(stepper.EngineName, stepper.Precision);
        sampler = new CodeSampler(pack.Configuration.Levels[level].CodebookSize);
        contexts = [];
        try
        {
            if (level > 0)
            {
                context = new StreamingContext(runtime, pack, level, schedule.CodesPerTick[level - 1]);
                contexts = new float[context.Block * context.Ratio * context.Width];
            }
        }
        catch
        {
            stepper?.Dispose();
            blocks?.Dispose();
            throw;
        }
    }

    /// <summary>What steps it.</summary>
    public LevelEngine Engine { get; }

    /// <summary>The codes so far.</summary>
    public CodeHistory Codes { get; }

    /// <summary>Begins a piece: the start code at position 0, and zero states.</summary>
    public void BeginPiece()
    {
        stepper?.Reset();
        blocks?.Reset();
        Restart(0, startCode);
    }

    /// <summary>Says that the level is not needed for a tick.</summary>
    public void Rest() => rested = true;

    /// <summary>
    /// Goes on at a position, where the level rested so long that codes before it are missing: the last code counts as the one there, and
    /// the states are kept, so that the level takes up what it was about.
    /// </summary>
    /// <returns>Whether the codes begin anew at the position.</returns>
    public bool ResumeAt(long position)
    {
        // With no code missing, the context of the last code is still at hand unless the level rested.
        if (Codes.End > position || (Codes.End == position && !rested))
        {
            return false;
        }

        Restart(position, Codes[Codes.End - 1]);
        return true;
    }

    /// <summary>Writes codes up to a position; on a GPU it may only queue them (<see cref="Finish"/>).</summary>
    /// <param name="end">Position after the last code wanted.</param>
    /// <param name="coarser">The codes of the next coarser level, as far as the context network must see; null at the coarsest.</param>
    /// <param name="timeline">The controls.</param>
    /// <param name="pieceTime">Engine time of position 0.</param>
    /// <param name="piece">Number of resets so far.</param>
    /// <exception cref="VQWaveException">ONNX Runtime fails.</exception>
    public void GenerateTo(long end, CodeHistory? coarser, ControlTimeline timeline, long pieceTime, int piece)
    {
        rested = false;
        if (stepper is null)
        {
            blocks!.GenerateTo(Codes, end, coarser, timeline, pieceTime, piece);
            return;
        }

        for (var position = Codes.End; position < end; position++)
        {
            if (context is not null)
            {
                TakeContext(position - 1, end - 2, coarser!, stepper.Context);
            }

            stepper.Codes[0] = Codes[position - 1];
            ref var controls = ref timeline.At(level, pieceTime + (position * compression), piece);
            // A frozen level steps too: when it is let go it continues from what was heard last. Going back by the same distance each
            // time repeats the codes before the freeze for ever.
            var logits = stepper.Step();
            if (controls.Frozen && position - Codes.Begin >= controls.FreezeLength)
            {
                Codes.Append(Codes[position - controls.FreezeLength]);
            }
            else if (controls.GivenCode >= 0 && controls.GivenCode < stepper.CodebookSize)
            {
                Codes.Append(controls.GivenCode);
            }
            else
            {
                var uniform = new CounterRandom(controls.Seed, (uint)level).Uniform((ulong)position);
                Codes.Append(sampler.Sample(logits, controls.Temperature, controls.TopK, uniform));
            }

            controls.GivenCode = -1;
        }
    }

    /// <summary>Waits for codes that <see cref="GenerateTo"/> only queued: until then <see cref="Codes"/> lacks them.</summary>
    /// <exception cref="VQWaveException">ONNX Runtime fails.</exception>
    public void Finish() => blocks?.Finish(Codes);

    /// <summary>What writes codes in blocks; null where they are written step by step.</summary>
    public LevelBlocks? Blocks => blocks;

    /// <inheritdoc/>
    public void Dispose()
    {
        context?.Dispose();
        stepper?.Dispose();
        blocks?.Dispose();
    }

    private void Restart(long position, int code)
    {
        Codes.Restart(position, code);
        contextStart = 0;
        contextEnd = 0;
    }

    // Contexts are computed for as many coarse codes as a tick has, so that in steady play each tick runs the network once.
    private void TakeContext(long position, long last, CodeHistory coarser, Span<float> destination)
    {
        var network = context!;
        var over = position / network.Ratio;
        var unit = network.Width;
        if (over >= contextEnd || over < contextStart)
        {
            var count = (int)Math.Min(network.Block, (last / network.Ratio) - over + 1);
            network.Compute(coarser, over, count).CopyTo(contexts);
            contextStart = over;
            contextEnd = over + count;
        }

        var at = (int)(position - (contextStart * network.Ratio)) * unit;
        contexts.AsSpan(at, unit).CopyTo(destination);
    }
}
