using VQWave.Models;
using VQWave.OnnxExport;
using VQWave.Safetensors;
using VQWave.Training.Training;

namespace VQWave.Training.Export;

/// <summary>The weights of a whole hierarchy as export needs them.</summary>
internal static class WeightSets
{
    /// <summary>Reads all networks of a configuration from a folder.</summary>
    /// <param name="configuration">The hierarchy.</param>
    /// <param name="directory">Folder of the weights.</param>
    /// <param name="epoch">The epoch, or null for the final weights or the latest epoch of each network.</param>
    /// <param name="storage">Float16 rounds the matrices, so that what is verified is what is stored.</param>
    /// <exception cref="VQWaveException">A network's weights are missing, damaged or of another shape.</exception>
    public static LevelWeights[] Read(HierarchyConfiguration configuration, string directory, int? epoch, WeightStorage storage)
    {
        if (epoch is null)
        {
            SayWhichAreBest(configuration, directory);
        }

        var levels = new LevelWeights[configuration.Levels.Count];
        for (var i = 0; i < levels.Length; i++)
        {
            var index = i;
            IReadOnlyDictionary<string, WeightTensor> Part(ModelStage stage) =>
                ReadPart(configuration, index, stage, directory, epoch, storage);
            levels[i] = new LevelWeights
            {
                Encoder = Part(ModelStage.Encoder),
                Codebook = Part(ModelStage.Codebook),
                Decoder = Part(ModelStage.Decoder),
                Context = i == 0 ? null : Part(ModelStage.Context),
                Generator = Part(ModelStage.Generator),
            };
        }

        return levels;
    }

    /// <summary>Untrained weights of all networks, rounded as stored.</summary>
    public static LevelWeights[] Random(HierarchyConfiguration configuration, ulong seed, WeightStorage storage) =>
        [.. Enumerable.Range(0, configuration.Levels.Count).Select(i => RandomLevel(configuration, i, seed, storage))];

    private static void SayWhichAreBest(HierarchyConfiguration configuration, string directory)
    {
        foreach (var name in configuration.Levels.SelectMany(l => new[] { l.VqvaeName, l.GeneratorName }))
        {
            if (BestEpoch.Read(directory, name) is { } best)
            {
                Console.Error.WriteLine(
                    $"{name}: weights of epoch {best.Epoch}, the best on held-out music ({best.HeldOut:0.0000}{(name.StartsWith("vqvae", StringComparison.Ordinal) ? "" : " bits per code")})"
                );
            }
        }
    }

    private static LevelWeights RandomLevel(HierarchyConfiguration configuration, int index, ulong seed, WeightStorage storage)
    {
        var level = RandomWeights.CreateLevel(configuration, index, seed);
        return new LevelWeights
        {
            Encoder = Round(level.Encoder, storage),
            Codebook = Round(level.Codebook, storage),
            Decoder = Round(level.Decoder, storage),
            Context = level.Context is { } context ? Round(context, storage) : null,
            Generator = Round(level.Generator, storage),
        };
    }

    private static IReadOnlyDictionary<string, WeightTensor> ReadPart(
        HierarchyConfiguration configuration,
        int levelIndex,
        ModelStage stage,
        string directory,
        int? epoch,
        WeightStorage storage
    )
    {
        var level = configuration.Levels[levelIndex];
        var name = stage is ModelStage.Context or ModelStage.Generator ? level.GeneratorName : level.VqvaeName;
        var path = WeightFiles.Find(directory, name, ModelStages.Name(stage), epoch);
        Dictionary<string, WeightTensor> weights;
        try
        {
            weights = SafetensorsFile
                .Read(path)
                .ToDictionary(p => p.Key, p => new WeightTensor(p.Value.Shape, p.Value.ToFloats()), StringComparer.Ordinal);
        }
        catch (SafetensorsException e)
        {
            throw new VQWaveException(e.Message, e);
        }

        try
        {
            WeightShapes.Validate(configuration, levelIndex, stage, weights);
        }
        catch (VQWaveException e)
        {
            throw new VQWaveException($"{path}: {e.Message}", e);
        }

        return Round(weights, storage);
    }

    private static IReadOnlyDictionary<string, WeightTensor> Round(
        IReadOnlyDictionary<string, WeightTensor> weights,
        WeightStorage storage
    ) =>
        weights.ToDictionary(
            p => p.Key,
            p => new WeightTensor(p.Value.Shape, WeightStorages.Stored(storage, p.Value.Shape, p.Value.Data)),
            StringComparer.Ordinal
        );
}
