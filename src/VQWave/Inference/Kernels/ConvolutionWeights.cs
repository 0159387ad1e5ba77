using VQWave.Models;

namespace VQWave.Inference.Kernels;

/// <summary>The weights of an encoder, a decoder or a context network as kernels read them; streams of the same file, precision and path share one copy.</summary>
/// <remarks>Threading: any; opening and letting go lock, and are for control threads. Once open it does not change.</remarks>
internal sealed unsafe class ConvolutionWeights : IDisposable
{
    private static readonly SharedPool<KernelKey, ConvolutionWeights> Pool = new();

    private readonly AlignedMemory[] biases;

    private ConvolutionWeights(ConvolutionGraph graph, InferencePrecision precision, KernelPath path)
    {
        // The packed weights take the place of the graph's.
        Graph = graph with
        {
            Stages = [.. graph.Stages.Select(s => s with { Matrix = s.Matrix with { Weights = null } })],
        };
        Matrices = [.. graph.Stages.Select(s => Pack(s, precision, path))];
        biases = new AlignedMemory[Matrices.Length];
        for (var i = 0; i < biases.Length; i++)
        {
            biases[i] = new AlignedMemory(Matrices[i].PaddedRows * sizeof(float));
            graph.Stages[i].Matrix.Bias.CopyTo(new Span<float>(biases[i].Pointer, Matrices[i].Rows));
        }
    }

    /// <summary>What is computed; its matrices are <see cref="Matrices"/>.</summary>
    public ConvolutionGraph Graph { get; }

    /// <summary>One for each convolution.</summary>
    public PackedMatrix[] Matrices { get; }

    /// <summary>The bias of a convolution, to its padded rows.</summary>
    public float* Bias(int stage) => (float*)biases[stage].Pointer;

    /// <summary>How many networks of files in a folder are shared now, for tests: others run at the same time.</summary>
    public static int CountIn(string folder) => Pool.Count(k => k.File.StartsWith(folder, StringComparison.Ordinal));

    /// <summary>Opens a network where kernels of our own are to execute it, or joins those who have it open.</summary>
    /// <param name="runtime">The provider and the precision.</param>
    /// <param name="pack">The pack, whose manifest has the file's hash.</param>
    /// <param name="stage">Encoder, decoder or context.</param>
    /// <param name="levelIndex">Index of the level.</param>
    /// <returns>The network; null where ONNX Runtime is to execute it.</returns>
    public static Shared<ConvolutionWeights>? TryOpen(InferenceRuntime runtime, ModelPack pack, ModelStage stage, int levelIndex)
    {
        if (runtime.Provider != ExecutionProvider.Cpu || !KernelPaths.IsFast)
        {
            return null;
        }

        // What a decoder or an encoder rounds is heard or counts in codes; what a context network does is rounded by its generator anyway.
        var precision =
            stage == ModelStage.Context && runtime.Options.Precision != InferencePrecision.Float32
                ? InferencePrecision.Int8
                : InferencePrecision.Float32;
        try
        {
            return Open(pack, stage, levelIndex, precision, KernelPaths.Best);
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }

    /// <summary>Opens a network, or joins those who have it open.</summary>
    /// <param name="pack">The pack, whose manifest has the file's hash.</param>
    /// <param name="stage">Encoder, decoder or context.</param>
    /// <param name="levelIndex">Index of the level.</param>
    /// <param name="precision">Float32 or 8 bits.</param>
    /// <param name="path">The instructions to use.</param>
    /// <exception cref="InvalidDataException">The graph is not known.</exception>
    public static Shared<ConvolutionWeights> Open(
        ModelPack pack,
        ModelStage stage,
        int levelIndex,
        InferencePrecision precision,
        KernelPath path
    )
    {
        var file = pack.PathOf(stage, levelIndex);
        return Pool.Open(
            KernelKey.Of(pack, file, precision, path),
            () => new ConvolutionWeights(ConvolutionGraphReader.Read(File.ReadAllBytes(file), stage), precision, path)
        );
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var matrix in Matrices)
        {
            matrix.Dispose();
        }

        foreach (var bias in biases)
        {
            bias.Dispose();
        }
    }

    private static PackedMatrix Pack(ConvolutionStage stage, InferencePrecision precision, KernelPath path)
    {
        var (rows, columns, weights) = (stage.Matrix.Rows, stage.Matrix.Columns, stage.Matrix.Weights);
        // What comes to a transposed convolution spreads so widely that 8 bits for it cost a tenth of a bit per code; in float it costs little time.
        if (precision == InferencePrecision.Float32 || stage.Phases > 1)
        {
            return new FloatPanels(rows, columns, weights);
        }

        int[] taps = [.. Enumerable.Repeat(stage.Inputs, stage.Taps)];
        return new BlockPanels(BlockQuantizer.Quantize(weights, rows, taps, 8), path);
    }
}
