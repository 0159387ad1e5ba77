using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using VQWave.Models;

namespace VQWave.Inference.Blocks;

/// <summary>
/// A generator that writes blocks of codes, drawing each of them itself: what a GPU needs, to which every call of the host is a delay. The
/// codes are those of single steps and <see cref="Generation.CodeSampler"/>, up to ties.
/// </summary>
/// <remarks>
/// <para>
/// Blocks of every length keep the same states, in two places: a block reads them in one and writes them in the other. It must not write where
/// it reads, since ONNX Runtime runs a graph several times over when it first captures it.
/// </para>
/// <para>Threading: one caller at a time. <see cref="Run"/> allocates nothing on the managed heap; it calls ONNX Runtime.</para>
/// </remarks>
internal sealed class BlockGenerator : IDisposable
{
    /// <summary>Its name as programs print it.</summary>
    public const string EngineName = "onnxruntime-blocks";

    private readonly Block[] blocks;
    private readonly DeviceTensor[][] states;
    private readonly DeviceTransfer clear;
    private int parity;

    /// <summary>Makes the graphs of a level's generator and loads them, with zero states.</summary>
    /// <param name="runtime">The provider and the precision.</param>
    /// <param name="pack">The pack.</param>
    /// <param name="levelIndex">Index of the level, coarsest first.</param>
    /// <param name="lengths">The lengths of blocks, in any order; 1 is always among them.</param>
    /// <param name="memory">The provider's memory and stream; its owner disposes of it after this.</param>
    /// <param name="batch">Number of independent sequences.</param>
    /// <exception cref="VQWaveException">ONNX Runtime refuses a graph.</exception>
    public BlockGenerator(
        InferenceRuntime runtime,
        ModelPack pack,
        int levelIndex,
        IEnumerable<int> lengths,
        DeviceMemory memory,
        int batch = 1
    )
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(batch, 1);
        var level = pack.Configuration.Levels[levelIndex];
        Batch = batch;
        CodebookSize = level.CodebookSize;
        IsHalf = runtime.IsHalf;
        var type = IsHalf ? TensorElementType.Float16 : TensorElementType.Float;
        var network = level.Generator;
        states = new DeviceTensor[2][];
        for (var place = 0; place < 2; place++)
        {
            states[place] = [.. Enumerable.Range(0, 2 * network.Layers).Select(_ => memory.Create(type, batch, network.Units))];
        }

        clear = memory.Upload(states[0]);
        int[] sorted = [.. lengths.Append(1).Distinct().OrderDescending()];
        blocks = new Block[sorted.Length];
        var path = pack.PathOf(ModelStage.Generator, levelIndex);
        try
        {
            var step = OnnxGraph.Parse(File.ReadAllBytes(path));
            for (var i = 0; i < blocks.Length; i++)
            {
                var graph = BlockGraph.Build(step, level, sorted[i], batch, IsHalf);
                blocks[i] = new Block(runtime, graph, level, sorted[i], batch, memory, states);
            }

            Warm();
            Reset();
        }
        catch (Exception e)
        {
            Dispose();
            if (e is OnnxRuntimeException or InvalidDataException or IOException or EntryPointNotFoundException)
            {
                throw new VQWaveException(
                    $"{path} cannot be made into blocks of codes ({InferenceRuntime.FirstLine(e.Message)}): export the pack again.",
                    e
                );
            }

            throw;
        }
    }

    /// <summary>Number of independent sequences.</summary>
    public int Batch { get; }

    /// <summary>Number of codes.</summary>
    public int CodebookSize { get; }

    /// <summary>Whether the network computes in float16.</summary>
    public bool IsHalf { get; }

    /// <summary>The longest block of at most so many codes.</summary>
    /// <param name="count">1 or more.</param>
    public Block BlockFor(long count)
    {
        foreach (var block in blocks)
        {
            if (block.Length <= count)
            {
                return block;
            }
        }

        throw new ArgumentOutOfRangeException(nameof(count), count, "Blocks have one code at least.");
    }

    /// <summary>Writes a block of codes; fill its inputs before.</summary>
    /// <param name="block">One of <see cref="BlockFor"/>.</param>
    /// <returns>The codes, [length × batch], valid until the next run.</returns>
    /// <exception cref="VQWaveException">ONNX Runtime fails, or a code is none of the codebook.</exception>
    public ReadOnlySpan<long> Run(Block block)
    {
        Queue(block, hasContext: false);
        return Finish(block);
    }

    /// <summary>Queues a block of codes, which <see cref="Finish"/> waits for; fill its inputs before.</summary>
    /// <param name="block">One of <see cref="BlockFor"/>.</param>
    /// <param name="hasContext">Whether the contexts are in the provider's memory already.</param>
    /// <exception cref="VQWaveException">ONNX Runtime fails, or a code is none of the codebook.</exception>
    public void Queue(Block block, bool hasContext)
    {
        block.Check();
        try
        {
            block.Queue(parity, hasContext);
        }
        catch (OnnxRuntimeException e)
        {
            throw Failed(e);
        }

        parity ^= 1;
    }

    /// <summary>Waits for a block that was queued.</summary>
    /// <returns>The codes, [length × batch], valid until the next run.</returns>
    /// <exception cref="VQWaveException">ONNX Runtime fails.</exception>
    public static ReadOnlySpan<long> Finish(Block block)
    {
        try
        {
            block.Finish();
        }
        catch (OnnxRuntimeException e)
        {
            throw Failed(e);
        }

        return block.Codes;
    }

    /// <summary>Goes back to the beginning of a piece: zero states.</summary>
    public void Reset()
    {
        foreach (var state in states[0])
        {
            state.Values<byte>().Clear();
        }

        clear.Run();
        parity = 0;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var block in blocks)
        {
            block?.Dispose();
        }
    }

    // Both places of the states, so that memory is laid out before anything sounds.
    private void Warm()
    {
        Reset();
        foreach (var block in blocks)
        {
            Run(block);
            Run(block);
        }
    }

    private static VQWaveException Failed(OnnxRuntimeException e) =>
        new($"A block of codes failed in ONNX Runtime ({InferenceRuntime.FirstLine(e.Message)}).", e);
}
