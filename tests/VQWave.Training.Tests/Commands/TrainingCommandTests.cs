using System.Text.Json;
using VQWave.Generation;
using VQWave.Inference;
using VQWave.Models;
using VQWave.Safetensors;
using VQWave.Training.Training;

namespace VQWave.Training.Tests.Commands;

public sealed class TrainingCommandTests : IDisposable
{
    private readonly TrainingFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("int5")]
    [InlineData("int8", "--write")]
    public void A_precision_that_cannot_be_meant_is_refused(string precision, params string[] more) =>
        _folder
            .Try(["evaluate", "--pack", "none", "--data-dir", "held", "--precision", precision, .. more])
            .AssertRefused(1, "--precision");

    [Fact]
    public void Advice_compares_only_epochs_of_the_same_options()
    {
        string[] run = [.. Short(5), "--unquantized-steps", "0"];
        var first = _folder.Run([.. run, "--epochs", "5", "--loss", "mse"]);
        Assert.Contains("over the last 4 epochs", first.Error, StringComparison.Ordinal);

        // The held-out figures of another loss are of another kind.
        var second = _folder.Run([.. run, "--epochs", "7", "--start-epoch", "5", "--loss", "stft"]);
        Assert.DoesNotContain("over the last", second.Error, StringComparison.Ordinal);
        Assert.Contains("too early to tell, 2 of at least 4 epochs", second.Error, StringComparison.Ordinal);
        Assert.Equal(7, _folder.Epochs("weights/vqvae_8"));
    }

    [Fact]
    public void Dead_codes_restart_as_the_option_says()
    {
        byte[] Codebook(string restart)
        {
            string[] options = ["--unquantized-steps", "0", "--restart-interval", "50", "--restart-threshold", "0.9", "--restart", restart];
            _folder.Run([.. Short(51), "--output-dir", restart, .. options]);
            return File.ReadAllBytes(_folder[$"{restart}/vqvae_8_codebook.safetensors"]);
        }

        Assert.NotEqual(Codebook("latents"), Codebook("split"));
    }

    /// <summary>From audio to generated codes, each step as a user types it.</summary>
    [Fact]
    public void A_tiny_hierarchy_trains_exports_opens_and_generates()
    {
        foreach (var level in new[] { "8", "32" })
        {
            _folder.Run(
                "vqvae",
                "--model",
                $"vqvae_{level}",
                "--data-dir",
                "data",
                "--validation-dir",
                "held",
                "--preset",
                "tiny.json",
                "--batch-size",
                "4",
                "--input-length",
                "1024",
                "--steps",
                "100",
                "--epochs",
                "3",
                "--unquantized-steps",
                "40",
                "--learning-rate",
                "4e-3"
            );
            var rows = _folder.Metrics($"weights/vqvae_{level}");
            Assert.Equal(3, rows.Length);
            Assert.True(rows[2]["loss"] < 0.8 * rows[0]["loss"], $"the loss of {level}x went from {rows[0]["loss"]} to {rows[2]["loss"]}");
            Assert.True(rows[2]["codes_used"] >= 16, $"{rows[2]["codes_used"]} of 32 codes used");
            Assert.InRange(rows[2]["validation_si_sdr_db"], level == "8" ? 3 : 0, 60);
        }

        Generator("generator_32", "weights");
        var coarse = _folder.Metrics("weights/generator_32")[^1];
        Assert.True(coarse["validation_bits_per_code"] < coarse["unigram_bits"] - 0.3, "the generator knows no more than the histogram");
        Generator("generator_8", "weights");
        var with = _folder.Metrics("weights/generator_8")[^1];
        Generator("generator_8", "without", "--no-context");
        var without = _folder.Metrics("without/generator_8")[^1];
        Assert.True(with["validation_bits_per_code"] < with["unigram_bits"] - 0.3, "the generator knows no more than the histogram");
        Assert.True(
            with["validation_bits_per_code"] < without["validation_bits_per_code"],
            $"{with["validation_bits_per_code"]} bits with context, {without["validation_bits_per_code"]} without"
        );

        var export = _folder.Run("export", "--preset", "tiny.json", "--output", "packs/mine", "--data-dir", "held", "--json");
        using var report = JsonDocument.Parse(export.Output);
        var parity = report.RootElement.GetProperty("parity").EnumerateArray().ToArray();
        Assert.Equal(2 * 9, parity.Length);
        Assert.All(parity, p => Assert.InRange(p.GetProperty("maximum_difference").GetDouble(), 0, 1e-4));

        var pack = ModelPack.Open(_folder["packs/mine"]);
        Assert.Equal("mine", pack.Manifest.Name);
        var runtime = InferenceRuntime.Create(new InferenceOptions { Device = InferenceDevice.Cpu }, pack);
        using var generator = new HierarchicalGenerator(runtime, pack);
        var levels = generator.Generate(
            new GenerationRequest
            {
                Seed = 1,
                FinestLevel = 1,
                Length = 400,
            }
        );
        Assert.Equal([100, 400], levels.Select(l => l.Codes.Length));
        Assert.True(levels[1].Codes.Distinct().Count() > 4);

        _folder.Run(
            "export",
            "--preset",
            "tiny.json",
            "--output",
            "packs/small",
            "--storage",
            "float16",
            "--precision",
            "int8",
            "--data-dir",
            "held",
            "--json"
        );
        var small = PackVerifier.Verify(_folder["packs/small"]);
        Assert.Equal(("float16", "int8"), (small.Manifest.Quantization.Weights, small.Manifest.Quantization.Precision));
        Assert.All(small.Manifest.Quantization.Levels!.Values, l => Assert.InRange(l.HeldOut!.LossBits, -0.02, 0.02));
        Assert.Equal(["mine", "small"], Directory.GetDirectories(_folder["packs"]).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Directory.Delete(_folder["packs/small"], recursive: true);

        ExportRefusesWhatDoesNotFit();
    }

    private static string[] Short(int steps) =>
        ["vqvae", "--model", "vqvae_8", "--input-length", "512", "--steps", $"{steps}", .. TrainingFolder.HeldOut];

    [Fact]
    public void Ctrl_C_leaves_a_checkpoint_that_resume_goes_on_from()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Sends a Unix signal.");
        string[] arguments =
        [
            "vqvae",
            "--model",
            "vqvae_8",
            "--data-dir",
            "data",
            "--preset",
            "tiny.json",
            "--batch-size",
            "1",
            "--input-length",
            "1024",
            "--steps",
            "50",
            "--epochs",
            "2000",
        ];
        var outcome = TrainProgram.RunAndInterrupt(_folder.Path, () => _folder.Epochs("weights/vqvae_8") > 1, arguments);
        Assert.Equal(130, outcome.ExitCode);
        Assert.Contains("'--resume' goes on", outcome.Error);
        Assert.False(File.Exists(_folder["weights/vqvae_8_encoder.safetensors"]));
        var step = _folder.StepOf("weights/vqvae_8");
        Assert.InRange(step, 100, 99_999);

        arguments[^1] = ((step / 50) + 2).ToString(System.Globalization.CultureInfo.InvariantCulture);
        _folder.Run([.. arguments, "--resume"]);
        Assert.True(File.Exists(_folder["weights/vqvae_8_encoder.safetensors"]));
        Assert.Equal(((step / 50) + 2) * 50, _folder.Metrics("weights/vqvae_8")[^1]["step"]);
    }

    [Theory]
    [InlineData(1, "vqvae_9", "vqvae", "--model", "vqvae_9", "--data-dir", "data", "--preset", "tiny.json")]
    [InlineData(1, "neither a preset", "vqvae", "--model", "vqvae_8", "--data-dir", "data", "--preset", "huge")]
    [InlineData(1, "broken.json", "vqvae", "--model", "vqvae_8", "--data-dir", "data", "--preset", "broken.json")]
    [InlineData(1, "nothing", "vqvae", "--model", "vqvae_8", "--data-dir", "nothing")]
    [InlineData(1, "--batch-size -3", "vqvae", "--model", "vqvae_8", "--data-dir", "data", "--batch-size", "-3")]
    [InlineData(1, "'loud' is not a loss", "vqvae", "--model", "vqvae_8", "--data-dir", "data", "--loss", "loud")]
    [InlineData(1, "shorter than", "vqvae", "--model", "vqvae_8", "--data-dir", "data", "--preset", "tiny.json")]
    [InlineData(1, "--restart 'magic'", "vqvae", "--model", "vqvae_8", "--data-dir", "data", "--restart", "magic")]
    [InlineData(1, "--codebook 'magic'", "vqvae", "--model", "vqvae_8", "--data-dir", "data", "--codebook", "magic")]
    [InlineData(
        1,
        "checkpoint",
        "vqvae",
        "--model",
        "vqvae_8",
        "--data-dir",
        "data",
        "--preset",
        "tiny.json",
        "--input-length",
        "1024",
        "--resume"
    )]
    [InlineData(2, "ten", "vqvae", "--model", "vqvae_8", "--data-dir", "data", "--steps", "ten")]
    [InlineData(2, "--model", "vqvae", "--data-dir", "data")]
    [InlineData(2, "--colour", "vqvae", "--model", "vqvae_8", "--data-dir", "data", "--colour", "red")]
    [InlineData(
        1,
        "CUDA",
        "vqvae",
        "--model",
        "vqvae_8",
        "--data-dir",
        "data",
        "--preset",
        "tiny.json",
        "--input-length",
        "1024",
        "--device",
        "cuda:77"
    )]
    [InlineData(
        1,
        "vqvae_8_encoder",
        "generator",
        "--generator",
        "generator_8",
        "--data-dir",
        "data",
        "--preset",
        "tiny.json",
        "--input-length",
        "2048"
    )]
    [InlineData(1, "--chunk 3", "generator", "--generator", "generator_8", "--data-dir", "data", "--preset", "tiny.json", "--chunk", "3")]
    [InlineData(1, "vqvae_32_encoder", "export", "--preset", "tiny.json", "--output", "weights")]
    [InlineData(1, "--storage 'int4'", "init", "--preset", "tiny.json", "--output", "weights", "--storage", "int4")]
    [InlineData(1, "--output", "init", "--preset", "tiny.json")]
    [InlineData(1, "none", "import-keras", "none", "--output", "weights")]
    [InlineData(2, "vqwave-train --help", "sing")]
    public void Bad_options_get_one_sentence_and_nothing_is_written(int code, string part, params string[] arguments)
    {
        File.WriteAllText(_folder["broken.json"], "{ \"name\": ");
        _folder.Try(arguments).AssertRefused(code, part);
        Assert.False(Directory.Exists(_folder["weights"]));
    }

    [Fact]
    public void An_output_folder_that_cannot_be_made_is_named()
    {
        File.WriteAllText(_folder["taken"], "a file");
        _folder
            .Try(
                "vqvae",
                "--model",
                "vqvae_8",
                "--data-dir",
                "data",
                "--preset",
                "tiny.json",
                "--input-length",
                "1024",
                "--output-dir",
                "taken"
            )
            .AssertRefused(1, "taken");
    }

    [Theory]
    [InlineData("prepare")]
    [InlineData("vqvae")]
    [InlineData("generator")]
    [InlineData("export")]
    [InlineData("init")]
    [InlineData("import-keras")]
    [InlineData("ablate")]
    [InlineData("run")]
    public void Help_says_how_each_command_is_used(string command)
    {
        var outcome = _folder.Try(command, "--help").AssertSuccess();
        Assert.Contains($"vqwave-train {command}", outcome.Output);
        Assert.Equal("", outcome.Error);
    }

    [Theory]
    [InlineData("live", 19)]
    [InlineData("tiny.json", 9)]
    public void Init_writes_a_pack_that_opens(string preset, int stages)
    {
        _folder.Run("init", "--preset", preset, "--output", "pack", "--storage", "float16");
        var pack = ModelPack.Open(_folder["pack"]);
        Assert.Equal(stages, pack.Manifest.Files.Count);
        var printed = _folder.Run("init", "--preset", preset, "--print");
        var read = HierarchyConfigurationJson.Deserialize(printed.Output);
        Assert.Equal(HierarchyConfigurationJson.Serialize(pack.Configuration), HierarchyConfigurationJson.Serialize(read));
    }

    [Fact]
    public void Keras_weights_are_imported_and_damaged_ones_refused()
    {
        Directory.CreateDirectory(_folder["keras"]);
        File.WriteAllText(_folder["keras/vqvae_8_encoder.weights.h5"], "no HDF5");
        _folder.Try("import-keras", "keras", "--output", "out").AssertRefused(1, "vqvae_8_encoder.weights.h5");
        Assert.False(Directory.Exists(_folder["out"]) && Directory.GetFiles(_folder["out"]).Length > 0);

        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (root is not null && !File.Exists(Path.Combine(root.FullName, "Directory.Packages.props")))
        {
            root = root.Parent;
        }

        var data = Path.GetFullPath(Path.Combine(root!.FullName, "..", "shared", "data", "keras-vqvae-8"));
        Assert.SkipUnless(Directory.Exists(data), $"The Python project's trained weights are not at {data}.");
        var outcome = _folder.Run("import-keras", data, "--output", "out", "--json");
        using var report = JsonDocument.Parse(outcome.Output);
        Assert.Equal(3, report.RootElement.GetProperty("written").GetArrayLength());
        Assert.True(File.Exists(_folder["out/vqvae_8_codebook.safetensors"]));
    }

    private void ExportRefusesWhatDoesNotFit()
    {
        var manifest = File.ReadAllBytes(_folder["packs/mine/model.json"]);
        var path = WeightFiles.Find(_folder["weights"], "vqvae_8", "decoder");
        var good = File.ReadAllBytes(path);
        void Refused(string part)
        {
            var outcome = _folder.Try("export", "--preset", "tiny.json", "--output", "packs/mine");
            Assert.Equal(1, outcome.ExitCode);
            Assert.Contains(part, outcome.Error);
            Assert.DoesNotContain("   at ", outcome.Error);
            Assert.Equal(manifest, File.ReadAllBytes(_folder["packs/mine/model.json"]));
            _ = ModelPack.Open(_folder["packs/mine"]);
            Assert.Single(Directory.GetFileSystemEntries(_folder["packs"]));
        }

        var weights = SafetensorsFile.Read(path);
        var spoilt = weights["conv.0.weight"].ToFloats();
        spoilt[3] = float.NaN;
        SafetensorsFile.Write(
            path,
            weights.ToDictionary(p => p.Key, p => p.Key == "conv.0.weight" ? SafetensorsTensor.FromFloats(spoilt, p.Value.Shape) : p.Value)
        );
        Refused("finite");
        SafetensorsFile.Write(path, weights.Where(p => p.Key != "conv.1.bias"));
        Refused("conv.1.bias");
        File.WriteAllBytes(path, good[..(good.Length / 2)]);
        Refused(Path.GetFileName(path));
        File.Delete(path);
        File.Delete(_folder["weights/vqvae_8_decoder.safetensors"]);
        foreach (var numbered in Directory.GetFiles(_folder["weights"], "vqvae_8_decoder_*"))
        {
            File.Delete(numbered);
        }

        Refused("vqvae_8_decoder");
    }

    private void Generator(string name, string output, params string[] more) =>
        _folder.Run([
            "generator",
            "--generator",
            name,
            .. TrainingFolder.HeldOut,
            "--output-dir",
            output,
            "--vqvae-weights-dir",
            "weights",
            "--batch-size",
            "8",
            "--input-length",
            "8192",
            "--chunk",
            "32",
            "--steps",
            "200",
            "--learning-rate",
            "1e-2",
            .. more,
        ]);
}
