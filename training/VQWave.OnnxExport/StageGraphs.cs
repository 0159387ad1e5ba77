using VQWave.Models;
using static VQWave.OnnxExport.GraphBuilder;
using DataType = VQWave.OnnxExport.Onnx.TensorProto.Types.DataType;

namespace VQWave.OnnxExport;

/// <summary>
/// Builds the stages of a model pack as ONNX files (IR 8, opset 17) with the inputs, outputs and metadata of
/// <c>docs/model-pack.md</c>. All methods throw <see cref="VQWaveException"/> for weights that are missing, not known, of another shape or
/// not finite.
/// </summary>
public static class StageGraphs
{
    // The end of a Slice that goes to the end.
    private const long ToEnd = long.MaxValue;

    /// <summary><c>audio</c> float32 [batch, samples] to <c>latents</c> float32 [batch, n, D].</summary>
    /// <param name="configuration">The hierarchy.</param>
    /// <param name="levelIndex">Position of the level, 0 the coarsest.</param>
    /// <param name="weights">The encoder's weights.</param>
    /// <param name="options">Storage and metadata; the defaults if null.</param>
    /// <returns>The ONNX file's bytes.</returns>
    public static byte[] Encoder(
        HierarchyConfiguration configuration,
        int levelIndex,
        IReadOnlyDictionary<string, WeightTensor> weights,
        ExportOptions? options = null
    )
    {
        var (level, graph) = Begin(configuration, levelIndex, ModelStage.Encoder, weights, options);
        var network = level.Encoder;
        var audio = graph.Input("audio", DataType.Float, "batch", "samples");
        var axis = graph.Integers("channel_axis", 1);
        var x = graph.Node("Unsqueeze", "audio_channel", [audio, axis]);
        x = PadForLookahead(graph, x, (long)network.Padding.Codes * level.Compression);
        x = Convolutions(graph, x, network.Layers, 0..network.Layers.Count, network.Padding, weights);
        x = DropLookahead(graph, x, network.Padding.Codes);
        graph.NodeTo("Transpose", "latents_last", [x], ["latents"], Attribute("perm", 0, 2, 1));
        graph.Output("latents", DataType.Float, "batch", "n", level.CodebookDimension);
        return graph.Build(ModelStage.Encoder, level);
    }

    /// <summary>
    /// <c>latents</c> float32 [batch, n, D] to <c>codes</c> int64 [batch, n], the nearest code vector (the lowest index among equals), and
    /// <c>quantized</c> float32 [batch, n, D], that vector.
    /// </summary>
    /// <param name="configuration">The hierarchy.</param>
    /// <param name="levelIndex">Position of the level, 0 the coarsest.</param>
    /// <param name="weights">The codebook.</param>
    /// <param name="options">Storage and metadata; the defaults if null.</param>
    /// <returns>The ONNX file's bytes.</returns>
    public static byte[] Codebook(
        HierarchyConfiguration configuration,
        int levelIndex,
        IReadOnlyDictionary<string, WeightTensor> weights,
        ExportOptions? options = null
    )
    {
        var (level, graph) = Begin(configuration, levelIndex, ModelStage.Codebook, weights, options);
        var latents = graph.Input("latents", DataType.Float, "batch", "n", level.CodebookDimension);
        var codebook = weights["codebook"];
        var vectors = graph.Weight("codebook", codebook.Shape, codebook.Data);

        // |x - e|^2 less |x|^2, which is the same for all e: |e|^2 - 2 x.e. The scaling by -2 loses nothing in floating point.
        var norms = graph.Weight(
            "codebook.squared_norms",
            [level.CodebookSize],
            SquaredNorms(graph.Stored(codebook.Shape, codebook.Data), level.CodebookDimension)
        );
        var transposed = graph.Node("Transpose", "codebook.transposed", [vectors], Attribute("perm", 1, 0));
        var scaled = graph.Node("Mul", "codebook.scaled", [transposed, graph.Scalar("minus_two", -2)]);
        var products = graph.Node("MatMul", "products", [latents, scaled]);
        var distances = graph.Node("Add", "distances", [products, norms]);
        graph.NodeTo(
            "ArgMin",
            "nearest",
            [distances],
            ["codes"],
            Attribute("axis", 2L),
            Attribute("keepdims", 0L),
            Attribute("select_last_index", 0L)
        );
        graph.NodeTo("Gather", "quantize", [vectors, "codes"], ["quantized"], Attribute("axis", 0L));
        graph.Output("codes", DataType.Int64, "batch", "n");
        graph.Output("quantized", DataType.Float, "batch", "n", level.CodebookDimension);
        return graph.Build(ModelStage.Codebook, level);
    }

    /// <summary>
    /// <c>codes</c> int64 [batch, n] to <c>audio</c> float32 [batch, n × L] in −1 … 1; with 'same' padding the optional <c>piece_start</c> and
    /// <c>piece_end</c> int64 [1] crop the sequence of codes behind the layers of its own rate.
    /// </summary>
    /// <param name="configuration">The hierarchy.</param>
    /// <param name="levelIndex">Position of the level, 0 the coarsest.</param>
    /// <param name="weights">The decoder's weights.</param>
    /// <param name="codebook">The codebook, of which the file gets its own copy.</param>
    /// <param name="options">Storage and metadata; the defaults if null.</param>
    /// <returns>The ONNX file's bytes.</returns>
    public static byte[] Decoder(
        HierarchyConfiguration configuration,
        int levelIndex,
        IReadOnlyDictionary<string, WeightTensor> weights,
        IReadOnlyDictionary<string, WeightTensor> codebook,
        ExportOptions? options = null
    )
    {
        var (level, graph) = Begin(configuration, levelIndex, ModelStage.Decoder, weights, options);
        WeightShapes.Validate(configuration, levelIndex, ModelStage.Codebook, codebook);
        var network = level.Decoder;
        var codes = graph.Input("codes", DataType.Int64, "batch", "n");
        var x = Embed(graph, "codebook", codebook["codebook"], codes);
        x = PadForLookahead(graph, x, network.Padding.Codes);
        var leading = network.Layers.TakeWhile(l => !l.Transposed).Count();
        x = Convolutions(graph, x, network.Layers, 0..leading, network.Padding, weights);
        if (network.Padding.Mode == PaddingMode.Same && leading > 0)
        {
            // The layers before need a wider overlap than all after them: a piece of a stream takes only what those need into the finer rates.
            var start = graph.OptionalInteger(ModelStages.PieceStart, 0);
            var end = graph.OptionalInteger(ModelStages.PieceEnd, ToEnd);
            x = graph.Node("Slice", "piece", [x, start, end, graph.Integers("piece.axis", 2)]);
        }

        x = Convolutions(graph, x, network.Layers, leading..network.Layers.Count, network.Padding, weights);
        x = DropLookahead(graph, x, (long)network.Padding.Codes * level.Compression);
        var axis = graph.Integers("channel_axis", 1);
        graph.NodeTo("Squeeze", "audio_mono", [x, axis], ["audio"]);
        graph.Output("audio", DataType.Float, "batch", "samples");
        return graph.Build(ModelStage.Decoder, level);
    }

    /// <summary>
    /// <c>codes</c> int64 [batch, n] of the next coarser level to <c>context</c> float32 [batch, n × R, C]: what is added to the code embedding, then,
    /// with <see cref="ContextNetwork.ToOutput"/>, what is added to the last LSTM layer's output.
    /// </summary>
    /// <param name="configuration">The hierarchy.</param>
    /// <param name="levelIndex">Position of the level, 1 or more.</param>
    /// <param name="weights">The context network's weights.</param>
    /// <param name="options">Storage and metadata; the defaults if null.</param>
    /// <returns>The ONNX file's bytes.</returns>
    public static byte[] Context(
        HierarchyConfiguration configuration,
        int levelIndex,
        IReadOnlyDictionary<string, WeightTensor> weights,
        ExportOptions? options = null
    )
    {
        var (level, graph) = Begin(configuration, levelIndex, ModelStage.Context, weights, options);
        var network = WeightShapes.ContextOf(level);
        var ratio = configuration.Ratio(levelIndex);
        var codes = graph.Input("codes", DataType.Int64, "batch", "n");
        var x = Embed(graph, "embedding.weight", weights["embedding.weight"], codes);
        x = PadForLookahead(graph, x, network.Padding.Codes);
        ConvolutionLayer[] convolutions = [.. network.Convolutions];
        x = Convolutions(graph, x, convolutions, 0..convolutions.Length, network.Padding, weights);
        x = graph.Node(
            "ConvTranspose",
            "upsample",
            [x, Weight(graph, weights, "upsample.weight"), Weight(graph, weights, "upsample.bias")],
            Attribute("kernel_shape", [ratio]),
            Attribute("strides", [ratio])
        );
        x = graph.Node("Elu", "upsample.elu", [x]);
        x = DropLookahead(graph, x, (long)network.Padding.Codes * ratio);

        var width = level.Generator.ContextWidth;
        var projection = weights["project.weight"].Data;
        if (network.ToOutput)
        {
            projection = [.. projection, .. weights["project_output.weight"].Data];
        }

        var projections = graph.Weight("projections.weight", [width, network.Channels, 1], projection);
        x = graph.Node("Conv", "projections", [x, projections], Attribute("kernel_shape", [1L]));
        graph.NodeTo("Transpose", "context_last", [x], ["context"], Attribute("perm", 0, 2, 1));
        graph.Output("context", DataType.Float, "batch", "n_fine", width);
        return graph.Build(ModelStage.Context, level);
    }

    /// <summary>
    /// One step: <c>code</c> int64 [batch], <c>context</c> float32 [batch, C] (not at the coarsest level) and the states <c>h_i</c>, <c>c_i</c>
    /// float32 [batch, U] to <c>logits</c> float32 [batch, K] of the next code and the states <c>h_i_out</c>, <c>c_i_out</c>.
    /// </summary>
    /// <remarks>
    /// Each layer is one MatMul with a constant [K, N] initialiser named <c>lstm.i.weight</c>, <c>dense.weight</c> or
    /// <c>logits.weight</c>, which <see cref="Quantization.PackQuantizer"/> replaces.
    /// </remarks>
    /// <param name="configuration">The hierarchy.</param>
    /// <param name="levelIndex">Position of the level, 0 the coarsest.</param>
    /// <param name="weights">The generator's weights.</param>
    /// <param name="options">Storage and metadata; the defaults if null.</param>
    /// <returns>The ONNX file's bytes.</returns>
    public static byte[] Generator(
        HierarchyConfiguration configuration,
        int levelIndex,
        IReadOnlyDictionary<string, WeightTensor> weights,
        ExportOptions? options = null
    )
    {
        var (level, graph) = Begin(configuration, levelIndex, ModelStage.Generator, weights, options);
        var network = level.Generator;
        var units = network.Units;
        var code = graph.Input("code", DataType.Int64, "batch");
        var context = network.Context is null ? null : graph.Input("context", DataType.Float, "batch", network.ContextWidth);
        string? toOutput = null;
        var x = graph.Node("Gather", "embedding", [Weight(graph, weights, "embedding.weight"), code], Attribute("axis", 0L));
        if (context is not null)
        {
            if (network.Context!.ToOutput)
            {
                var sizes = graph.Integers("context_parts", network.EmbeddingDimension, units);
                var parts = graph.NodeTo(
                    "Split",
                    "context_split",
                    [context, sizes],
                    ["context_embedding", "context_output"],
                    Attribute("axis", 1L)
                );
                context = parts[0];
                toOutput = parts[1];
            }

            x = graph.Node("Add", "embedding.context", [x, context]);
        }

        var gates = graph.Integers("gate_sizes", units, units, units, units);
        for (var i = 0; i < network.Layers; i++)
        {
            x = LstmStep(graph, i, x, i == 0 ? network.EmbeddingDimension : units, units, gates, weights);
        }

        if (toOutput is not null)
        {
            x = graph.Node("Add", "lstm.context", [x, toOutput]);
        }

        x = Linear(graph, "dense", x, "dense", weights, units, units);
        x = graph.Node("Elu", "dense.elu", [x]);
        Linear(graph, "logits", x, "logits", weights, units, level.CodebookSize);

        graph.Output("logits", DataType.Float, "batch", level.CodebookSize);
        for (var i = 0; i < network.Layers; i++)
        {
            graph.Output($"h_{i}_out", DataType.Float, "batch", units);
            graph.Output($"c_{i}_out", DataType.Float, "batch", units);
        }

        return graph.Build(ModelStage.Generator, level);
    }

    /// <summary>The file of any stage of a level.</summary>
    /// <param name="stage">The stage.</param>
    /// <param name="configuration">The hierarchy.</param>
    /// <param name="levelIndex">Position of the level, 0 the coarsest.</param>
    /// <param name="weights">The level's weights.</param>
    /// <param name="options">Storage and metadata; the defaults if null.</param>
    /// <returns>The ONNX file's bytes.</returns>
    public static byte[] Build(
        ModelStage stage,
        HierarchyConfiguration configuration,
        int levelIndex,
        LevelWeights weights,
        ExportOptions? options = null
    )
    {
        ArgumentNullException.ThrowIfNull(weights);
        return stage switch
        {
            ModelStage.Encoder => Encoder(configuration, levelIndex, weights.Encoder, options),
            ModelStage.Codebook => Codebook(configuration, levelIndex, weights.Codebook, options),
            ModelStage.Decoder => Decoder(configuration, levelIndex, weights.Decoder, weights.Codebook, options),
            ModelStage.Context => Context(
                configuration,
                levelIndex,
                weights.Context ?? new Dictionary<string, WeightTensor>(StringComparer.Ordinal),
                options
            ),
            ModelStage.Generator => Generator(configuration, levelIndex, weights.Generator, options),
            _ => throw new ArgumentOutOfRangeException(nameof(stage), stage, "There is no such stage."),
        };
    }

    private static (LevelConfiguration Level, GraphBuilder Graph) Begin(
        HierarchyConfiguration configuration,
        int levelIndex,
        ModelStage part,
        IReadOnlyDictionary<string, WeightTensor> weights,
        ExportOptions? options
    )
    {
        var level = WeightShapes.Level(configuration, levelIndex);
        configuration.Validate();
        WeightShapes.Validate(configuration, levelIndex, part, weights);
        var name = WeightShapes.NetworkName(configuration, levelIndex, part);
        return (level, new GraphBuilder(name, options ?? new ExportOptions()));
    }

    private static string Weight(GraphBuilder graph, IReadOnlyDictionary<string, WeightTensor> weights, string name) =>
        graph.Weight(name, weights[name].Shape, weights[name].Data);

    /// <summary>Codes [batch, n] to vectors as channels [batch, D, n].</summary>
    private static string Embed(GraphBuilder graph, string name, WeightTensor table, string codes)
    {
        var vectors = graph.Weight(name, table.Shape, table.Data);
        var gathered = graph.Node("Gather", "vectors", [vectors, codes], Attribute("axis", 0L));
        return graph.Node("Transpose", "vectors_channels", [gathered], Attribute("perm", 0, 2, 1));
    }

    private static string Convolutions(
        GraphBuilder graph,
        string x,
        IReadOnlyList<ConvolutionLayer> layers,
        Range range,
        Padding padding,
        IReadOnlyDictionary<string, WeightTensor> weights
    )
    {
        for (var i = range.Start.Value; i < range.End.Value; i++)
        {
            var layer = layers[i];
            var name = $"conv.{i}";
            string[] inputs = [x, Weight(graph, weights, $"{name}.weight"), Weight(graph, weights, $"{name}.bias")];
            x = layer.Transposed ? Transposed(graph, name, inputs, layer, padding) : Plain(graph, name, inputs, layer, padding);
            x = layer.Activation switch
            {
                Activation.Elu => graph.Node("Elu", $"{name}.elu", [x]),
                Activation.Tanh => graph.Node("Tanh", $"{name}.tanh", [x]),
                _ => x,
            };
        }

        return x;
    }

    private static string Plain(GraphBuilder graph, string name, string[] inputs, ConvolutionLayer layer, Padding padding)
    {
        var (left, right) = layer.Pad(padding);
        return graph.Node(
            "Conv",
            name,
            inputs,
            Attribute("kernel_shape", [layer.Kernel]),
            Attribute("strides", [layer.Stride]),
            Attribute("dilations", [layer.Dilation]),
            Attribute("pads", left, right)
        );
    }

    private static string Transposed(GraphBuilder graph, string name, string[] inputs, ConvolutionLayer layer, Padding padding)
    {
        var (left, right) = layer.Pad(padding);

        // Not every execution provider crops the two ends by different amounts; a Slice does on all of them.
        var even = left == right;
        var x = graph.Node(
            "ConvTranspose",
            name,
            inputs,
            Attribute("kernel_shape", [layer.Kernel]),
            Attribute("strides", [layer.Stride]),
            Attribute("pads", even ? left : 0, even ? right : 0)
        );
        return even ? x : Slice(graph, $"{name}.crop", x, left, right == 0 ? ToEnd : -right);
    }

    /// <summary>A lookahead runs the causal network on the signal followed by that much silence …</summary>
    private static string PadForLookahead(GraphBuilder graph, string x, long amount)
    {
        if (amount == 0)
        {
            return x;
        }

        return graph.Node("Pad", "lookahead", [x, graph.Integers("lookahead.pads", 0, 0, 0, 0, 0, amount)]);
    }

    /// <summary>… and drops as much of the start of its output, so that output i has seen inputs up to i + lookahead.</summary>
    private static string DropLookahead(GraphBuilder graph, string x, long amount) =>
        amount == 0 ? x : Slice(graph, "lookahead.drop", x, amount, ToEnd);

    private static string Slice(GraphBuilder graph, string name, string x, long start, long end) =>
        graph.Node(
            "Slice",
            name,
            [x, graph.Integers($"{name}.start", start), graph.Integers($"{name}.end", end), graph.Integers($"{name}.axis", 2)]
        );

    private static float[] SquaredNorms(float[] vectors, int dimension)
    {
        var norms = new float[vectors.Length / dimension];
        for (var i = 0; i < norms.Length; i++)
        {
            var sum = 0.0;
            foreach (var v in vectors.AsSpan(i * dimension, dimension))
            {
                sum += (double)v * v;
            }

            norms[i] = (float)sum;
        }

        return norms;
    }

    private static string LstmStep(
        GraphBuilder graph,
        int index,
        string x,
        int inputs,
        int units,
        string gateSizes,
        IReadOnlyDictionary<string, WeightTensor> weights
    )
    {
        var name = $"lstm.{index}";
        var h = graph.Input($"h_{index}", DataType.Float, "batch", units);
        var c = graph.Input($"c_{index}", DataType.Float, "batch", units);
        var weight = graph.Weight(
            $"{name}.weight",
            [inputs + units, 4 * units],
            [
                .. TensorValues.Transpose(weights[$"lstm.weight_ih_l{index}"].Data, 4 * units, inputs),
                .. TensorValues.Transpose(weights[$"lstm.weight_hh_l{index}"].Data, 4 * units, units),
            ]
        );
        var biasInput = weights[$"lstm.bias_ih_l{index}"].Data;
        var biasHidden = weights[$"lstm.bias_hh_l{index}"].Data;
        var sum = new float[biasInput.Length];
        for (var i = 0; i < sum.Length; i++)
        {
            sum[i] = biasInput[i] + biasHidden[i];
        }

        var bias = graph.Weight($"{name}.bias", [sum.Length], sum);
        var xh = graph.Node("Concat", $"{name}.input", [x, h], Attribute("axis", 1L));
        var product = graph.Node("MatMul", $"{name}.matmul", [xh, weight]);
        var all = graph.Node("Add", $"{name}.gates", [product, bias]);
        var parts = graph.NodeTo(
            "Split",
            $"{name}.split",
            [all, gateSizes],
            [$"{name}.i", $"{name}.f", $"{name}.g", $"{name}.o"],
            Attribute("axis", 1L)
        );
        var input = graph.Node("Sigmoid", $"{name}.input_gate", [parts[0]]);
        var forget = graph.Node("Sigmoid", $"{name}.forget_gate", [parts[1]]);
        var cell = graph.Node("Tanh", $"{name}.cell_gate", [parts[2]]);
        var output = graph.Node("Sigmoid", $"{name}.output_gate", [parts[3]]);
        var kept = graph.Node("Mul", $"{name}.kept", [forget, c]);
        var added = graph.Node("Mul", $"{name}.added", [input, cell]);
        var nextCell = graph.NodeTo("Add", $"{name}.cell", [kept, added], [$"c_{index}_out"])[0];
        var squashed = graph.Node("Tanh", $"{name}.squashed", [nextCell]);
        return graph.NodeTo("Mul", $"{name}.hidden", [output, squashed], [$"h_{index}_out"])[0];
    }

    private static string Linear(
        GraphBuilder graph,
        string name,
        string x,
        string output,
        IReadOnlyDictionary<string, WeightTensor> weights,
        int inputs,
        int outputs
    )
    {
        var weight = graph.Weight(
            $"{name}.weight",
            [inputs, outputs],
            TensorValues.Transpose(weights[$"{name}.weight"].Data, outputs, inputs)
        );
        var bias = Weight(graph, weights, $"{name}.bias");
        var product = graph.Node("MatMul", $"{name}.matmul", [x, weight]);
        return graph.NodeTo("Add", $"{name}.add", [product, bias], [output])[0];
    }
}
