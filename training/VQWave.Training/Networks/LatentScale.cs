using VQWave.Models;
using VQWave.OnnxExport;

namespace VQWave.Training.Networks;

/// <summary>Brings VQ-VAEs whose latents have grown back to a scale at which training goes well (<see cref="VectorQuantizer.LargestScale"/>).</summary>
/// <remarks>
/// Latents come out of a linear convolution and go into another, so that a power of two taken from the one and given to the other changes no
/// code and no sample, to the last bit.
/// </remarks>
public static class LatentScale
{
    private const double Goal = VectorQuantizer.LargestScale / 2;

    /// <summary>The networks of a hierarchy, those rescaled whose code vectors' root mean square is beyond the bound.</summary>
    /// <param name="configuration">The hierarchy's sizes.</param>
    /// <param name="networks">Weights by <see cref="WeightShapes.NetworkName"/> and name.</param>
    public static IReadOnlyDictionary<string, IReadOnlyDictionary<string, WeightTensor>> Bounded(
        HierarchyConfiguration configuration,
        IReadOnlyDictionary<string, IReadOnlyDictionary<string, WeightTensor>> networks
    )
    {
        ArgumentNullException.ThrowIfNull(configuration);
        ArgumentNullException.ThrowIfNull(networks);
        var bounded = new Dictionary<string, IReadOnlyDictionary<string, WeightTensor>>(networks, StringComparer.Ordinal);
        for (var i = 0; i < configuration.Levels.Count; i++)
        {
            var level = configuration.Levels[i];
            var codebook = WeightShapes.NetworkName(configuration, i, ModelStage.Codebook);
            var vectors = networks[codebook].Values.Single().Data;
            var scale = Math.Sqrt(vectors.Sum(v => (double)v * v) / vectors.Length);
            var last = level.Encoder.Layers.Count - 1;
            if (scale <= VectorQuantizer.LargestScale || level.Encoder.Layers[last].Activation != Activation.Linear)
            {
                continue;
            }

            var factor = (float)Math.ScaleB(1, -(int)Math.Ceiling(Math.Log2(scale / Goal)));
            Scale(codebook, _ => true, factor);
            Scale(
                WeightShapes.NetworkName(configuration, i, ModelStage.Encoder),
                n => n.StartsWith($"conv.{last}.", StringComparison.Ordinal),
                factor
            );
            Scale(WeightShapes.NetworkName(configuration, i, ModelStage.Decoder), n => n == "conv.0.weight", 1 / factor);
        }

        return bounded;

        void Scale(string network, Func<string, bool> concerns, float factor) =>
            bounded[network] = bounded[network]
                .ToDictionary(
                    w => w.Key,
                    w => concerns(w.Key) ? new WeightTensor(w.Value.Shape, Array.ConvertAll(w.Value.Data, v => v * factor)) : w.Value,
                    StringComparer.Ordinal
                );
    }
}
