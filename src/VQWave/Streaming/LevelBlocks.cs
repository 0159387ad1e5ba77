using VQWave.Generation;
using VQWave.Inference;
using VQWave.Inference.Blocks;
using VQWave.Models;

namespace VQWave.Streaming;

/// <summary>
/// The other way of <see cref="LevelGenerator"/> to write codes, for GPUs: in blocks as long as a tick has codes, and one by one where fewer are
/// wanted. The codes are the same, since what draws them depends on times and positions alone.
/// </summary>
/// <remarks>
/// <para>
/// In steady play a tick is one block, whose contexts the context network leaves in the provider's memory, computed from the coarser level's
/// block that may still be at work there: it is queued, and the host learns its codes in <see cref="Finish"/>. All else goes through the host.
/// </para>
/// <para>Threading: one caller at a time. <see cref="GenerateTo"/> allocates nothing on the managed heap; it calls ONNX Runtime.</para>
/// </remarks>
internal sealed class LevelBlocks : IDisposable
{
    private const int NoCode = -1;
    private readonly BlockGenerator generator;
    private readonly LevelBlocks? coarser;
    private readonly DeviceContext? context;
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
    /// <param name="memory">The memory and the stream of the stage.</param>
    /// <param name="coarser">The next coarser level, where the same stage generates it.</param>
    /// <param name="readContext">Takes the contexts on the host; not called at the coarsest level.</param>
    /// <exception cref="VQWaveException">ONNX Runtime refuses a graph.</exception>
    public LevelBlocks(
        InferenceRuntime runtime,
        ModelPack pack,
        EngineSchedule schedule,
        int level,
        DeviceMemory memory,
        LevelBlocks? coarser,
        ContextReader readContext
    )
    {
        this.level = level;
        this.coarser = coarser;
        this.readContext = readContext;
        compression = schedule.Compression[level];
        width = pack.Configuration.Levels[level].Generator.ContextWidth;
        plan = new Planned[Math.Max(64, schedule.CodesPerTick[level])];
        generator = new BlockGenerator(runtime, pack, level, [schedule.CodesPerTick[level]], memory);
        TickBlock = generator.BlockFor(schedule.CodesPerTick[level]);
        try
        {
            context = level == 0 ? null : new DeviceContext(runtime, pack, schedule, level, memory, coarser?.TickBlock, TickBlock);
        }
        catch
        {
            generator.Dispose();
            throw;
        }
    }

    /// <summary>Takes the context of a position.</summary>
    /// <param name="position">The position.</param>
    /// <param name="last">The last position whose context will be asked for.</param>
    /// <param name="coarser">The codes of the next coarser level.</param>
    /// <param name="context">Filled with the context.</param>
    public delegate void ContextReader(long position, long last, CodeHistory coarser, Span<float> context);

    /// <summary>The block of a tick's codes.</summary>
    public Block TickBlock { get; }

    /// <summary>Whether <see cref="TickBlock"/> is queued and its codes are not in the history yet.</summary>
    public bool IsQueued { get; private set; }

    /// <summary>Blocks that were queued with their contexts left in the provider's memory, for tests.</summary>
    public long QueuedBlocks { get; private set; }

    /// <summary>Zero states.</summary>
    public void Reset() => generator.Reset();

    /// <summary>Writes codes up to a position, or queues them.</summary>
    /// <param name="codes">The level's codes, which it appends to.</param>
    /// <param name="end">Position after the last code wanted.</param>
    /// <param name="coarserCodes">The codes of the next coarser level; null at the coarsest.</param>
    /// <param name="timeline">The controls.</param>
    /// <param name="pieceTime">Engine time of position 0.</param>
    /// <param name="piece">Number of resets so far.</param>
    /// <exception cref="VQWaveException">ONNX Runtime fails.</exception>
    public void GenerateTo(CodeHistory codes, long end, CodeHistory? coarserCodes, ControlTimeline timeline, long pieceTime, int piece)
    {
        var joins = coarser is { IsQueued: true };
        var queues =
            end - codes.End == TickBlock.Length && (context is null || context.TryQueue(codes.End - 1, end - 2, coarserCodes!, joins));
        if (joins && !queues)
        {
            coarser!.Finish(coarserCodes!);
        }

        while (codes.End < end)
        {
            var count = (int)Math.Min(plan.Length, end - codes.End);
            for (var i = 0; i < count; i++)
            {
                var position = codes.End + i;
                plan[i] = Plan(codes, position, ref timeline.At(level, pieceTime + (position * compression), piece));
            }

            if (queues && Known(codes, plan.AsSpan(0, count)) == count)
            {
                Draw(TickBlock, codes, plan);
                generator.Queue(TickBlock, hasContext: true);
                IsQueued = true;
                QueuedBlocks++;
                return;
            }

            for (var at = 0; at < count; )
            {
                at += Write(codes, end, coarserCodes, plan.AsSpan(at, count - at));
            }
        }
    }

    /// <summary>Waits for the block that was queued, if one was, and appends its codes.</summary>
    /// <exception cref="VQWaveException">ONNX Runtime fails.</exception>
    public void Finish(CodeHistory codes)
    {
        if (IsQueued)
        {
            IsQueued = false;
            Append(codes, BlockGenerator.Finish(TickBlock));
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        context?.Dispose();
        generator.Dispose();
    }

    private static void Append(CodeHistory codes, ReadOnlySpan<long> written)
    {
        foreach (var code in written)
        {
            codes.Append((int)code);
        }
    }

    // How many of the codes need no code of their own block.
    private static int Known(CodeHistory codes, ReadOnlySpan<Planned> wanted)
    {
        var known = 1;
        while (known < wanted.Length && wanted[known].Repeated < codes.End)
        {
            known++;
        }

        return known;
    }

    private static void Draw(Block block, CodeHistory codes, ReadOnlySpan<Planned> wanted)
    {
        block.Code[0] = codes[codes.End - 1];
        for (var i = 0; i < block.Length; i++)
        {
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
    private int Write(CodeHistory codes, long end, CodeHistory? coarserCodes, ReadOnlySpan<Planned> wanted)
    {
        var start = codes.End;
        var block = generator.BlockFor(Known(codes, wanted));
        Draw(block, codes, wanted);
        for (var i = 0; coarserCodes is not null && i < block.Length; i++)
        {
            readContext(start + i - 1, end - 2, coarserCodes, block.Context.Slice(i * width, width));
        }

        Append(codes, generator.Run(block));
        return block.Length;
    }

    /// <summary>How a code is to be chosen: a position whose code it repeats, a given code, or else a draw.</summary>
    private readonly record struct Planned(float Temperature, int TopK, double Uniform, int Given, long Repeated);
}
