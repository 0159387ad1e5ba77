using VQWave.Models;

namespace VQWave.Inference.Kernels;

/// <summary>
/// A chain of convolutions over a sequence that comes in pieces: each layer keeps the inputs that its next windows need, so that every position
/// is computed once, and the output is that of the whole sequence.
/// </summary>
/// <remarks>
/// Outputs come as soon as the inputs are there that they depend on. Threading: one caller at a time. Pushing allocates nothing, takes no lock and
/// calls nothing outside: real-time safe.
/// </remarks>
internal sealed unsafe class ConvolutionStream : IDisposable
{
    private const int Lanes = 8;

    // Products of so many windows stay in the first cache.
    private const int ProductBytes = 16 << 10;
    private const int MostWindows = 32;

    private readonly Shared<ConvolutionWeights> shared;
    private readonly ConvolutionWeights weights;
    private readonly Layer[] layers;
    private readonly AlignedMemory memory;
    private readonly float* product;
    private readonly float* windows;
    private readonly byte* scratch;
    private bool disposed;

    /// <summary>Allocates the buffers, at the beginning of a sequence.</summary>
    /// <param name="shared">The weights, which the stream lets go of when it is disposed of.</param>
    public ConvolutionStream(Shared<ConvolutionWeights> shared)
    {
        this.shared = shared;
        weights = shared.Value;
        var stages = weights.Graph.Stages;
        layers = new Layer[stages.Count];
        long values = 0;
        long products = 0;
        long gathered = 0;
        long scratchBytes = 0;
        var arriving = MostWindows;
        for (var i = 0; i < layers.Length; i++)
        {
            var stage = stages[i];
            var matrix = weights.Matrices[i];
            var most = Math.Clamp(ProductBytes / sizeof(float) / matrix.PaddedRows, 4, MostWindows);
            var capacity = arriving + (2 * (stage.Span + stage.Step));
            layers[i] = new Layer(stage, matrix, capacity, arriving, most);
            values += (long)capacity * stage.Inputs;
            products = Math.Max(products, (long)most * matrix.PaddedRows);
            gathered = Math.Max(gathered, stage.Dilation == 1 ? 0 : (long)most * matrix.Columns);
            scratchBytes = Math.Max(scratchBytes, (long)most * matrix.ScratchBytes);
            arriving = most * stage.Phases;
        }

        memory = new AlignedMemory(((values + products + gathered + (3 * Lanes)) * sizeof(float)) + 64 + scratchBytes);
        var next = (float*)memory.Pointer;
        product = Take(ref next, products);
        windows = Take(ref next, gathered);
        foreach (var layer in layers)
        {
            layer.Buffer = next;
            next += (long)layer.Capacity * layer.Stage.Inputs;
        }

        scratch = (byte*)(((nint)next + 63) & ~(nint)63);
        Reset();
    }

    /// <summary>What is computed.</summary>
    public ConvolutionGraph Graph => weights.Graph;

    /// <summary>Back to the beginning of a sequence.</summary>
    public void Reset()
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        foreach (var layer in layers)
        {
            layer.Begin = 0;
            layer.Filled = layer.Stage.Left;
            layer.Drop = layer.Stage.Drop;
            new Span<float>(layer.Buffer, layer.Filled * layer.Stage.Inputs).Clear();
        }
    }

    /// <summary>Takes codes and gives what is certain with them.</summary>
    /// <param name="codes">The next codes, each of the table.</param>
    /// <param name="output">Takes the outputs; what has no room is lost.</param>
    /// <returns>Number of values written.</returns>
    /// <exception cref="VQWaveException">A code is not one of the table's.</exception>
    public int Push(ReadOnlySpan<int> codes, Span<float> output)
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        var width = Graph.Inputs;
        var table = Graph.Table;
        var size = table!.Length / width;
        fixed (float* target = output)
        {
            var sink = new Sink(target, output.Length);
            while (codes.Length > 0)
            {
                var count = Math.Min(codes.Length, layers[0].MostArriving);
                var tail = layers[0].Tail(count);
                for (var i = 0; i < count; i++)
                {
                    var code = codes[i];
                    if ((uint)code >= (uint)size)
                    {
                        throw new VQWaveException($"The code {code} is not one of the network's {size}.");
                    }

                    table.AsSpan(code * width, width).CopyTo(new Span<float>(tail + ((long)i * width), width));
                }

                codes = codes[count..];
                Run(0, count, ref sink);
            }

            return sink.Written;
        }
    }

    /// <summary>Takes input values and gives what is certain with them.</summary>
    /// <param name="values">Positions × channels of the input.</param>
    /// <param name="output">Takes the outputs; what has no room is lost.</param>
    /// <returns>Number of values written.</returns>
    public int Push(ReadOnlySpan<float> values, Span<float> output)
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        var width = Graph.Inputs;
        fixed (float* target = output)
        {
            var sink = new Sink(target, output.Length);
            while (values.Length > 0)
            {
                var count = Math.Min(values.Length / width, layers[0].MostArriving);
                values[..(count * width)].CopyTo(new Span<float>(layers[0].Tail(count), count * width));
                values = values[(count * width)..];
                Run(0, count, ref sink);
            }

            return sink.Written;
        }
    }

    /// <summary>Ends the sequence and gives what is left; what comes next must be a <see cref="Reset"/>.</summary>
    /// <param name="output">Takes the outputs; what has no room is lost.</param>
    /// <returns>Number of values written.</returns>
    public int Finish(Span<float> output)
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        fixed (float* target = output)
        {
            var sink = new Sink(target, output.Length);
            PushZeros(0, Graph.Lookahead, ref sink);
            for (var i = 0; i < layers.Length; i++)
            {
                PushZeros(i, layers[i].Stage.Right, ref sink);
            }

            return sink.Written;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (disposed)
        {
            return;
        }

        disposed = true;
        memory.Dispose();
        shared.Dispose();
    }

    private void PushZeros(int index, int count, ref Sink sink)
    {
        var layer = layers[index];
        while (count > 0)
        {
            var piece = Math.Min(count, layer.MostArriving);
            new Span<float>(layer.Tail(piece), piece * layer.Stage.Inputs).Clear();
            count -= piece;
            Run(index, piece, ref sink);
        }
    }

    // Inputs have arrived at a layer: all its windows that they complete, and what follows from them, depth first.
    private void Run(int index, int arrived, ref Sink sink)
    {
        var layer = layers[index];
        var stage = layer.Stage;
        layer.Filled += arrived;
        while (layer.Filled >= stage.Span)
        {
            var count = Math.Min(((layer.Filled - stage.Span) / stage.Step) + 1, layer.MostWindows);
            Compute(index, count);
            layer.Begin += count * stage.Step;
            layer.Filled -= count * stage.Step;
            var dropped = Math.Min(layer.Drop, count * stage.Phases);
            layer.Drop -= dropped;
            var positions = (count * stage.Phases) - dropped;
            if (positions == 0)
            {
                continue;
            }

            if (index + 1 == layers.Length)
            {
                CopyPositions(layer, dropped, positions, sink.Next, sink.Room);
                sink.Advance(positions * stage.Channels);
                continue;
            }

            CopyPositions(layer, dropped, positions, layers[index + 1].Tail(positions), int.MaxValue);
            Run(index + 1, positions, ref sink);
        }
    }

    private void Compute(int index, int count)
    {
        var layer = layers[index];
        var stage = layer.Stage;
        var matrix = layer.Matrix;
        var bias = new ReadOnlySpan<float>(weights.Bias(index), matrix.PaddedRows);
        for (var i = 0; i < count; i++)
        {
            bias.CopyTo(new Span<float>(product + ((long)i * matrix.PaddedRows), matrix.PaddedRows));
        }

        var x = layer.Buffer + ((long)layer.Begin * stage.Inputs);
        var stride = stage.Step * stage.Inputs;
        if (stage.Dilation > 1)
        {
            Gather(x, stage, count);
            x = windows;
            stride = matrix.Columns;
        }

        matrix.Multiply(x, stride, product, matrix.PaddedRows, count, scratch);
        var whole = (matrix.Rows + Lanes - 1) / Lanes * Lanes;
        for (var i = 0; i < count && stage.Activation != Activation.Linear; i++)
        {
            VectorMath.Activate(stage.Activation, product + ((long)i * matrix.PaddedRows), whole);
        }
    }

    private void Gather(float* x, ConvolutionStage stage, int count)
    {
        var target = windows;
        for (var i = 0; i < count; i++)
        {
            for (var tap = 0; tap < stage.Taps; tap++, target += stage.Inputs)
            {
                var from = x + ((long)((i * stage.Step) + (tap * stage.Dilation)) * stage.Inputs);
                new ReadOnlySpan<float>(from, stage.Inputs).CopyTo(new Span<float>(target, stage.Inputs));
            }
        }
    }

    private void CopyPositions(Layer layer, int skipped, int positions, float* target, int room)
    {
        var phases = layer.Stage.Phases;
        var channels = layer.Stage.Channels;
        for (var position = skipped; position < skipped + positions && room > 0; position++)
        {
            var from = product + ((long)(position / phases) * layer.Matrix.PaddedRows) + ((long)(position % phases) * channels);
            var count = Math.Min(channels, room);
            new ReadOnlySpan<float>(from, count).CopyTo(new Span<float>(target, count));
            target += channels;
            room -= count;
        }
    }

    private static float* Take(ref float* next, long count)
    {
        var taken = next;
        next += (count + Lanes - 1) / Lanes * Lanes;
        return taken;
    }

    // The inputs of one convolution that its next windows need.
    private sealed class Layer(ConvolutionStage stage, PackedMatrix matrix, int capacity, int mostArriving, int mostWindows)
    {
        public ConvolutionStage Stage { get; } = stage;

        public PackedMatrix Matrix { get; } = matrix;

        public int Capacity { get; } = capacity;

        public int MostArriving { get; } = mostArriving;

        public int MostWindows { get; } = mostWindows;

        public float* Buffer { get; set; }

        // First position that is still needed, and how many are there from it on.
        public int Begin { get; set; }

        public int Filled { get; set; }

        public int Drop { get; set; }

        /// <summary>Where the next inputs go; what is kept moves to the front where there is no room behind it.</summary>
        public float* Tail(int count)
        {
            var width = Stage.Inputs;
            if (Begin + Filled + count > Capacity)
            {
                new ReadOnlySpan<float>(Buffer + ((long)Begin * width), Filled * width).CopyTo(new Span<float>(Buffer, Filled * width));
                Begin = 0;
            }

            return Buffer + ((long)(Begin + Filled) * width);
        }
    }

    // Where outputs go.
    private ref struct Sink(float* target, int size)
    {
        public int Written { get; private set; }

        public readonly int Room => size - Written;

        public readonly float* Next => target + Written;

        public void Advance(int count) => Written += Math.Min(count, Room);
    }
}
