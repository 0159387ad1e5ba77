using VQWave.Generation;
using VQWave.Inference;
using VQWave.Inference.Blocks;
using VQWave.Models;

namespace VQWave.Streaming;

/// <summary>
/// The other way of <see cref="LevelGenerator"/> to write codes, for GPUs: in blocks as long as a tick has codes, and one by one where fewer are
/// wanted. The codes are the same, since what draws them depends on times and positions alone.
/// </summary>
/// <remarks>Threading: one caller at a time. <see cref="GenerateTo"/> allocates nothing on the managed heap; it calls ONNX Runtime.</remarks>
internal sealed class LevelBlocks : IDisposable
{
    private const int NoCode = -1;
    private readonly DeviceMemory memory;
    private readonly BlockGenerator generator;
    private readonly ContextReader readContext;
    private readonly Planned[] plan;
    private readonly int level;
    private readonly int compression;
    private readonly int width;

    /// <summary>Loads a level's generator.</summary>
    /// <param name="runtime">ONNX Runtime and the provider.</param>
    /// <param name="pack">The pack.</param>
    /// <param name="schedule">How many codes ticks have.</param>
    /// <param name="level">Index of the level, coarsest first.</param>
    /// <param name="readContext">Takes the contexts; not called at the coarsest level.</param>
    /// <exception cref="VQWaveException">ONNX Runtime refuses a graph.</exception>
    public LevelBlocks(InferenceRuntime runtime, ModelPack pack, EngineSchedule schedule, int level, ContextReader readContext)
    {
        this.readContext = readContext;
        this.level = level;
        compression = schedule.Compression[level];
        width = pack.Configuration.Levels[level].Generator.ContextWidth;
        plan = new Planned[Math.Max(64, schedule.CodesPerTick[level])];
        memory = new DeviceMemory(runtime);
        try
        {
            generator = new BlockGenerator(runtime, pack, level, [schedule.CodesPerTick[level]], memory);
        }
        catch
        {
            memory.Dispose();
            throw;
        }
    }

    /// <summary>Takes the context of a position.</summary>
    /// <param name="position">The position.</param>
    /// <param name="last">The last position whose context will be asked for.</param>
    /// <param name="coarser">The codes of the next coarser level.</param>
    /// <param name="context">Filled with the context.</param>
    public delegate void ContextReader(long position, long last, CodeHistory coarser, Span<float> context);

    /// <summary>Zero states.</summary>
    public void Reset() => generator.Reset();

    /// <summary>Writes codes up to a position.</summary>
    /// <param name="codes">The level's codes, which it appends to.</param>
    /// <param name="end">Position after the last code wanted.</param>
    /// <param name="coarser">The codes of the next coarser level; null at the coarsest.</param>
    /// <param name="timeline">The controls.</param>
    /// <param name="pieceTime">Engine time of position 0.</param>
    /// <param name="piece">Number of resets so far.</param>
    /// <exception cref="VQWaveException">ONNX Runtime fails.</exception>
    public void GenerateTo(CodeHistory codes, long end, CodeHistory? coarser, ControlTimeline timeline, long pieceTime, int piece)
    {
        while (codes.End < end)
        {
            var count = (int)Math.Min(plan.Length, end - codes.End);
            for (var i = 0; i < count; i++)
            {
                var position = codes.End + i;
                plan[i] = Plan(codes, position, ref timeline.At(level, pieceTime + (position * compression), piece));
            }

            for (var at = 0; at < count; )
            {
                at += Write(codes, end, coarser, plan.AsSpan(at, count - at));
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        generator.Dispose();
        memory.Dispose();
    }

    private Planned Plan(CodeHistory codes, long position, ref LevelControls controls)
    {
        var given = controls.GivenCode < generator.CodebookSize ? controls.GivenCode : NoCode;
        controls.GivenCode = NoCode;
        // A history is longer than what can be frozen, so that its origin alone decides whether there is enough.
        var repeats = controls.Frozen && position - codes.Origin >= controls.FreezeLength;
        return new Planned(
            controls.Temperature,
            controls.TopK,
            new CounterRandom(controls.Seed, (uint)level).Uniform((ulong)position),
            repeats ? NoCode : given,
            repeats ? position - controls.FreezeLength : long.MinValue
        );
    }

    // The longest block of which every code that is to be repeated is known.
    private int Write(CodeHistory codes, long end, CodeHistory? coarser, ReadOnlySpan<Planned> wanted)
    {
        var start = codes.End;
        var known = 1;
        while (known < wanted.Length && wanted[known].Repeated < start)
        {
            known++;
        }

        var block = generator.BlockFor(known);
        block.Code[0] = codes[start - 1];
        for (var i = 0; i < block.Length; i++)
        {
            if (coarser is not null)
            {
                readContext(start + i - 1, end - 2, coarser, block.Context.Slice(i * width, width));
            }

            var code = wanted[i];
            var given = code.Repeated >= 0 ? codes[code.Repeated] : code.Given;
            if (given >= 0)
            {
                block.Give(i, given);
            }
            else
            {
                block.Draw(i, code.Temperature, code.TopK, code.Uniform);
            }
        }

        foreach (var code in generator.Run(block))
        {
            codes.Append((int)code);
        }

        return block.Length;
    }

    /// <summary>How a code is to be chosen: a position whose code it repeats, a given code, or else a draw.</summary>
    private readonly record struct Planned(float Temperature, int TopK, double Uniform, int Given, long Repeated);
}
