using VQWave.Models;

namespace VQWave.Inference.Kernels;

/// <summary>The weights of one generator as kernels read them; steppers of the same pack, precision and path share one copy.</summary>
/// <remarks>Threading: any; opening and disposing lock, and are for control threads. Once open it does not change.</remarks>
internal sealed unsafe class KernelWeights : IDisposable
{
    private static readonly SharedPool<Key, KernelWeights> Pool = new();

    private readonly Key? key;
    private readonly AlignedMemory[] biases;

    private KernelWeights(GeneratorGraph graph, InferencePrecision precision, KernelPath path, Key? key)
    {
        this.key = key;
        Path = path;
        CodebookSize = graph.CodebookSize;
        EmbeddingDimension = graph.EmbeddingDimension;
        Units = graph.Units;
        HasContext = graph.HasContext;
        HasOutputContext = graph.HasOutputContext;
        Embedding = graph.Embedding;
        Layers = graph.Lstm.Count;
        LinearLayer[] layers = [.. graph.Layers];
        Matrices = new PackedMatrix[layers.Length];
        biases = new AlignedMemory[layers.Length];
        for (var i = 0; i < layers.Length; i++)
        {
            Matrices[i] = Pack(layers[i], i < Layers ? layers[i].Columns - Units : 0, i < Layers ? precision : OfOutputs(precision), path);
            biases[i] = new AlignedMemory(Matrices[i].PaddedRows * sizeof(float));
            layers[i].Bias.CopyTo(new Span<float>(biases[i].Pointer, layers[i].Rows));
        }

        Precision = Described(layers, precision);
    }

    /// <summary>How many generators of files in a folder are shared now, for tests: others run at the same time.</summary>
    public static int CountIn(string folder) => Pool.Count(k => k.Path.StartsWith(folder, StringComparison.Ordinal));

    /// <summary>The instructions that the matrices are packed for.</summary>
    public KernelPath Path { get; }

    /// <summary>What most of the weights are: of a quantised pack its own precision.</summary>
    public InferencePrecision Precision { get; }

    /// <summary>Number of codes.</summary>
    public int CodebookSize { get; }

    /// <summary>Dimension of the embedding.</summary>
    public int EmbeddingDimension { get; }

    /// <summary>Units of each layer.</summary>
    public int Units { get; }

    /// <summary>Number of LSTM layers.</summary>
    public int Layers { get; }

    /// <summary>Whether a context is added to the embedding.</summary>
    public bool HasContext { get; }

    /// <summary>Whether a context is added to the last LSTM layer's output.</summary>
    public bool HasOutputContext { get; }

    /// <summary>The table: [codes × dimension].</summary>
    public float[] Embedding { get; }

    /// <summary>The LSTM layers, the dense layer, the logits.</summary>
    public PackedMatrix[] Matrices { get; }

    /// <summary>Bytes of weights that a step reads.</summary>
    public long Bytes => Matrices.Sum(m => m.Bytes);

    /// <summary>The bias of a matrix, to its padded rows.</summary>
    public float* Bias(int matrix) => (float*)biases[matrix].Pointer;

    /// <summary>Opens a generator, or joins those who have it open. Each caller disposes of what it got, once.</summary>
    /// <param name="pack">The pack, whose manifest has the file's hash.</param>
    /// <param name="levelIndex">Index of the level.</param>
    /// <param name="precision">What float matrices become; quantised ones stay as they are.</param>
    /// <param name="path">The instructions to use.</param>
    /// <exception cref="InvalidDataException">The graph is not known.</exception>
    public static KernelWeights Open(ModelPack pack, int levelIndex, InferencePrecision precision, KernelPath path)
    {
        var file = pack.PathOf(ModelStage.Generator, levelIndex);
        if (!pack.Manifest.Files.TryGetValue(System.IO.Path.GetFileName(file), out var entry))
        {
            return new KernelWeights(ReadGraph(file, pack, levelIndex), precision, path, null);
        }

        var wanted = new Key(file, entry.Sha256, precision, path);
        return Pool.Take(wanted, () => new KernelWeights(ReadGraph(file, pack, levelIndex), precision, path, wanted));
    }

    /// <summary>Reads what a generator's file computes.</summary>
    /// <exception cref="InvalidDataException">The graph is not known.</exception>
    public static GeneratorGraph ReadGraph(string file, ModelPack pack, int levelIndex) =>
        GeneratorGraphReader.Read(File.ReadAllBytes(file), pack.Configuration.Levels[levelIndex]);

    /// <inheritdoc/>
    public void Dispose()
    {
        if (key is { } own && !Pool.Release(own))
        {
            return;
        }

        foreach (var matrix in Matrices)
        {
            matrix.Dispose();
        }

        foreach (var bias in biases)
        {
            bias.Dispose();
        }
    }

    // What follows the LSTM layers is a seventh to a quarter of the weights, and in 4 bits costs two thirds of the loss.
    private static InferencePrecision OfOutputs(InferencePrecision precision) =>
        precision == InferencePrecision.Int4 ? InferencePrecision.Int8 : precision;

    private static PackedMatrix Pack(LinearLayer layer, int inputs, InferencePrecision precision, KernelPath path)
    {
        if (layer.Blocks is not null)
        {
            return new BlockPanels(layer.Blocks, path);
        }

        if (precision == InferencePrecision.Float32)
        {
            return new FloatPanels(layer.Rows, layer.Columns, layer.Weights);
        }

        var bits = precision == InferencePrecision.Int4 ? 4 : 8;
        return new BlockPanels(BlockQuantizer.Quantize(layer.Weights, layer.Rows, [inputs, layer.Columns - inputs], bits), path);
    }

    private static InferencePrecision Described(LinearLayer[] layers, InferencePrecision precision)
    {
        var weights = new Dictionary<InferencePrecision, long>();
        foreach (var layer in layers)
        {
            var own = layer.Blocks?.Bits switch
            {
                null => precision,
                4 => InferencePrecision.Int4,
                _ => InferencePrecision.Int8,
            };
            weights[own] = weights.GetValueOrDefault(own) + ((long)layer.Rows * layer.Columns);
        }

        return weights.MaxBy(w => w.Value).Key;
    }

    private readonly record struct Key(string Path, string Hash, InferencePrecision Precision, KernelPath Kernels);
}
