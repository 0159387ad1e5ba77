using VQWave.Models;

namespace VQWave.OnnxExport;

/// <summary>
/// Untrained weights for benchmarks and tests: normal, scaled by the fan-in so that signals keep their size through the layers, with
/// small biases. The same seed gives the same weights.
/// </summary>
public static class RandomWeights
{
    /// <summary>The weights of one network.</summary>
    /// <param name="configuration">The hierarchy.</param>
    /// <param name="levelIndex">Position of the level, 0 the coarsest.</param>
    /// <param name="part">The network.</param>
    /// <param name="seed">Any number; networks and levels draw from different sequences under the same seed.</param>
    public static IReadOnlyDictionary<string, WeightTensor> Create(
        HierarchyConfiguration configuration,
        int levelIndex,
        ModelStage part,
        ulong seed
    )
    {
        var weights = new Dictionary<string, WeightTensor>(StringComparer.Ordinal);
        var random = new NormalSequence(seed, ((uint)levelIndex * 16) + (uint)part);
        foreach (var (name, shape) in WeightShapes.For(configuration, levelIndex, part))
        {
            var deviation = Deviation(configuration.Levels[levelIndex], name, shape, part);
            var data = new float[shape.Aggregate(1L, (a, b) => a * b)];
            for (var i = 0; i < data.Length; i++)
            {
                data[i] = (float)(deviation * random.Next());
            }

            weights.Add(name, new WeightTensor(shape, data));
        }

        return weights;
    }

    /// <summary>The weights of all networks of a level.</summary>
    /// <param name="configuration">The hierarchy.</param>
    /// <param name="levelIndex">Position of the level, 0 the coarsest.</param>
    /// <param name="seed">Any number.</param>
    public static LevelWeights CreateLevel(HierarchyConfiguration configuration, int levelIndex, ulong seed) =>
        new()
        {
            Encoder = Create(configuration, levelIndex, ModelStage.Encoder, seed),
            Codebook = Create(configuration, levelIndex, ModelStage.Codebook, seed),
            Decoder = Create(configuration, levelIndex, ModelStage.Decoder, seed),
            Context = levelIndex == 0 ? null : Create(configuration, levelIndex, ModelStage.Context, seed),
            Generator = Create(configuration, levelIndex, ModelStage.Generator, seed),
        };

    private static double Deviation(LevelConfiguration level, string name, long[] shape, ModelStage part)
    {
        if (shape.Length == 1)
        {
            return 0.05;
        }

        if (name is "codebook" or "embedding.weight")
        {
            return 1;
        }

        double fanIn = shape[1] * (shape.Length == 3 ? shape[2] : 1);
        if (part == ModelStage.Decoder && IndexOf(name) is { } i && level.Decoder.Layers[i] is { Transposed: true } layer)
        {
            // A transposed convolution reaches each output with kernel / stride of its taps.
            fanIn = (double)shape[0] * layer.Kernel / layer.Stride;
        }
        else if (string.Equals(name, "upsample.weight", StringComparison.Ordinal))
        {
            fanIn = shape[0];
        }

        // 1.6 / fan-in keeps the variance through an ELU.
        return Math.Sqrt((name.StartsWith("lstm", StringComparison.Ordinal) ? 1 : 1.6) / fanIn);
    }

    private static int? IndexOf(string name) => name.Split('.') is ["conv", var index, _] && int.TryParse(index, out var i) ? i : null;

    /// <summary>Box-Muller over SplitMix64 (Steele, Lea and Flood 2014), which no runtime version changes.</summary>
    private sealed class NormalSequence(ulong seed, uint sequence)
    {
        private ulong state = Mix(seed) ^ Mix(0xD1B54A32D192ED03UL * (sequence + 1UL));
        private double spare = double.NaN;

        public double Next()
        {
            if (!double.IsNaN(spare))
            {
                var value = spare;
                spare = double.NaN;
                return value;
            }

            var radius = Math.Sqrt(-2 * Math.Log(1 - Uniform()));
            var (sin, cos) = Math.SinCos(2 * Math.PI * Uniform());
            spare = radius * sin;
            return radius * cos;
        }

        private double Uniform()
        {
            state += 0x9E3779B97F4A7C15UL;
            return (Mix(state) >> 11) * (1.0 / (1UL << 53));
        }

        private static ulong Mix(ulong z)
        {
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
            return z ^ (z >> 31);
        }
    }
}
