using System.Security.Cryptography;
using System.Text.Json.Nodes;
using VQWave.Models;

namespace VQWave.OnnxExport.Tests;

public sealed class ModelPackWriterTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("vqwave-pack-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Pack_holds_every_stage_with_its_size_and_hash()
    {
        var target = Path.Combine(folder, "pack");
        var contents = Contents("tiny-lookahead");
        ModelPackWriter.Write(target, contents);

        var json = JsonNode.Parse(File.ReadAllText(Path.Combine(target, "model.json")))!;
        Assert.Equal(1, (int)json["format"]!);
        Assert.Equal("A test", (string?)json["name"]);
        Assert.Equal("MIT", (string?)json["license"]);
        Assert.Equal("float32", (string?)json["quantization"]!["weights"]);
        Assert.Equal(2, (int)json["lookahead"]!["4"]!["codes"]!);
        Assert.Equal(2 * 12 / 8000.0, (double)json["lookahead"]!["4"]!["seconds"]!, 12);
        Assert.Equal(31.5, (double)json["metrics"]!["4"]!["si_sdr_db"]!);
        Assert.Equal(8000, (int)json["configuration"]!["sample_rate"]!);

        string[] expected =
        [
            "codebook_12.onnx",
            "codebook_4.onnx",
            "context_4.onnx",
            "decoder_12.onnx",
            "decoder_4.onnx",
            "encoder_12.onnx",
            "encoder_4.onnx",
            "generator_12.onnx",
            "generator_4.onnx",
        ];
        Assert.Equal(expected, json["files"]!.AsObject().Select(f => f.Key).Order(StringComparer.Ordinal));
        foreach (var name in expected)
        {
            var bytes = File.ReadAllBytes(Path.Combine(target, name));
            Assert.Equal(bytes.Length, (int)json["files"]![name]!["bytes"]!);
            Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(bytes)), (string?)json["files"]![name]!["sha256"]);
            using var graph = new Graph(bytes);
            Assert.NotEmpty(graph.Session.OutputNames);
        }

        var manifest = ModelManifestJson.Deserialize(File.ReadAllText(Path.Combine(target, "model.json")));
        Assert.Equal(
            contents.Configuration.Levels[1].Generator.Context!.Dilations,
            manifest.Configuration.Levels[1].Generator.Context!.Dilations
        );
        Assert.Equal(["pack"], Names());
    }

    [Theory]
    [InlineData("tiny-same", WeightStorage.Float32)]
    [InlineData("tiny-causal", WeightStorage.Float16)]
    [InlineData("tiny-lookahead", WeightStorage.Float16)]
    public void Player_opens_the_pack(string name, WeightStorage storage)
    {
        var target = Path.Combine(folder, "pack");
        ModelPackWriter.Write(target, Contents(name) with { Options = new ExportOptions { Storage = storage } });
        Assert.Equal("A test", ModelPack.Open(target).Manifest.Name);
    }

    [Fact]
    public void Start_code_is_the_most_frequent_code_of_silence()
    {
        var contents = Contents("tiny-same");
        var manifest = ModelPackWriter.Write(Path.Combine(folder, "pack"), contents);
        for (var i = 0; i < 2; i++)
        {
            var level = contents.Configuration.Levels[i];
            var codes = (8000 + level.Compression - 1) / level.Compression;
            var latents = Reference.Encode(level, contents.Levels[i].Encoder, new float[codes * level.Compression]);
            var flat = Enumerable.Range(0, codes).SelectMany(t => latents.Select(ch => (float)ch[t])).ToArray();
            var most = Reference
                .NearestCodes(contents.Levels[i].Codebook["codebook"], flat)
                .GroupBy(c => c)
                .OrderByDescending(g => g.Count())
                .ThenBy(g => g.Key)
                .First()
                .Key;
            Assert.Equal(most, manifest.StartCodes[i]);
        }
    }

    [Fact]
    public void Older_pack_is_replaced_and_what_lies_beside_it_stays()
    {
        var target = Path.Combine(folder, "pack");
        ModelPackWriter.Write(target, Contents("tiny-same"));
        File.WriteAllText(Path.Combine(target, "encoder_999.onnx"), "left over");
        Directory.CreateDirectory(Path.Combine(target, "notes"));
        File.WriteAllText(Path.Combine(target, "notes", "README.md"), "mine");
        var half = Contents("tiny-causal") with { Options = new ExportOptions { Storage = WeightStorage.Float16 } };

        ModelPackWriter.Write(target, half);

        var manifest = ModelManifestJson.Deserialize(File.ReadAllText(Path.Combine(target, "model.json")));
        Assert.Equal("tiny-causal", manifest.Configuration.Name);
        Assert.Equal("float16", manifest.Quantization.Weights);
        Assert.False(File.Exists(Path.Combine(target, "encoder_999.onnx")));
        Assert.Equal("mine", File.ReadAllText(Path.Combine(target, "notes", "README.md")));
        Assert.Equal(["pack"], Names());
    }

    [Fact]
    public void Failure_leaves_the_older_pack_as_it_was()
    {
        var target = Path.Combine(folder, "pack");
        ModelPackWriter.Write(target, Contents("tiny-same"));
        var before = Hashes(target);

        var broken = Contents("tiny-causal");
        var generator = new Dictionary<string, WeightTensor>(broken.Levels[1].Generator, StringComparer.Ordinal);
        generator.Remove("logits.bias");
        broken = broken with { Levels = [broken.Levels[0], broken.Levels[1] with { Generator = generator }] };
        var e = Assert.Throws<VQWaveException>(() => ModelPackWriter.Write(target, broken));
        Assert.Contains("'logits.bias'", e.Message, StringComparison.Ordinal);
        Assert.Equal(before, Hashes(target));

        Assert.Throws<VQWaveException>(() =>
            ModelPackWriter.Write(target, Contents("tiny-causal"), _ => throw new VQWaveException("differs"))
        );
        Assert.Equal(before, Hashes(target));

        using var source = new CancellationTokenSource();
        source.Cancel();
        Assert.Throws<OperationCanceledException>(() => ModelPackWriter.Write(target, Contents("tiny-causal"), null, source.Token));
        Assert.Equal(before, Hashes(target));
        Assert.Equal(["pack"], Names());
    }

    [Fact]
    public void Verification_sees_the_whole_pack_before_it_takes_its_place()
    {
        var target = Path.Combine(folder, "pack");
        ModelPackWriter.Write(
            target,
            Contents("tiny-same"),
            temporary =>
            {
                Assert.False(Directory.Exists(target));
                Assert.Equal(10, Directory.GetFiles(temporary).Length);
            }
        );
        Assert.Equal(10, Directory.GetFiles(target).Length);
    }

    [Fact]
    public void Folder_with_other_files_is_refused()
    {
        var target = Path.Combine(folder, "pack");
        Directory.CreateDirectory(target);
        File.WriteAllText(Path.Combine(target, "thesis.txt"), "dear");
        Assert.Throws<VQWaveException>(() => ModelPackWriter.Write(target, Contents("tiny-same")));
        Assert.Equal("dear", File.ReadAllText(Path.Combine(target, "thesis.txt")));
        Assert.Single(Directory.GetFileSystemEntries(target));
    }

    [Fact]
    public void File_in_the_way_is_named()
    {
        var target = Path.Combine(folder, "pack");
        File.WriteAllText(target, "");
        Assert.Contains(target, Assert.Throws<VQWaveException>(() => ModelPackWriter.Write(target, Contents("tiny-same"))).Message);
        var below = Assert.Throws<VQWaveException>(() => ModelPackWriter.Write(Path.Combine(target, "below"), Contents("tiny-same")));
        Assert.Contains("below", below.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Number_of_levels_must_fit()
    {
        var contents = Contents("tiny-same");
        var e = Assert.Throws<VQWaveException>(() =>
            ModelPackWriter.Write(Path.Combine(folder, "pack"), contents with { Levels = [contents.Levels[0]] })
        );
        Assert.Contains("1 level", e.Message, StringComparison.Ordinal);
        Assert.Empty(Names());
    }

    private static ModelPackContents Contents(string name)
    {
        var configuration = TestConfigurations.Get(name);
        return new ModelPackContents
        {
            Name = "A test",
            License = "MIT",
            Description = "Untrained.",
            Configuration = configuration,
            Levels = [RandomWeights.CreateLevel(configuration, 0, 1), RandomWeights.CreateLevel(configuration, 1, 2)],
            Metrics = new JsonObject { ["4"] = new JsonObject { ["si_sdr_db"] = 31.5 } },
            Training = new JsonObject { ["epochs"] = 0 },
        };
    }

    private string[] Names() => [.. Directory.GetFileSystemEntries(folder).Select(p => Path.GetFileName(p)!)];

    private static string[] Hashes(string target) =>
        [
            .. Directory
                .GetFiles(target)
                .Order(StringComparer.Ordinal)
                .Select(f => Path.GetFileName(f) + Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(f)))),
        ];
}
