using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Google.Protobuf;
using VQWave.Inference;
using VQWave.Models;
using VQWave.OnnxExport.Onnx;
using VQWave.OnnxExport.Quantization;

namespace VQWave.OnnxExport.Tests.Quantization;

public sealed class PackQuantizerTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("vqwave-quantize-").FullName;
    private readonly string source;
    private readonly string target;

    public PackQuantizerTests()
    {
        source = Path.Combine(folder, "float");
        target = Path.Combine(folder, "quantized");
        var configuration = TestConfigurations.Get("tiny-lookahead");
        ModelPackWriter.Write(
            source,
            new ModelPackContents
            {
                Name = "A test",
                License = "MIT",
                Description = "Untrained.",
                Configuration = configuration,
                Levels = [RandomWeights.CreateLevel(configuration, 0, 1), RandomWeights.CreateLevel(configuration, 1, 2)],
                Metrics = new JsonObject
                {
                    ["4"] = new JsonObject
                    {
                        ["si_sdr_db"] = 31.5,
                        ["bits_per_code"] = 4.0,
                        ["gain_bits"] = 1.0,
                    },
                },
                Training = new JsonObject { ["epochs"] = 7 },
                Options = new ExportOptions { Storage = WeightStorage.Float16 },
            }
        );
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData(GeneratorPrecision.Int8, "int8", 8)]
    [InlineData(GeneratorPrecision.Int4, "int4", 4)]
    public void Only_generators_change_and_the_manifest_says_how(GeneratorPrecision precision, string name, int bits)
    {
        var loss = new QuantizationLoss
        {
            Files = 2,
            Codes = 300,
            BitsPerCodeFloat = 4,
            BitsPerCode = 4.25,
            LossBits = 0.25,
            EqualGreedyShare = 0.875,
        };
        PackQuantizer.Write(
            ModelPack.Open(source),
            target,
            Options(precision),
            temporary =>
            {
                // The pack is whole when it is measured, and not yet in its place.
                Assert.Equal(name, ModelPack.Open(temporary).Manifest.Quantization.Generators);
                Assert.False(Directory.Exists(target));
                return new Dictionary<string, QuantizationLoss> { ["4"] = loss };
            }
        );

        foreach (var path in Directory.GetFiles(source, "*.onnx"))
        {
            var isGenerator = Path.GetFileName(path).StartsWith("generator", StringComparison.Ordinal);
            var other = Path.Combine(target, Path.GetFileName(path));
            Assert.Equal(!isGenerator, File.ReadAllBytes(path).AsSpan().SequenceEqual(File.ReadAllBytes(other)));
        }

        var json = JsonNode.Parse(File.ReadAllText(Path.Combine(target, "model.json")))!;
        var quantization = json["quantization"]!;
        Assert.Equal("float16", (string?)quantization["weights"]);
        Assert.Equal(name, (string?)quantization["generators"]);
        Assert.Equal(32 * 40, (int)quantization["calibration"]!["codes_per_level"]!);
        var level = quantization["levels"]!["4"]!;
        Assert.Equal(name, (string?)level["precision"]);
        Assert.Equal(
            ["dense", "logits", "lstm.0", "lstm.1", "lstm.2"],
            level["matrices"]!.AsObject().Select(p => p.Key).Order(StringComparer.Ordinal)
        );
        Assert.Equal(bits, (int)level["matrices"]!["lstm.0"]!["bits"]!);
        Assert.Equal(32, (int)level["matrices"]!["lstm.0"]!["block"]!);
        Assert.Equal(300, (int)level["held_out"]!["codes"]!);
        Assert.Equal(0.25, (double)level["held_out"]!["loss_bits"]!);
        Assert.Equal(0.875, (double)level["held_out"]!["equal_greedy_share"]!);
        Assert.Null(quantization["levels"]!["12"]!["held_out"]);
        Assert.Equal(31.5, (double)json["metrics"]!["4"]!["si_sdr_db"]!);
        Assert.Null(json["metrics"]!["4"]!["bits_per_code"]);
        Assert.Null(json["metrics"]!["4"]!["gain_bits"]);
        Assert.Equal(7, (int)json["training"]!["epochs"]!);
        Assert.Equal("A test", (string?)json["name"]);

        var opened = PackVerifier.Verify(target);
        Assert.Equal(name, opened.Manifest.Quantization.Precision);
        Assert.Equal(loss, opened.Manifest.Quantization.Levels!["4"].HeldOut);
        Assert.Equal(ModelPack.Open(source).Parameters, opened.Parameters);
        Assert.Equal("fp32", ModelPack.Open(source).Manifest.Quantization.Precision);
        Assert.Equal(["float", "quantized"], Names());
    }

    [Fact]
    public void The_same_seed_gives_the_same_files_and_calibration_changes_them()
    {
        var pack = ModelPack.Open(source);
        var first = PackQuantizer.Write(pack, target, Options(GeneratorPrecision.Int4));
        var again = PackQuantizer.Write(pack, Path.Combine(folder, "again"), Options(GeneratorPrecision.Int4));
        var blind = PackQuantizer.Write(
            pack,
            Path.Combine(folder, "blind"),
            Options(GeneratorPrecision.Int4) with
            {
                CalibrationSteps = 0,
                Name = "Blind",
                License = "CC0-1.0",
            }
        );
        Assert.Equal(first.Files, again.Files);
        Assert.NotEqual(first.Files["generator_4.onnx"], blind.Files["generator_4.onnx"]);
        Assert.Null(blind.Quantization.Calibration);
        Assert.Equal(("Blind", "CC0-1.0"), (blind.Name, blind.License));
    }

    [Fact]
    public void Moments_are_those_of_what_the_matrices_are_given()
    {
        var pack = ModelPack.Open(source);
        var level = pack.Configuration.Levels[0];
        var path = pack.PathOf(ModelStage.Generator, 0);
        var graph = GeneratorGraph.Parse(File.ReadAllBytes(path), level, path);
        var runtime = InferenceRuntime.Create(new InferenceOptions { Device = InferenceDevice.Cpu });
        var moments = new GeneratorCalibration(pack, runtime, 1, 1).Next(graph, default);

        // In its first step every piece is given the start code and a state of zeros.
        var embedding = ModelProto.Parser.ParseFrom(File.ReadAllBytes(path)).Graph.Initializer.Single(t => t.Name == "embedding.weight");
        var halves = System.Runtime.InteropServices.MemoryMarshal.Cast<byte, Half>(embedding.RawData.Span);
        var x = new double[12];
        for (var d = 0; d < 7; d++)
        {
            x[d] = (double)halves[(pack.Manifest.StartCodes[0] * 7) + d];
        }

        for (var i = 0; i < 12 * 12; i++)
        {
            Assert.Equal(x[i / 12] * x[i % 12], moments["lstm.0"][i], 1e-6);
        }

        Assert.Equal(["dense", "logits", "lstm.0"], moments.Keys.Order(StringComparer.Ordinal));
        Assert.All(Enumerable.Range(0, 5), i => Assert.True(moments["logits"][6 * i] > 0));
    }

    [Fact]
    public void A_quantised_pack_is_not_quantised_again_and_a_pack_is_not_its_own_target()
    {
        PackQuantizer.Write(ModelPack.Open(source), target, Options(GeneratorPrecision.Int8));
        var e = Assert.Throws<VQWaveException>(() =>
            PackQuantizer.Write(ModelPack.Open(target), Path.Combine(folder, "twice"), Options(GeneratorPrecision.Int4))
        );
        Assert.Contains("quantised to int8 already", e.Message, StringComparison.Ordinal);
        var before = Hash(source);
        e = Assert.Throws<VQWaveException>(() =>
            PackQuantizer.Write(ModelPack.Open(source), source + "/", Options(GeneratorPrecision.Int8))
        );
        Assert.Contains("give another folder", e.Message, StringComparison.Ordinal);
        Assert.Equal(before, Hash(source));
        Assert.Equal(["float", "quantized"], Names());
    }

    [Fact]
    public void Failure_and_interruption_leave_nothing_behind()
    {
        PackQuantizer.Write(ModelPack.Open(source), target, Options(GeneratorPrecision.Int8));
        var before = Hash(target);
        Assert.Throws<VQWaveException>(() =>
            PackQuantizer.Write(ModelPack.Open(source), target, Options(GeneratorPrecision.Int4), _ => throw new VQWaveException("no data"))
        );
        using var stop = new CancellationTokenSource();
        Assert.Throws<OperationCanceledException>(() =>
            PackQuantizer.Write(
                ModelPack.Open(source),
                target,
                Options(GeneratorPrecision.Int4),
                progress: _ => stop.Cancel(),
                cancellation: stop.Token
            )
        );
        File.WriteAllText(Path.Combine(folder, "taken"), "mine");
        Assert.Throws<VQWaveException>(() =>
            PackQuantizer.Write(ModelPack.Open(source), Path.Combine(folder, "taken"), Options(GeneratorPrecision.Int4))
        );
        Assert.Equal(before, Hash(target));
        Assert.Equal(["float", "quantized", "taken"], Names());
    }

    [Fact]
    public void Damage_is_found_though_the_hash_is_right()
    {
        PackQuantizer.Write(ModelPack.Open(source), target, Options(GeneratorPrecision.Int4));
        TensorProto Weight(ModelProto m, string name) => m.Graph.Initializer.Single(t => t.Name == name);
        Refused("'lstm.0.weight_scales' that is not finite", m => Spoil(Weight(m, "lstm.0.weight_scales"), float.NaN));
        Refused("'dense.weight_scales' that is not finite", m => Spoil(Weight(m, "dense.weight_scales"), float.NegativeInfinity));
        Refused("are not float32 [17, 1]", m => Weight(m, "logits.weight_scales").Dims[0] = 16);
        Refused("are not uint8 [36, 1, 16]", m => Weight(m, "lstm.0.weight_q").DataType = 3);
        Refused("are not uint8 [36, 1, 16]", m => Weight(m, "lstm.0.weight_q").RawData = ByteString.CopyFrom(new byte[12]));
        Refused("are not uint8 [36, 1, 16]", m => m.Graph.Initializer.Remove(Weight(m, "lstm.0.weight_q")));
        Refused("has 3 bits", m => Node(m, "lstm.1").Attribute.Single(a => a.Name == "bits").I = 3);
        Refused("in blocks of 24", m => Node(m, "lstm.1").Attribute.Single(a => a.Name == "block_size").I = 24);
        Refused("has 0 inputs", m => Node(m, "dense").Attribute.Single(a => a.Name == "K").I = 0);
        Refused(
            "precision is int8, and model.json says int4",
            m => m.MetadataProps.Single(p => p.Key == "vqwave.precision").Value = "int8"
        );
        Refused("precision is fp32", m => m.MetadataProps.Remove(m.MetadataProps.Single(p => p.Key == "vqwave.precision")));
        Assert.NotNull(ModelPack.Open(target));

        EditManifest(target, m => m["quantization"]!.AsObject().Remove("generators"));
        AssertProblem("precision is int4, and model.json says fp32");
        EditManifest(target, m => m["quantization"]!["generators"] = "int2");
        AssertProblem("'int2' is not int8 or int4");
    }

    private static NodeProto Node(ModelProto model, string matrix) => model.Graph.Node.Single(n => n.Name == $"{matrix}.matmul");

    private static void Spoil(TensorProto tensor, float value)
    {
        var bytes = tensor.RawData.ToByteArray();
        BitConverter.GetBytes(value).CopyTo(bytes, bytes.Length - 4);
        tensor.RawData = ByteString.CopyFrom(bytes);
    }

    private void Refused(string part, Action<ModelProto> change)
    {
        var path = Path.Combine(target, "generator_4.onnx");
        var good = File.ReadAllBytes(path);
        var model = ModelProto.Parser.ParseFrom(good);
        change(model);
        Put(path, model.ToByteArray());
        AssertProblem(part);
        Put(path, good);
    }

    private void AssertProblem(string part) => Assert.Contains(part, Assert.Throws<VQWaveException>(() => ModelPack.Open(target)).Message);

    private void Put(string path, byte[] bytes)
    {
        File.WriteAllBytes(path, bytes);
        EditManifest(
            target,
            m =>
            {
                var file = m["files"]![Path.GetFileName(path)]!;
                file["bytes"] = bytes.Length;
                file["sha256"] = Convert.ToHexStringLower(SHA256.HashData(bytes));
            }
        );
    }

    private static void EditManifest(string pack, Action<JsonNode> edit)
    {
        var path = Path.Combine(pack, ModelManifest.FileName);
        var manifest = JsonNode.Parse(File.ReadAllText(path))!;
        edit(manifest);
        File.WriteAllText(path, manifest.ToJsonString());
    }

    private static PackQuantizerOptions Options(GeneratorPrecision precision) =>
        new() { Plan = QuantizationPlan.For(precision), CalibrationSteps = 40 };

    private string[] Names() => [.. Directory.GetFileSystemEntries(folder).Select(p => Path.GetFileName(p)!).Order(StringComparer.Ordinal)];

    private static string[] Hash(string pack) =>
        [
            .. Directory
                .GetFiles(pack)
                .Order(StringComparer.Ordinal)
                .Select(f => Path.GetFileName(f) + Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(f)))),
        ];
}
