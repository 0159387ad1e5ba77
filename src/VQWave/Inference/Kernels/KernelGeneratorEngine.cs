namespace VQWave.Inference.Kernels;

/// <summary>The generator's step on kernels of our own: one product for each layer, nothing else reads memory.</summary>
/// <remarks>Threading: one caller at a time. A step allocates nothing, takes no lock and calls nothing outside: real-time safe.</remarks>
internal sealed unsafe class KernelGeneratorEngine : GeneratorEngine
{
    private const int Lanes = 8;

    private readonly Shared<KernelWeights> shared;
    private readonly KernelWeights weights;
    private readonly AlignedMemory memory;
    private readonly float*[] inputs;
    private readonly float*[] cells;
    private readonly int[] inputStrides;
    private readonly int cellStride;
    private readonly float* product;
    private readonly int productStride;
    private readonly float* hidden;
    private readonly byte* scratch;
    private bool disposed;

    /// <summary>Allocates the buffers, with zero states.</summary>
    /// <param name="shared">The weights, which the engine lets go of when it is disposed of.</param>
    /// <param name="buffers">Codes, contexts and logits.</param>
    public KernelGeneratorEngine(Shared<KernelWeights> shared, GeneratorBuffers buffers)
        : base(buffers)
    {
        this.shared = shared;
        weights = shared.Value;
        var matrices = weights.Matrices;
        var voices = buffers.Batch;

        // [input, state] of each LSTM layer, then the inputs of the dense layer and of the logits, each with room for whole vectors.
        inputStrides = Array.ConvertAll(matrices, m => Whole(m.Columns) + Lanes);
        cellStride = Whole(weights.Units);
        productStride = matrices.Max(m => m.PaddedRows) + Lanes;
        var scratchBytes = (matrices.Max(m => m.ScratchBytes) + 63) / 64 * 64;
        long values = cellStride;
        values += inputStrides.Sum(s => (long)s * voices);
        values += (long)weights.Layers * cellStride * voices;
        values += (long)productStride * voices;
        memory = new AlignedMemory((values * sizeof(float)) + 64 + ((long)scratchBytes * voices));

        var next = (float*)memory.Pointer;
        hidden = Take(ref next, cellStride);
        inputs = new float*[matrices.Length];
        for (var i = 0; i < inputs.Length; i++)
        {
            inputs[i] = Take(ref next, inputStrides[i] * voices);
        }

        cells = new float*[weights.Layers];
        for (var i = 0; i < cells.Length; i++)
        {
            cells[i] = Take(ref next, cellStride * voices);
        }

        product = Take(ref next, productStride * voices);
        scratch = (byte*)(((nint)next + 63) & ~(nint)63);
    }

    /// <inheritdoc/>
    public override string Name => $"kernels-{KernelPaths.Name(weights.Path)}";

    /// <inheritdoc/>
    public override InferencePrecision Precision => weights.Precision;

    /// <inheritdoc/>
    public override long WeightBytes => weights.Bytes;

    /// <inheritdoc/>
    public override void Step()
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        Embed();
        var layers = weights.Layers;
        var units = weights.Units;
        for (var layer = 0; layer < layers; layer++)
        {
            Multiply(layer);
            for (var v = 0; v < Buffers.Batch; v++)
            {
                VectorMath.LstmStep(product + ((long)v * productStride), cells[layer] + ((long)v * cellStride), hidden, units);
                var state = Input(layer, v) + weights.Matrices[layer].Columns - units;
                Copy(hidden, state, units);
                Copy(hidden, Input(layer + 1, v), units);
            }
        }

        if (weights.HasOutputContext)
        {
            for (var v = 0; v < Buffers.Batch; v++)
            {
                var context = Buffers.Context.AsSpan((v * Buffers.ContextWidth) + weights.EmbeddingDimension, units);
                Add(new Span<float>(Input(layers, v), units), context);
            }
        }

        Multiply(layers);
        for (var v = 0; v < Buffers.Batch; v++)
        {
            var dense = product + ((long)v * productStride);
            VectorMath.Elu(dense, cellStride);
            Copy(dense, Input(layers + 1, v), units);
        }

        Multiply(layers + 1);
        var codes = weights.CodebookSize;
        for (var v = 0; v < Buffers.Batch; v++)
        {
            new Span<float>(product + ((long)v * productStride), codes).CopyTo(Buffers.Logits.AsSpan(v * codes));
        }
    }

    /// <inheritdoc/>
    public override void Reset()
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        new Span<byte>(memory.Pointer, checked((int)memory.Bytes)).Clear();
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        if (disposed)
        {
            return;
        }

        disposed = true;
        memory.Dispose();
        shared.Dispose();
    }

    private void Embed()
    {
        var width = weights.EmbeddingDimension;
        for (var v = 0; v < Buffers.Batch; v++)
        {
            var code = Buffers.Codes[v];
            if ((ulong)code >= (ulong)weights.CodebookSize)
            {
                throw new VQWaveException($"The code {code} is not one of the generator's {weights.CodebookSize}.");
            }

            var input = new Span<float>(Input(0, v), width);
            weights.Embedding.AsSpan((int)code * width, width).CopyTo(input);
            if (weights.HasContext)
            {
                Add(input, Buffers.Context.AsSpan(v * Buffers.ContextWidth, width));
            }
        }
    }

    private void Multiply(int layer)
    {
        var matrix = weights.Matrices[layer];
        for (var v = 0; v < Buffers.Batch; v++)
        {
            Copy(weights.Bias(layer), product + ((long)v * productStride), matrix.PaddedRows);
        }

        matrix.Multiply(inputs[layer], inputStrides[layer], product, productStride, Buffers.Batch, scratch);
    }

    private float* Input(int layer, int voice) => inputs[layer] + ((long)voice * inputStrides[layer]);

    private static void Copy(float* from, float* to, int count) => new Span<float>(from, count).CopyTo(new Span<float>(to, count));

    private static void Add(Span<float> target, ReadOnlySpan<float> values)
    {
        for (var i = 0; i < target.Length; i++)
        {
            target[i] += values[i];
        }
    }

    private static int Whole(int count) => (count + Lanes - 1) / Lanes * Lanes;

    private static float* Take(ref float* next, int count)
    {
        var taken = next;
        next += count;
        return taken;
    }
}
