using System.Globalization;
using VQWave.Models;
using VQWave.OnnxExport;

namespace VQWave.KerasImport;

/// <summary>
/// Imports the Python project's Keras 3 weights (<c>vqvae_8_encoder.weights.h5</c>, <c>generator_8_context_00010.weights.h5</c> …): reads the layers in
/// the order in which Keras numbers them, checks each shape against a configuration, and writes our safetensors files.
/// </summary>
public static class KerasWeightsImporter
{
    /// <summary>Imports every network of a configuration that a folder has a file for.</summary>
    /// <param name="sourceDirectory">
    /// The folder with the <c>.weights.h5</c> files, or the Python project's own folder with <c>final_weights</c> and <c>weights</c> in it.
    /// </param>
    /// <param name="outputDirectory">Where the safetensors files go, once all of them are complete.</param>
    /// <param name="configuration">The hierarchy; the Python project's newest weights are of <see cref="Presets.Head"/>.</param>
    /// <param name="epoch">The epoch to take; null: the file without a number, or the highest.</param>
    /// <returns>What was found, imported and left.</returns>
    /// <exception cref="VQWaveException">
    /// There is nothing to import, a file is damaged or of another configuration, or the HDF5 library is missing. Nothing is written then.
    /// </exception>
    public static KerasImportReport Import(
        string sourceDirectory,
        string outputDirectory,
        HierarchyConfiguration configuration,
        int? epoch = null
    )
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(outputDirectory);
        var (networks, report) = Load(sourceDirectory, configuration, epoch);
        var sources = report.Imported.ToDictionary(n => n.Network, n => Path.GetFileName(n.Source), StringComparer.Ordinal);
        return report with { Written = WeightFolder.Write(outputDirectory, networks, n => sources[n]) };
    }

    /// <summary>Reads every network of a configuration that a folder has a file for, without writing anything.</summary>
    /// <param name="sourceDirectory">The folder, as for <see cref="Import"/>.</param>
    /// <param name="configuration">The hierarchy.</param>
    /// <param name="epoch">The epoch to take; null: the file without a number, or the highest.</param>
    /// <returns>The weights by network and name, and the report.</returns>
    /// <exception cref="VQWaveException">As for <see cref="Import"/>.</exception>
    public static (IReadOnlyDictionary<string, IReadOnlyDictionary<string, WeightTensor>> Networks, KerasImportReport Report) Load(
        string sourceDirectory,
        HierarchyConfiguration configuration,
        int? epoch = null
    )
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(sourceDirectory);
        ArgumentNullException.ThrowIfNull(configuration);
        configuration.Validate();
        var files = KerasFileSet.Scan(sourceDirectory, configuration, epoch);
        var networks = new Dictionary<string, IReadOnlyDictionary<string, WeightTensor>>(StringComparer.Ordinal);
        var imported = new List<KerasImportedNetwork>();
        var missing = new List<string>();
        for (var i = 0; i < configuration.Levels.Count; i++)
        {
            foreach (var stage in ModelStages.Of(configuration.Levels[i]))
            {
                var network = WeightShapes.NetworkName(configuration, i, stage);
                if (files.Find(network) is not { } file)
                {
                    missing.Add(network);
                    continue;
                }

                var weights = Read(files, configuration, i, stage, file.Path);
                WeightShapes.Validate(configuration, i, stage, weights);
                networks.Add(network, weights);
                imported.Add(new KerasImportedNetwork(network, file.Path, file.Epoch, weights.Values.Sum(w => (long)w.Data.Length)));
            }
        }

        if (imported.Count == 0)
        {
            var which = epoch is null ? "" : $" of epoch {epoch.Value.ToString(CultureInfo.InvariantCulture)}";
            throw new VQWaveException(
                $"The folder '{sourceDirectory}' has no weights{which} for the configuration '{configuration.Name}': files such as '{missing[0]}.weights.h5' are expected in it."
            );
        }

        return (
            networks,
            new KerasImportReport
            {
                Imported = imported,
                Skipped = files.Skipped,
                Missing = missing,
            }
        );
    }

    private static Dictionary<string, WeightTensor> Read(
        KerasFileSet files,
        HierarchyConfiguration configuration,
        int levelIndex,
        ModelStage stage,
        string path
    )
    {
        using var file = KerasModelFile.Open(path);
        var level = configuration.Levels[levelIndex];
        var shapes = WeightShapes.For(configuration, levelIndex, stage);
        var reader = new KerasNetworkReader(configuration.Name, path, file.Layers, shapes);
        switch (stage)
        {
            case ModelStage.Encoder:
                Convolutions(reader, level.Encoder.Layers);
                break;
            case ModelStage.Decoder:
                Convolutions(reader, level.Decoder.Layers);
                break;
            case ModelStage.Codebook:
                reader.Table("codebook", "codebook");
                break;
            case ModelStage.Context:
                Context(reader, files, configuration, levelIndex, shapes);
                break;
            default:
                Generator(reader, level, configuration, levelIndex);
                break;
        }

        reader.RequireEmpty();
        return reader.Weights;
    }

    private static void Convolutions(KerasNetworkReader reader, IReadOnlyList<ConvolutionLayer> layers)
    {
        for (var i = 0; i < layers.Count; i++)
        {
            reader.Convolution(layers[i].Transposed ? "conv1d_transpose" : "conv1d", $"conv.{i}");
        }
    }

    private static void Context(
        KerasNetworkReader reader,
        KerasFileSet files,
        HierarchyConfiguration configuration,
        int levelIndex,
        IReadOnlyList<KeyValuePair<string, long[]>> shapes
    )
    {
        var network = configuration.Levels[levelIndex].Generator.Context!;
        reader.Table("embedding", "embedding.weight");
        Convolutions(reader, [.. network.Convolutions]);
        reader.Convolution("conv1d_transpose", "upsample");
        foreach (var name in Projections(network))
        {
            if (!reader.TryProjection(name))
            {
                reader.Weights[name] = ProjectionOfGenerator(files, configuration, levelIndex, shapes, name);
            }
        }
    }

    // The projection of the context may be a layer of the generator's model, which adds its result to the code embedding.
    private static WeightTensor ProjectionOfGenerator(
        KerasFileSet files,
        HierarchyConfiguration configuration,
        int levelIndex,
        IReadOnlyList<KeyValuePair<string, long[]>> shapes,
        string name
    )
    {
        var context = WeightShapes.NetworkName(configuration, levelIndex, ModelStage.Context);
        var generator = WeightShapes.NetworkName(configuration, levelIndex, ModelStage.Generator);
        var shape = shapes.First(s => s.Key == name).Value;
        if (files.Find(generator) is { } file)
        {
            using var model = KerasModelFile.Open(file.Path);
            var reader = new KerasNetworkReader(configuration.Name, file.Path, model.Layers, shapes);
            foreach (var projection in Projections(configuration.Levels[levelIndex].Generator.Context!))
            {
                if (reader.TryProjection(projection) && projection == name)
                {
                    return reader.Weights[name];
                }
            }
        }

        throw new VQWaveException(
            $"{files.Find(context)!.Value.Path} lacks the bias-free 1x1 projection '{name}' of shape {WeightTensor.Describe(shape)}, and so does {generator}.weights.h5: lay the generator's file beside it, or choose the configuration that they were trained for."
        );
    }

    private static void Generator(KerasNetworkReader reader, LevelConfiguration level, HierarchyConfiguration configuration, int levelIndex)
    {
        reader.Table("embedding", "embedding.weight");
        for (var i = 0; i < level.Generator.Layers; i++)
        {
            reader.Lstm(i);
        }

        reader.Dense("dense");
        reader.Dense("logits");
        if (level.Generator.Context is { } network)
        {
            // What belongs to the context network is read with it; here it must only not be in the way.
            var shapes = WeightShapes.For(configuration, levelIndex, ModelStage.Context);
            reader.Drop(Projections(network).Select(n => shapes.First(s => s.Key == n).Value));
        }
    }

    private static IEnumerable<string> Projections(ContextNetwork network) =>
        network.ToOutput ? ["project.weight", "project_output.weight"] : ["project.weight"];
}
