using VQWave.Inference;
using VQWave.Inference.Blocks;
using VQWave.Models;

namespace VQWave.Streaming;

/// <summary>The decoder of the finest level for the ticks of steady play: it reads codes of a block that is only queued.</summary>
/// <remarks>Threading: one caller at a time. <see cref="TryQueue"/> allocates nothing on the managed heap; it calls ONNX Runtime.</remarks>
internal sealed class DeviceDecoder : IDisposable
{
    private readonly DeviceWindow window;
    private readonly int before;
    private readonly int latest;
    private readonly int start;

    /// <summary>Loads the decoder.</summary>
    /// <param name="runtime">The provider.</param>
    /// <param name="pack">The pack.</param>
    /// <param name="memory">The memory and the stream of the stage.</param>
    /// <param name="block">The finest level's block of a tick.</param>
    /// <exception cref="VQWaveException">ONNX Runtime refuses the graph.</exception>
    public DeviceDecoder(InferenceRuntime runtime, ModelPack pack, DeviceMemory memory, Block block)
    {
        var finest = pack.Configuration.Levels.Count - 1;
        var level = pack.Configuration.Levels[finest];
        var field = ReceptiveField.OfDecoder(level.Decoder, level.Compression);
        var finer = ReceptiveField.OfFinerLayers(level.Decoder, level.Compression);
        before = field.Before;
        latest = block.Length;
        var length = before + block.Length + field.After;
        var path = pack.PathOf(ModelStage.Decoder, finest);
        var crops = OnnxFile.Parse(File.ReadAllBytes(path)).Inputs.Exists(i => i.Name == ModelStages.PieceStart);
        var skipped = crops ? before - finer.Before : 0;
        var dropped = crops ? field.After - finer.After : 0;
        start = (before - skipped) * level.Compression;
        window = new DeviceWindow(
            runtime,
            path,
            "audio",
            memory,
            length,
            block,
            [1, (long)(length - skipped - dropped) * level.Compression],
            crops ? [(ModelStages.PieceStart, skipped), (ModelStages.PieceEnd, dropped == 0 ? long.MaxValue : -dropped)] : []
        );
        window.Warm();
    }

    /// <summary>Queues the decoder behind the finest level's block.</summary>
    /// <param name="codes">The level's codes, without the block's.</param>
    /// <param name="position">The first code that is to be heard.</param>
    /// <returns>False, with nothing done, where there are fewer codes before it than the decoder looks at.</returns>
    /// <exception cref="VQWaveException">ONNX Runtime fails.</exception>
    public bool TryQueue(CodeHistory codes, long position)
    {
        var from = position - before;
        var known = (int)(codes.End - from);
        if (from < codes.Begin || known + latest != window.Length)
        {
            return false;
        }

        codes.CopyTo(from, window.Codes[..known]);
        window.Queue(isJoined: true);
        return true;
    }

    /// <summary>Waits for the samples.</summary>
    /// <param name="output">Filled with them.</param>
    /// <exception cref="VQWaveException">ONNX Runtime fails.</exception>
    public void Finish(Span<float> output)
    {
        window.Finish();
        window.Output.Values<float>().Slice(start, output.Length).CopyTo(output);
    }

    /// <inheritdoc/>
    public void Dispose() => window.Dispose();
}
