using System.Text.Json;
using System.Text.Json.Nodes;
using VQWave.Analysis;
using VQWave.Inference;
using VQWave.Models;
using VQWave.OnnxExport;
using VQWave.Safetensors;
using VQWave.TestSupport;
using VQWave.Training.Commands;
using VQWave.Training.Data;
using VQWave.Training.Evaluation;

namespace VQWave.Training.Tests.Evaluation;

/// <summary>The command as a whole. Its output goes to the console's writer, so these tests take turns.</summary>
[Collection("console")]
public sealed class EvaluateCommandTests(EvaluationFixture fixture)
{
    [Fact]
    public void Json_of_a_pack_holds_the_figures_of_every_level_and_file()
    {
        var json = RunJson(
            "--pack",
            fixture.PackDirectory,
            "--data-dir",
            fixture.DataDirectory,
            "--max-seconds-per-file",
            "1",
            "--max-codes",
            "500",
            "--json"
        );
        Assert.Equal(3, (int)json["files"]!);
        var levels = json["levels"]!.AsArray();
        Assert.Equal([512, 128, 32, 8], levels.Select(l => (int)l!["level"]!));
        foreach (var level in levels)
        {
            Assert.Equal(3, level!["files"]!.AsArray().Count);
            Assert.InRange((double)level["bits_per_code"]!, 1, 20);
            Assert.InRange((int)level["codes_used"]!, 1, 48);
            Assert.Equal((double)level["unigram_bits"]! - (double)level["bits_per_code"]!, (double)level["gain_bits"]!, 2e-6);
            Assert.Equal((int)level["level"]! == 512, level["bits_without_context"] is null);
        }

        // 43 codes of 512 samples are a second; of each file there is its middle.
        Assert.Equal(3 * 43, (int)levels[0]!["codes"]!);
        Assert.Equal(3 * 42, (int)levels[0]!["generator_codes"]!);
        Assert.Equal(500, (int)levels[3]!["generator_codes"]!, 3.0);
        Assert.Equal(13824 / 22050.0, (double)levels[0]!["files"]![1]!["start_seconds"]!, 1e-5);
    }

    [Fact]
    public void Written_metrics_keep_the_rest_of_the_manifest()
    {
        using var folder = new TemporaryFolder();
        var pack = Copy(folder);
        var path = Path.Combine(pack, ModelManifest.FileName);
        var before = JsonNode.Parse(File.ReadAllText(path))!.AsObject();
        before["metrics"] = new JsonObject
        {
            ["8"] = new JsonObject { ["bits_per_code"] = 1.5, ["heard"] = "well" },
            ["note"] = "mine",
        };
        before["training"] = new JsonObject { ["epochs"] = 3 };
        before["of_a_later_version"] = new JsonArray(1, 2);
        File.WriteAllText(path, before.ToJsonString());

        Run(
            "--pack",
            pack,
            "--data-dir",
            fixture.DataDirectory,
            "--levels",
            "8",
            "--max-seconds-per-file",
            "1",
            "--max-codes",
            "0",
            "--write"
        );
        var after = JsonNode.Parse(File.ReadAllText(path))!.AsObject();
        var metrics = after["metrics"]!.AsObject();
        Assert.True(double.IsFinite((double)metrics["8"]!["si_sdr_db"]!));
        Assert.Equal(1.5, (double)metrics["8"]!["bits_per_code"]!);
        Assert.Equal("well", (string?)metrics["8"]!["heard"]);
        Assert.Equal("mine", (string?)metrics["note"]);
        before.Remove("metrics");
        after.Remove("metrics");
        Assert.True(JsonNode.DeepEquals(before, after));
        Assert.NotNull(ModelPack.Open(pack).Manifest.Metrics);
        Assert.DoesNotContain(Directory.GetFiles(pack), f => f.EndsWith(".partial", StringComparison.Ordinal));
    }

    [Fact]
    public void Bare_weights_measure_like_the_pack_made_of_them()
    {
        using var folder = new TemporaryFolder();
        var configuration = fixture.Pack.Configuration;
        var weights = RandomWeights.CreateLevel(configuration, 3, 1);
        Save(folder["vqvae_8_encoder.safetensors"], weights.Encoder);
        Save(folder["vqvae_8_codebook.safetensors"], weights.Codebook);
        Save(folder["vqvae_8_decoder_00007.safetensors"], weights.Decoder);
        File.WriteAllText(folder["tiny.json"], HierarchyConfigurationJson.Serialize(configuration));
        string[] common = ["--data-dir", fixture.DataDirectory, "--levels", "8", "--max-seconds-per-file", "0", "--json"];
        var bare = RunJson(["--weights-dir", folder.Path, "--preset", folder["tiny.json"], .. common])["levels"]![0]!;
        var packed = RunJson(["--pack", fixture.PackDirectory, "--max-codes", "0", .. common])["levels"]![0]!;
        foreach (var (name, value) in packed.AsObject())
        {
            Assert.True(JsonNode.DeepEquals(value, bare[name]), $"{name}: {value} and {bare[name]}");
        }

        // Independently: the whole of a file through the pack's codec, against the analysis library.
        using var codec = new LevelCodec(fixture.Runtime, fixture.Pack, 3);
        var audio = new float[35840];
        using (var file = new U16File(Path.Combine(fixture.DataDirectory, "a.u16")))
        {
            file.Read(0, audio);
        }

        var expected = SiSdr.Decibels(audio, codec.Decode(codec.Encode(audio)));
        Assert.Equal(expected, (double)bare["files"]![0]!["si_sdr_db"]!, 1e-5);
    }

    [Fact]
    public void Long_audio_in_pieces_is_coded_as_the_pack_codes_it()
    {
        using var folder = new TemporaryFolder();
        var configuration = fixture.Pack.Configuration;
        var weights = RandomWeights.CreateLevel(configuration, 2, 1);
        Save(folder["vqvae_32_encoder.safetensors"], weights.Encoder);
        Save(folder["vqvae_32_codebook.safetensors"], weights.Codebook);
        Save(folder["vqvae_32_decoder.safetensors"], weights.Decoder);
        using var bare = new WeightsCodec(configuration, 2, folder.Path);
        using var packed = new LevelCodec(fixture.Runtime, fixture.Pack, 2);
        var audio = EvaluationFixture.Music(200_000, 220, 3);
        var codes = bare.Encode(audio);
        Assert.Equal(packed.Encode(audio), codes);
        Assert.Equal(packed.Decode(codes), bare.Decode(codes));
    }

    [Fact]
    public void Generated_clips_are_compared_kept_and_drawn()
    {
        using var folder = new TemporaryFolder();
        string[] arguments =
        [
            "--pack",
            fixture.PackDirectory,
            "--data-dir",
            fixture.DataDirectory,
            "--generated",
            "--seconds",
            "1.5",
            "--skip-seconds",
            "0.5",
            "--count",
            "2",
            "--seed",
            "7",
            "--temperature",
            "1,0.9,0.8,0.7",
            "--spectrogram",
            folder["s.png"],
            "--audio-dir",
            folder["clips"],
            "--json",
        ];
        var json = RunJson(arguments);
        Assert.Equal([7, 8], json["seeds"]!.AsArray().Select(s => (int)s!));
        Assert.Equal(1, (double)json["window_seconds"]!, 1e-6);
        Assert.Equal(9, json["measures"]!.AsObject().Count);
        Assert.All(json["measures"]!.AsObject(), m => Assert.Equal(2, m.Value!["clips"]!.AsArray().Count));
        Assert.True((double)json["frechet_log_mel"]! > 0);
        Assert.Equal(["generated_7.wav", "generated_8.wav"], Directory.GetFiles(folder["clips"]).Select(Path.GetFileName).Order());
        Assert.Equal(44 + (2 * 33075), new FileInfo(Path.Combine(folder["clips"], "generated_7.wav")).Length);
        Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G'], File.ReadAllBytes(folder["s.png"])[..4]);
        Assert.False((bool)json["all_inside"]!, "random weights do not sound like the corpus");
        Assert.Equal(1, Invoke([.. arguments, "--require-inside"]).Code);
    }

    [Theory]
    [InlineData("Give either", "--data-dir", "DATA")]
    [InlineData("Give either", "--data-dir", "DATA", "--pack", "PACK", "--weights-dir", "x")]
    [InlineData("--levels '9'", "--data-dir", "DATA", "--pack", "PACK", "--levels", "9")]
    [InlineData("no folder nowhere", "--data-dir", "nowhere", "--pack", "PACK")]
    [InlineData("no model pack", "--data-dir", "DATA", "--pack", "nowhere")]
    [InlineData("no folder nowhere", "--data-dir", "DATA", "--weights-dir", "nowhere")]
    [InlineData("no weights vqvae_512", "--data-dir", "DATA", "--weights-dir", "DATA")]
    [InlineData("--write has no meaning", "--data-dir", "DATA", "--weights-dir", "DATA", "--write")]
    [InlineData("--seed has no meaning", "--data-dir", "DATA", "--pack", "PACK", "--seed", "3")]
    [InlineData("--preset has no meaning", "--data-dir", "DATA", "--pack", "PACK", "--preset", "live")]
    [InlineData("--max-codes -1", "--data-dir", "DATA", "--pack", "PACK", "--max-codes", "-1")]
    [InlineData("--max-seconds-per-file -1", "--data-dir", "DATA", "--pack", "PACK", "--max-seconds-per-file", "-1")]
    [InlineData("--device 'tpu'", "--data-dir", "DATA", "--pack", "PACK", "--device", "tpu")]
    [InlineData("--temperature 'hot'", "--data-dir", "DATA", "--pack", "PACK", "--generated", "--temperature", "hot")]
    [InlineData("temperature 9", "--data-dir", "DATA", "--pack", "PACK", "--generated", "--temperature", "9")]
    [InlineData("2 temperatures", "--data-dir", "DATA", "--pack", "PACK", "--generated", "--temperature", "1,1")]
    [InlineData("--skip-seconds 5", "--data-dir", "DATA", "--pack", "PACK", "--generated", "--seconds", "5", "--skip-seconds", "5")]
    [InlineData("--window-seconds 0.5", "--data-dir", "DATA", "--pack", "PACK", "--generated", "--window-seconds", "0.5")]
    [InlineData("--count 0", "--data-dir", "DATA", "--pack", "PACK", "--generated", "--count", "0")]
    [InlineData("--generated needs --pack", "--data-dir", "DATA", "--weights-dir", "DATA", "--generated")]
    [InlineData("folder does not exist", "--data-dir", "DATA", "--pack", "PACK", "--generated", "--spectrogram", "nowhere/s.png")]
    public void Bad_input_is_one_sentence(string expected, params string[] arguments)
    {
        var filled = Array.ConvertAll(
            arguments,
            a =>
                a switch
                {
                    "DATA" => fixture.DataDirectory,
                    "PACK" => fixture.PackDirectory,
                    _ => a,
                }
        );
        var error = Assert.Throws<VQWaveException>(() => Invoke(filled));
        Assert.Contains(expected, error.Message);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public void Damaged_weights_are_named()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["vqvae_8_encoder.safetensors"], "no");
        var error = Assert.Throws<VQWaveException>(() =>
            Invoke("--weights-dir", folder.Path, "--levels", "8", "--data-dir", fixture.DataDirectory)
        );
        Assert.Contains("vqvae_8_encoder.safetensors", error.Message);
    }

    private static void Save(string path, IReadOnlyDictionary<string, WeightTensor> weights) =>
        SafetensorsFile.Write(
            path,
            weights.Select(w => KeyValuePair.Create(w.Key, SafetensorsTensor.FromFloats(w.Value.Data, w.Value.Shape)))
        );

    private static (int Code, string Output) Invoke(params string[] arguments)
    {
        var console = Console.Out;
        using var output = new StringWriter();
        Console.SetOut(output);
        try
        {
            var parse = EvaluateCommand.Create().Parse(arguments);
            Assert.Empty(parse.Errors);
            return (parse.Invoke(new() { EnableDefaultExceptionHandler = false }), output.ToString());
        }
        finally
        {
            Console.SetOut(console);
        }
    }

    private static string Run(params string[] arguments)
    {
        var (code, output) = Invoke(arguments);
        Assert.Equal(0, code);
        return output;
    }

    private static JsonObject RunJson(params string[] arguments)
    {
        var output = Run(arguments);
        using var strict = JsonDocument.Parse(output);
        return JsonNode.Parse(output)!.AsObject();
    }

    private string Copy(TemporaryFolder folder)
    {
        var copy = Directory.CreateDirectory(folder["pack"]).FullName;
        foreach (var file in Directory.GetFiles(fixture.PackDirectory))
        {
            File.Copy(file, Path.Combine(copy, Path.GetFileName(file)));
        }

        return copy;
    }
}
