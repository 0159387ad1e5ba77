using VQWave.Models;
using VQWave.OnnxExport.Quantization;

namespace VQWave.OnnxExport.Tests;

/// <summary>Packs read back: the reverse of the export.</summary>
public sealed class PackWeightsTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("vqwave-weights-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData("tiny-same", WeightStorage.Float32)]
    [InlineData("tiny-causal", WeightStorage.Float32)]
    [InlineData("tiny-lookahead", WeightStorage.Float32)]
    [InlineData("tiny-same", WeightStorage.Float16)]
    [InlineData("tiny-lookahead", WeightStorage.Float16)]
    public void What_was_exported_comes_back(string name, WeightStorage storage)
    {
        var configuration = TestConfigurations.Get(name);
        LevelWeights[] levels = Levels(configuration);
        var networks = PackWeights.Read(Pack(configuration, levels, storage));

        var expected = new Dictionary<string, IReadOnlyDictionary<string, WeightTensor>>(StringComparer.Ordinal);
        for (var i = 0; i < levels.Length; i++)
        {
            var level = configuration.Levels[i];
            expected.Add($"{level.VqvaeName}_encoder", levels[i].Encoder);
            expected.Add($"{level.VqvaeName}_codebook", levels[i].Codebook);
            expected.Add($"{level.VqvaeName}_decoder", levels[i].Decoder);
            expected.Add($"{level.GeneratorName}_generator", levels[i].Generator);
            if (levels[i].Context is { } context)
            {
                expected.Add($"{level.GeneratorName}_context", context);
            }
        }

        Assert.Equal(expected.Keys.Order(StringComparer.Ordinal), networks.Keys.Order(StringComparer.Ordinal));
        foreach (var (network, weights) in expected)
        {
            Assert.Equal(weights.Keys.Order(StringComparer.Ordinal), networks[network].Keys.Order(StringComparer.Ordinal));
            foreach (var (weight, tensor) in weights)
            {
                Assert.Equal(tensor.Shape, networks[network][weight].Shape);
                Assert.Equal(Stored(weights, weight, storage), networks[network][weight].Data);
            }
        }
    }

    [Fact]
    public void A_pack_exported_again_is_the_same_to_the_bit()
    {
        var configuration = TestConfigurations.Get("tiny-lookahead");
        var first = Pack(configuration, Levels(configuration), WeightStorage.Float16);
        var networks = PackWeights.Read(first);
        LevelWeights[] again =
        [
            .. configuration.Levels.Select(l => new LevelWeights
            {
                Encoder = networks[$"{l.VqvaeName}_encoder"],
                Codebook = networks[$"{l.VqvaeName}_codebook"],
                Decoder = networks[$"{l.VqvaeName}_decoder"],
                Generator = networks[$"{l.GeneratorName}_generator"],
                Context = networks.GetValueOrDefault($"{l.GeneratorName}_context"),
            }),
        ];
        var second = Pack(configuration, again, WeightStorage.Float16);
        Assert.Equal(9, first.Manifest.Files.Count);
        Assert.All(first.Manifest.Files, f => Assert.Equal(f.Value.Sha256, second.Manifest.Files[f.Key].Sha256));
    }

    [Fact]
    public void A_quantised_pack_is_refused()
    {
        var configuration = TestConfigurations.Get("tiny-causal");
        var pack = Pack(configuration, Levels(configuration), WeightStorage.Float32);
        var target = Path.Combine(folder, "int8");
        PackQuantizer.Write(
            pack,
            target,
            new PackQuantizerOptions { Plan = QuantizationPlan.For(GeneratorPrecision.Int8), CalibrationSteps = 0 }
        );
        var refusal = Assert.Throws<VQWaveException>(() => PackWeights.Read(ModelPack.Open(target)));
        Assert.Contains("generator_12.onnx is quantised", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Networks_are_written_all_or_none()
    {
        var configuration = TestConfigurations.Get("tiny-causal");
        var networks = PackWeights.Read(Pack(configuration, Levels(configuration), WeightStorage.Float32));
        var target = Path.Combine(folder, "weights");
        Assert.Equal(9, WeightFolder.Write(target, networks, _ => "a test").Count);
        Assert.Equal(
            networks.Keys.Order(StringComparer.Ordinal),
            Directory.GetFiles(target).Select(f => Path.GetFileNameWithoutExtension(f)).Order(StringComparer.Ordinal)
        );

        File.WriteAllText(Path.Combine(folder, "file"), "");
        Assert.Throws<VQWaveException>(() => WeightFolder.Write(Path.Combine(folder, "file", "in"), networks, _ => "a test"));
        Assert.Throws<VQWaveException>(() => WeightFolder.Write(target, networks, _ => throw new IOException("The disk is full.")));
        Assert.Equal(9, Directory.GetFileSystemEntries(target).Length);
    }

    // The graph keeps the sum of an LSTM layer's biases, and float16 rounds what has two dimensions or more.
    private static float[] Stored(IReadOnlyDictionary<string, WeightTensor> weights, string name, WeightStorage storage)
    {
        var data = weights[name].Data;
        if (name.StartsWith("lstm.bias_hh", StringComparison.Ordinal))
        {
            return new float[data.Length];
        }

        if (name.StartsWith("lstm.bias_ih", StringComparison.Ordinal))
        {
            return [.. data.Zip(weights[name.Replace("_ih_", "_hh_", StringComparison.Ordinal)].Data, (a, b) => a + b)];
        }

        return storage == WeightStorage.Float16 && weights[name].Shape.Length > 1 ? Array.ConvertAll(data, v => (float)(Half)v) : data;
    }

    private static LevelWeights[] Levels(HierarchyConfiguration configuration) =>
        [RandomWeights.CreateLevel(configuration, 0, 1), RandomWeights.CreateLevel(configuration, 1, 2)];

    private ModelPack Pack(HierarchyConfiguration configuration, LevelWeights[] levels, WeightStorage storage)
    {
        var target = Path.Combine(folder, $"pack-{Guid.NewGuid():N}");
        ModelPackWriter.Write(
            target,
            new ModelPackContents
            {
                Name = "A test",
                License = "MIT",
                Description = "Untrained.",
                Configuration = configuration,
                Levels = levels,
                Options = new ExportOptions { Storage = storage },
            }
        );
        return ModelPack.Open(target);
    }
}
