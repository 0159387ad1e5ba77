using VQWave.Models;
using VQWave.OnnxExport.Onnx;

namespace VQWave.OnnxExport;

/// <summary>
/// Reads the weights of a model pack back: the reverse of <see cref="StageGraphs"/>. What a pack stores in float16 comes back rounded to it;
/// of an LSTM layer's two biases, which the graph adds up, the first is their sum and the second zero.
/// </summary>
public static class PackWeights
{
    /// <summary>Reads every network of a pack.</summary>
    /// <param name="pack">The pack.</param>
    /// <returns>The weights by the names of <see cref="WeightShapes.NetworkName"/>, then of <see cref="WeightShapes.For"/>.</returns>
    /// <exception cref="VQWaveException">The pack is quantised, or its graphs are not laid out as ours are.</exception>
    public static IReadOnlyDictionary<string, IReadOnlyDictionary<string, WeightTensor>> Read(ModelPack pack)
    {
        ArgumentNullException.ThrowIfNull(pack);
        var networks = new Dictionary<string, IReadOnlyDictionary<string, WeightTensor>>(StringComparer.Ordinal);
        for (var i = 0; i < pack.Configuration.Levels.Count; i++)
        {
            foreach (var stage in ModelStages.Of(pack.Configuration.Levels[i]))
            {
                var graph = new StageFile(pack.PathOf(stage, i));
                var weights = Weights(graph, pack.Configuration, i, stage);
                WeightShapes.Validate(pack.Configuration, i, stage, weights);
                networks.Add(WeightShapes.NetworkName(pack.Configuration, i, stage), weights);
            }
        }

        return networks;
    }

    private static Dictionary<string, WeightTensor> Weights(
        StageFile graph,
        HierarchyConfiguration configuration,
        int levelIndex,
        ModelStage stage
    )
    {
        var shapes = WeightShapes.For(configuration, levelIndex, stage);
        var weights = new Dictionary<string, WeightTensor>(StringComparer.Ordinal);
        foreach (var (name, shape) in shapes)
        {
            weights[name] = new WeightTensor(
                shape,
                (stage, name.Split('.')) switch
                {
                    // Both projections are one convolution, the rows of the second after those of the first.
                    (ModelStage.Context, ["project", "weight"]) => Projections(shape)[..Count(shape)],
                    (ModelStage.Context, ["project_output", "weight"]) => Projections(shape)[^Count(shape)..],
                    (ModelStage.Generator, ["lstm", var parameter]) => Lstm(graph, parameter, shape),
                    (ModelStage.Generator, ["dense" or "logits", "weight"]) => TensorValues.Transpose(
                        graph.Values(name, [shape[1], shape[0]]),
                        (int)shape[1],
                        (int)shape[0]
                    ),
                    _ => graph.Values(name, shape),
                }
            );
        }

        return weights;

        float[] Projections(long[] part)
        {
            var rows = shapes.Where(s => s.Key.StartsWith("project", StringComparison.Ordinal)).Sum(s => s.Value[0]);
            return graph.Values("projections.weight", [rows, part[1], part[2]]);
        }
    }

    private static int Count(long[] shape) => (int)shape.Aggregate(1L, (product, size) => product * size);

    // lstm.i.weight holds the rows of the layer's input, then those of its state, transposed.
    private static float[] Lstm(StageFile graph, string parameter, long[] shape)
    {
        var layer = parameter[(parameter.LastIndexOf('l') + 1)..];
        var isInput = parameter.Contains("_ih_", StringComparison.Ordinal);
        if (parameter.StartsWith("bias", StringComparison.Ordinal))
        {
            return isInput ? graph.Values($"lstm.{layer}.bias", shape) : new float[shape[0]];
        }

        var gates = (int)shape[0];
        var columns = (int)shape[1];
        var values = graph.Values($"lstm.{layer}.weight", null);
        var start = isInput ? 0 : values.Length - (columns * gates);
        return start >= 0 && values.Length >= columns * gates
            ? TensorValues.Transpose(values.AsSpan(start, columns * gates), columns, gates)
            : throw graph.Unknown($"'lstm.{layer}.weight' is too small");
    }

    /// <summary>The constants of one stage's file.</summary>
    private sealed class StageFile
    {
        private readonly string _path;
        private readonly Dictionary<string, TensorProto> _constants;

        public StageFile(string path)
        {
            _path = path;
            try
            {
                _constants = StageModel
                    .Parse(File.ReadAllBytes(path), path)
                    .Graph.Initializer.ToDictionary(t => t.Name, StringComparer.Ordinal);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
            {
                throw new VQWaveException($"{path} cannot be read as an ONNX file ({e.Message.TrimEnd('.')}): export the pack again.", e);
            }
        }

        /// <summary>Values of a constant.</summary>
        /// <param name="name">Its name.</param>
        /// <param name="shape">The shape that it must have, or null for any.</param>
        public float[] Values(string name, long[]? shape)
        {
            if (!_constants.TryGetValue(name, out var tensor))
            {
                throw Unknown($"'{name}' is missing");
            }

            return shape is not null && !tensor.Dims.SequenceEqual(shape)
                ? throw Unknown($"'{name}' is {WeightTensor.Describe(tensor.Dims)} where {WeightTensor.Describe(shape)} is expected")
                : TensorValues.Read(tensor) ?? throw Unknown($"the values of '{name}' are not float32 or float16");
        }

        public VQWaveException Unknown(string what) =>
            new($"{_path} is not laid out as a stage of VQWave's: {what}; export the pack again from its weights.");
    }
}
