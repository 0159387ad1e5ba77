using System.Security.Cryptography;
using System.Text.Json.Nodes;
using VQWave.Inference;
using VQWave.Models;
using VQWave.TestSupport;

namespace VQWave.Tests.Models;

public sealed class ModelPackTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly string pack;

    public ModelPackTests(TinyPackFixture tiny)
    {
        pack = folder["pack"];
        Directory.CreateDirectory(pack);
        foreach (var file in Directory.EnumerateFiles(tiny.Pack.Directory))
        {
            File.Copy(file, Path.Combine(pack, Path.GetFileName(file)));
        }
    }

    public void Dispose() => folder.Dispose();

    [Fact]
    public void An_intact_pack_opens_and_runs()
    {
        var opened = PackVerifier.Verify(pack);
        Assert.Equal("Tiny", opened.Manifest.Name);
        Assert.Equal(19, opened.Manifest.Files.Count);
        Assert.Equal(opened.Manifest.Files.Keys.Sum(f => new FileInfo(Path.Combine(pack, f)).Length), opened.Bytes);
        Assert.InRange(opened.Parameters, 10_000, 1_000_000);
    }

    [Fact]
    public void A_manifest_survives_writing_and_reading()
    {
        var text = File.ReadAllText(Path.Combine(pack, ModelManifest.FileName));
        var manifest = ModelManifestJson.Deserialize(text) with
        {
            Metrics = new JsonObject { ["8"] = new JsonObject { ["si_sdr_db"] = 21.5 } },
        };
        var again = ModelManifestJson.Deserialize(ModelManifestJson.Serialize(manifest));
        Assert.Equal(21.5, again.Metrics!["8"]!["si_sdr_db"]!.GetValue<double>());
        Assert.Equal(manifest.StartCodes, again.StartCodes);
        Assert.Equal(manifest.Files, again.Files);
        Assert.Equal(
            HierarchyConfigurationJson.Serialize(manifest.Configuration),
            HierarchyConfigurationJson.Serialize(again.Configuration)
        );
        Assert.Equal(4, again.Lookahead!["128"].Codes);
        Assert.Equal(4 * 512 / 22050.0, again.Lookahead["128"].Seconds, 1e-9);
    }

    [Theory]
    [InlineData("decoder_32.onnx")]
    [InlineData("context_8.onnx")]
    public void A_missing_file_is_named(string name)
    {
        File.Delete(Path.Combine(pack, name));
        AssertProblem(name, "missing");
    }

    [Fact]
    public void A_truncated_file_is_named()
    {
        var path = Path.Combine(pack, "encoder_8.onnx");
        File.WriteAllBytes(path, File.ReadAllBytes(path)[..^1]);
        AssertProblem("encoder_8.onnx", "bytes where its manifest says");
    }

    [Fact]
    public void A_flipped_bit_is_found()
    {
        var path = Path.Combine(pack, "generator_128.onnx");
        var bytes = File.ReadAllBytes(path);
        bytes[bytes.Length / 2] ^= 0x10;
        File.WriteAllBytes(path, bytes);
        AssertProblem("generator_128.onnx", "SHA-256");
    }

    [Fact]
    public void A_stage_that_is_not_listed_is_named()
    {
        EditManifest(m => m["files"]!.AsObject().Remove("codebook_8.onnx"));
        AssertProblem("codebook_8.onnx", "does not list");
    }

    [Fact]
    public void A_graph_of_another_level_is_found_though_its_hash_is_right()
    {
        Replace("encoder_8.onnx", File.ReadAllBytes(Path.Combine(pack, "encoder_32.onnx")));
        AssertProblem("encoder_8.onnx", "vqwave.level 32, not 8");
    }

    [Fact]
    public void A_graph_of_another_shape_is_found_though_its_hash_is_right()
    {
        var configuration = TinyModel.Configuration(Padding.Same, Padding.Lookahead(4), toOutput: false);
        TinyModel.Write(folder["other"], configuration);
        Replace("generator_8.onnx", File.ReadAllBytes(folder["other/generator_8.onnx"]));
        AssertProblem("generator_8.onnx", "'context' is float32 [free, 5] where float32 [free, 17] is expected");
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public void A_weight_that_is_not_finite_is_named_though_the_hash_is_right(float value)
    {
        // The weights lie in the file as they are in memory: one of the decoder's is found by its bytes.
        var path = Path.Combine(pack, "decoder_8.onnx");
        var bytes = File.ReadAllBytes(path);
        var weights = VQWave.OnnxExport.RandomWeights.Create(TinyModel.Configuration(), 3, ModelStage.Decoder, 1);
        var at = bytes.AsSpan().IndexOf(BitConverter.GetBytes(weights["conv.1.weight"].Data[20]));
        Assert.True(at > 0);
        BitConverter.GetBytes(value).CopyTo(bytes, at);
        Replace("decoder_8.onnx", bytes);
        AssertProblem("decoder_8.onnx", "is not finite");
    }

    [Fact]
    public void Bytes_that_are_no_graph_are_refused_though_the_hash_is_right()
    {
        var random = new Random(3);
        var original = File.ReadAllBytes(Path.Combine(pack, "decoder_8.onnx"));
        Replace("decoder_8.onnx", []);
        AssertProblem("decoder_8.onnx", "no ONNX graph");
        Replace("decoder_8.onnx", original[..(original.Length / 2)]);
        AssertProblem("decoder_8.onnx", "ends in the middle");
        for (var i = 0; i < 50; i++)
        {
            var bytes = new byte[random.Next(1, 300)];
            random.NextBytes(bytes);
            Replace("decoder_8.onnx", bytes);
            Assert.Contains("decoder_8.onnx", Assert.Throws<VQWaveException>(() => ModelPack.Open(pack)).Message);
        }
    }

    [Fact]
    public void A_graph_with_any_byte_changed_is_read_or_refused_in_one_way()
    {
        var original = File.ReadAllBytes(Path.Combine(pack, "generator_8.onnx"));
        var random = new Random(11);
        var refused = 0;
        for (var i = 0; i < 3000; i++)
        {
            var bytes = (byte[])original.Clone();
            for (var n = random.Next(1, 4); n > 0; n--)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            try
            {
                OnnxFile.Parse(bytes.AsSpan(0, random.Next(4) == 0 ? random.Next(bytes.Length) : bytes.Length));
            }
            catch (Exception e) when (e is InvalidDataException or OverflowException)
            {
                refused++;
            }
        }

        Assert.InRange(refused, 500, 2999);
    }

    [Fact]
    public void The_reader_counts_every_weight_of_a_graph()
    {
        var configuration = TinyModel.Configuration();
        var expected = VQWave.OnnxExport.RandomWeights.Create(configuration, 3, ModelStage.Encoder, 1).Values.Sum(w => w.Data.LongLength);
        var file = OnnxFile.Parse(File.ReadAllBytes(Path.Combine(pack, "encoder_8.onnx")));
        Assert.Equal(expected, file.Parameters);
        Assert.Null(file.NonFiniteWeight);
        Assert.Equal(17, file.Opsets[""]);
    }

    /// <summary>Float, half, bfloat16 and double; a number that is not finite at each place of matrices of lengths that are no whole words.</summary>
    [Theory]
    [InlineData(1, 4, new byte[] { 0x01, 0x00, 0x80, 0x7F }, new byte[] { 0xFF, 0xFF, 0x7F, 0xFF })]
    [InlineData(10, 2, new byte[] { 0x00, 0xFC }, new byte[] { 0xFF, 0xFB })]
    [InlineData(16, 2, new byte[] { 0xC0, 0x7F }, new byte[] { 0x7F, 0xFF })]
    [InlineData(11, 8, new byte[] { 0, 0, 0, 0, 0, 0, 0xF0, 0xFF }, new byte[] { 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xEF, 0x7F })]
    public void A_number_that_is_not_finite_is_found_wherever_it_stands(byte type, int bytes, byte[] infinite, byte[] largest)
    {
        for (var count = 1; count <= 11; count++)
        {
            var values = new byte[count * bytes];
            for (var at = 0; at < count; at++)
            {
                largest.CopyTo(values, at * bytes);
            }

            Assert.Null(Weights(values).NonFiniteWeight);
            for (var at = 0; at < count; at++)
            {
                var broken = (byte[])values.Clone();
                infinite.CopyTo(broken, at * bytes);
                Assert.Equal("w", Weights(broken).NonFiniteWeight);
            }
        }

        // ModelProto.graph (7) with GraphProto.initializer (5): data_type (2), name (8), raw_data (9); onnx.proto.
        OnnxFile Weights(byte[] raw)
        {
            byte[] tensor = [0x10, type, 0x42, 1, (byte)'w', 0x4A, (byte)raw.Length, .. raw];
            byte[] graph = [0x2A, (byte)tensor.Length, .. tensor];
            return OnnxFile.Parse([0x3A, (byte)graph.Length, .. graph]);
        }
    }

    [Theory]
    [InlineData("../escape.onnx")]
    [InlineData("/etc/hostname")]
    [InlineData("sub\\file.onnx")]
    [InlineData("..")]
    public void A_file_name_that_leaves_the_folder_is_refused(string name)
    {
        EditManifest(m => m["files"]![name] = new JsonObject { ["sha256"] = new string('0', 64), ["bytes"] = 1 });
        AssertProblem(name, "not a plain file name");
    }

    [Fact]
    public void A_newer_format_asks_for_an_update_even_without_today_s_parts()
    {
        File.WriteAllText(Path.Combine(pack, ModelManifest.FileName), """{ "format": 2, "layout": "new" }""");
        AssertProblem(ModelManifest.FileName, "update VQWave");
    }

    [Theory]
    [InlineData("", "model.json")]
    [InlineData("{", "model.json")]
    [InlineData("[1]", "names no format")]
    [InlineData("{}", "names no format")]
    [InlineData("""{ "format": 1 }""", "required")]
    [InlineData("""{ "format": 1, "name": "x", "configuration": null, "start_codes": [], "files": {} }""", "lacks its levels")]
    public void A_manifest_that_is_not_one_is_refused(string text, string what)
    {
        File.WriteAllText(Path.Combine(pack, ModelManifest.FileName), text);
        AssertProblem(ModelManifest.FileName, what);
    }

    [Fact]
    public void Values_of_the_manifest_that_do_not_fit_are_named()
    {
        EditManifest(m => m["start_codes"]![2] = 48);
        AssertProblem("start code 48 of level 32", "0 to 47");
        EditManifest(m => m["start_codes"] = new JsonArray(1, 2));
        AssertProblem("2 start codes for 4 levels", "model.json");
        EditManifest(m => m["configuration"]!["sample_rate"] = 1);
        AssertProblem("sample rate 1", "model.json");
        EditManifest(m => m["quantization"]!["weights"] = "int3");
        AssertProblem("model.json", "");
    }

    [Fact]
    public void A_folder_without_a_manifest_a_file_and_nothing_are_told_apart()
    {
        Assert.Contains("holds no model.json", Assert.Throws<VQWaveException>(() => ModelPack.Open(folder.Path)).Message);
        Assert.Contains("is a file", Assert.Throws<VQWaveException>(() => ModelPack.Open(Path.Combine(pack, "model.json"))).Message);
        Assert.Contains("There is no model pack", Assert.Throws<VQWaveException>(() => ModelPack.Open(folder["none"])).Message);
    }

    [Fact]
    public void Packs_are_found_by_name_and_the_first_is_the_default()
    {
        Directory.CreateDirectory(folder["b/broken"]);
        File.WriteAllText(folder["b/broken/model.json"], "{");
        var locator = new ModelPackLocator([folder["absent"], folder["b"], folder.Path]);
        Assert.Equal(["broken", "pack"], locator.List().Select(p => p.Name));
        Assert.NotNull(locator.List()[0].Problem);
        Assert.Equal(pack, locator.Find(null));
        Assert.Equal(pack, locator.Find("pack"));
        Assert.Equal(pack, locator.Find(pack));
        Assert.Contains("broken, pack", Assert.Throws<VQWaveException>(() => locator.Find("nothing")).Message);
        Assert.Throws<VQWaveException>(() => locator.Find("../pack/../nothing"));
        Assert.Throws<VQWaveException>(() => new ModelPackLocator([folder["absent"]]).Find(null));
    }

    private void AssertProblem(string name, string what)
    {
        var message = Assert.Throws<VQWaveException>(() => ModelPack.Open(pack)).Message;
        Assert.Contains(name, message);
        Assert.Contains(what, message);
        Assert.DoesNotContain('\n', message);
        Assert.EndsWith(".", message);
    }

    private void EditManifest(Action<JsonNode> edit)
    {
        var path = Path.Combine(pack, ModelManifest.FileName);
        var manifest = JsonNode.Parse(File.ReadAllText(path))!;
        edit(manifest);
        File.WriteAllText(path, manifest.ToJsonString());
    }

    private void Replace(string name, byte[] bytes)
    {
        File.WriteAllBytes(Path.Combine(pack, name), bytes);
        EditManifest(m =>
        {
            m["files"]![name]!["bytes"] = bytes.Length;
            m["files"]![name]!["sha256"] = Convert.ToHexStringLower(SHA256.HashData(bytes));
        });
    }
}
