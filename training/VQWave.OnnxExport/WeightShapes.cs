using System.Globalization;
using VQWave.Models;

namespace VQWave.OnnxExport;

/// <summary>The weights that each network of a configuration has: names and shapes in PyTorch's layouts.</summary>
public static class WeightShapes
{
    /// <summary>Name of a network as weight files spell it: <c>vqvae_8_encoder</c>, <c>generator_8_context</c>.</summary>
    /// <param name="configuration">The hierarchy.</param>
    /// <param name="levelIndex">Position of the level, 0 the coarsest.</param>
    /// <param name="part">The network.</param>
    public static string NetworkName(HierarchyConfiguration configuration, int levelIndex, ModelStage part)
    {
        var level = Level(configuration, levelIndex);
        return part switch
        {
            ModelStage.Encoder => $"{level.VqvaeName}_encoder",
            ModelStage.Codebook => $"{level.VqvaeName}_codebook",
            ModelStage.Decoder => $"{level.VqvaeName}_decoder",
            ModelStage.Context => $"{level.GeneratorName}_context",
            ModelStage.Generator => $"{level.GeneratorName}_generator",
            _ => throw new ArgumentOutOfRangeException(nameof(part), part, "There is no such network."),
        };
    }

    /// <summary>Names and shapes of a network's weights, in the order of computation.</summary>
    /// <param name="configuration">The hierarchy.</param>
    /// <param name="levelIndex">Position of the level, 0 the coarsest.</param>
    /// <param name="part">The network.</param>
    /// <exception cref="VQWaveException">The level has no such network.</exception>
    public static IReadOnlyList<KeyValuePair<string, long[]>> For(HierarchyConfiguration configuration, int levelIndex, ModelStage part)
    {
        var level = Level(configuration, levelIndex);
        var shapes = new List<KeyValuePair<string, long[]>>();
        switch (part)
        {
            case ModelStage.Encoder:
                AddConvolutions(shapes, level.Encoder.Layers, 1);
                break;
            case ModelStage.Decoder:
                AddConvolutions(shapes, level.Decoder.Layers, level.CodebookDimension);
                break;
            case ModelStage.Codebook:
                shapes.Add(new("codebook", [level.CodebookSize, level.CodebookDimension]));
                break;
            case ModelStage.Context:
                AddContext(shapes, configuration, levelIndex);
                break;
            case ModelStage.Generator:
                AddGenerator(shapes, level);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(part), part, "There is no such network.");
        }

        return shapes;
    }

    /// <summary>Checks that weights are exactly those that a network has, and finite.</summary>
    /// <param name="configuration">The hierarchy.</param>
    /// <param name="levelIndex">Position of the level, 0 the coarsest.</param>
    /// <param name="part">The network.</param>
    /// <param name="weights">The weights by name.</param>
    /// <exception cref="VQWaveException">
    /// A weight is missing, is not known, has another shape, or holds a value that is not finite.
    /// </exception>
    public static void Validate(
        HierarchyConfiguration configuration,
        int levelIndex,
        ModelStage part,
        IReadOnlyDictionary<string, WeightTensor> weights
    )
    {
        ArgumentNullException.ThrowIfNull(weights);
        var network = NetworkName(configuration, levelIndex, part);
        var shapes = For(configuration, levelIndex, part);
        var known = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (name, shape) in shapes)
        {
            known.Add(name);
            if (!weights.TryGetValue(name, out var weight))
            {
                throw new VQWaveException(
                    $"The weights of {network} lack '{name}' of shape {WeightTensor.Describe(shape)}; were they trained for the configuration '{configuration.Name}'?"
                );
            }

            if (!weight.Shape.AsSpan().SequenceEqual(shape))
            {
                throw new VQWaveException(
                    $"The weight '{name}' of {network} has the shape {WeightTensor.Describe(weight.Shape)}, and the configuration '{configuration.Name}' needs {WeightTensor.Describe(shape)}; choose the configuration that it was trained for."
                );
            }

            var wrong = Array.FindIndex(weight.Data, v => !float.IsFinite(v));
            if (wrong >= 0)
            {
                throw new VQWaveException(
                    $"The weight '{name}' of {network} is not finite: value {wrong.ToString(CultureInfo.InvariantCulture)} is {weight.Data[wrong].ToString(CultureInfo.InvariantCulture)}; take the weights of an earlier epoch."
                );
            }
        }

        if (weights.Keys.FirstOrDefault(n => !known.Contains(n)) is { } unknown)
        {
            throw new VQWaveException(
                $"The weights of {network} hold '{unknown}' of shape {WeightTensor.Describe(weights[unknown].Shape)}, which the configuration '{configuration.Name}' does not have; choose the configuration that they were trained for."
            );
        }
    }

    internal static LevelConfiguration Level(HierarchyConfiguration configuration, int levelIndex)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        ArgumentOutOfRangeException.ThrowIfNegative(levelIndex);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(levelIndex, configuration.Levels.Count);
        return configuration.Levels[levelIndex];
    }

    /// <summary>The context network of a level.</summary>
    internal static ContextNetwork ContextOf(LevelConfiguration level) =>
        level.Generator.Context
        ?? throw new VQWaveException($"The level {level.Name} is the coarsest and has no context network; leave its context weights out.");

    private static void AddConvolutions(List<KeyValuePair<string, long[]>> shapes, IEnumerable<ConvolutionLayer> layers, long channels)
    {
        var i = 0;
        foreach (var layer in layers)
        {
            long[] shape = layer.Transposed ? [channels, layer.Channels, layer.Kernel] : [layer.Channels, channels, layer.Kernel];
            shapes.Add(new($"conv.{i}.weight", shape));
            shapes.Add(new($"conv.{i}.bias", [layer.Channels]));
            channels = layer.Channels;
            i++;
        }
    }

    private static void AddContext(List<KeyValuePair<string, long[]>> shapes, HierarchyConfiguration configuration, int levelIndex)
    {
        var level = configuration.Levels[levelIndex];
        var context = ContextOf(level);
        var coarser = configuration.Levels[levelIndex - 1];
        long channels = context.Channels;
        shapes.Add(new("embedding.weight", [coarser.CodebookSize, context.EmbeddingDimension]));
        AddConvolutions(shapes, context.Convolutions, context.EmbeddingDimension);
        var before = context.Dilations.Count == 0 ? context.EmbeddingDimension : channels;
        shapes.Add(new("upsample.weight", [before, channels, configuration.Ratio(levelIndex)]));
        shapes.Add(new("upsample.bias", [channels]));
        shapes.Add(new("project.weight", [level.Generator.EmbeddingDimension, channels, 1]));
        if (context.ToOutput)
        {
            shapes.Add(new("project_output.weight", [level.Generator.Units, channels, 1]));
        }
    }

    private static void AddGenerator(List<KeyValuePair<string, long[]>> shapes, LevelConfiguration level)
    {
        long units = level.Generator.Units;
        long embedding = level.Generator.EmbeddingDimension;
        shapes.Add(new("embedding.weight", [level.CodebookSize, embedding]));
        for (var i = 0; i < level.Generator.Layers; i++)
        {
            shapes.Add(new($"lstm.weight_ih_l{i}", [4 * units, i == 0 ? embedding : units]));
            shapes.Add(new($"lstm.weight_hh_l{i}", [4 * units, units]));
            shapes.Add(new($"lstm.bias_ih_l{i}", [4 * units]));
            shapes.Add(new($"lstm.bias_hh_l{i}", [4 * units]));
        }

        shapes.Add(new("dense.weight", [units, units]));
        shapes.Add(new("dense.bias", [units]));
        shapes.Add(new("logits.weight", [level.CodebookSize, units]));
        shapes.Add(new("logits.bias", [level.CodebookSize]));
    }
}
