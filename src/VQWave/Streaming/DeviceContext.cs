using VQWave.Inference;
using VQWave.Inference.Blocks;
using VQWave.Models;

namespace VQWave.Streaming;

/// <summary>
/// The context network of a level for the ticks of steady play, without the host: it reads the coarser level's codes and leaves the contexts of a
/// tick's block where the block reads them.
/// </summary>
/// <remarks>
/// Steady play is that of the finest level with its history complete: windows of one length, at one place relative to the codes. Threading: one
/// caller at a time. <see cref="TryQueue"/> allocates nothing on the managed heap; it calls ONNX Runtime.
/// </remarks>
internal sealed class DeviceContext : IDisposable
{
    private readonly DeviceWindow window;
    private readonly DeviceTransfer handOver;
    private readonly int ratio;
    private readonly int before;
    private readonly int after;
    private readonly int phase;
    private readonly int latest;

    /// <summary>Loads the network.</summary>
    /// <param name="runtime">The provider.</param>
    /// <param name="pack">The pack.</param>
    /// <param name="schedule">How many codes ticks have, and how far ahead levels are.</param>
    /// <param name="level">Index of the level, 1 or more.</param>
    /// <param name="memory">The memory and the stream of the stage.</param>
    /// <param name="coarser">The coarser level's block of a tick, where the same stage writes it.</param>
    /// <param name="block">The level's block of a tick, which takes the contexts.</param>
    /// <exception cref="VQWaveException">ONNX Runtime refuses the graph.</exception>
    public DeviceContext(
        InferenceRuntime runtime,
        ModelPack pack,
        EngineSchedule schedule,
        int level,
        DeviceMemory memory,
        Block? coarser,
        Block block
    )
    {
        var network = pack.Configuration.Levels[level].Generator;
        var field = ReceptiveField.OfContext(network.Context!);
        (before, after) = (field.Before, field.After);
        ratio = schedule.Ratio[level];
        latest = coarser?.Length ?? 0;

        // A tick's first code follows those that the tick before needed, whose number is a multiple of a tick's and what the level is ahead.
        var lead = schedule.Leads[schedule.Finest][level] / schedule.Compression[level];
        phase = (lead - 1 + (ratio * schedule.CodesPerTick[level])) % ratio;
        var length = before + ((phase + block.Length - 1) / ratio) + 1 + after;
        window = new DeviceWindow(
            runtime,
            pack.PathOf(ModelStage.Context, level),
            "context",
            memory,
            length,
            coarser,
            [1, (long)length * ratio, network.ContextWidth]
        );
        handOver = memory.Copy(
            window.Output,
            ((before * ratio) + phase) * network.ContextWidth,
            block.ContextTensor!,
            0,
            block.Length * network.ContextWidth
        );
        window.Warm();
    }

    /// <summary>Queues the network for a tick's block.</summary>
    /// <param name="first">The first position whose context is wanted.</param>
    /// <param name="last">The last one.</param>
    /// <param name="codes">The coarser level's codes.</param>
    /// <param name="joins">Whether the coarser level's block is queued, and its codes follow those.</param>
    /// <returns>False, with nothing done, where this is not steady play.</returns>
    /// <exception cref="VQWaveException">ONNX Runtime fails.</exception>
    public bool TryQueue(long first, long last, CodeHistory codes, bool joins)
    {
        var from = (first / ratio) - before;
        var end = (last / ratio) + after + 1;
        var known = (int)(codes.End - from);
        if (first % ratio != phase || from < codes.Begin || end - from != window.Length)
        {
            return false;
        }

        if (joins ? known + latest != window.Length : known < window.Length)
        {
            return false;
        }

        codes.CopyTo(from, window.Codes[..Math.Min(known, window.Length)]);
        window.Queue(joins);
        handOver.Run();
        return true;
    }

    /// <inheritdoc/>
    public void Dispose() => window.Dispose();
}
