using System.Text.Json.Nodes;
using VQWave.Inference;
using VQWave.Models;
using VQWave.TestSupport;
using VQWave.Training.Tests.Evaluation;

namespace VQWave.Training.Tests.Commands;

public sealed class QuantizedExportTests(EvaluationFixture fixture) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("int8", 0.02)]
    [InlineData("int4", 0.5)]
    public void A_pack_is_quantised_and_measured(string precision, double most)
    {
        var outcome = Run(
                "export",
                "--from-pack",
                fixture.PackDirectory,
                "--precision",
                precision,
                "--output",
                "quantised",
                "--data-dir",
                fixture.DataDirectory,
                "--max-codes",
                "500",
                "--json"
            )
            .AssertSuccess();
        var report = JsonNode.Parse(outcome.Output)!;
        Assert.Equal(precision, (string?)report["precision"]);
        Assert.Equal(fixture.Pack.Bytes, (long)report["float_bytes"]!);
        Assert.Contains("quantising the generator of level 128", outcome.Error);

        var pack = PackVerifier.Verify(_folder["quantised"]);
        Assert.Equal(("quantised", precision), (pack.Manifest.Name, pack.Manifest.Quantization.Precision));
        Assert.Equal(pack.Bytes, (long)report["bytes"]!);
        var levels = pack.Manifest.Quantization.Levels!;
        Assert.Equal(["128", "32", "512", "8"], levels.Keys.Order(StringComparer.Ordinal));
        foreach (var (name, level) in levels)
        {
            var loss = level.HeldOut!;
            Assert.Equal(3, loss.Files);
            Assert.InRange(loss.Codes, 200, 500);
            Assert.Equal(loss.BitsPerCode - loss.BitsPerCodeFloat, loss.LossBits, 2e-6);
            Assert.InRange(Math.Abs(loss.LossBits), 0, most);
            Assert.InRange(loss.EqualGreedyShare, precision == "int8" ? 0.8 : 0.2, 1);
            Assert.Equal(loss.LossBits, (double)report["quantization"]![name]!["held_out"]!["loss_bits"]!);
        }

        Run("export", "--from-pack", "quantised", "--precision", "int8", "--output", "twice").AssertRefused(1, "quantised to", "already");
        Assert.Equal(["quantised"], Names());
    }

    [Fact]
    public void Without_music_nothing_is_measured_and_it_is_said()
    {
        var outcome = Run("export", "--from-pack", fixture.PackDirectory, "--precision", "int4", "--output", "p", "--name", "Small")
            .AssertSuccess();
        Assert.Contains("is not measured", outcome.Error);
        Assert.Contains("lstm.0 4/32", outcome.Output);
        Assert.Contains("MB before its generators were quantised", outcome.Output);
        var pack = ModelPack.Open(_folder["p"]);
        Assert.Equal("Small", pack.Manifest.Name);
        Assert.All(pack.Manifest.Quantization.Levels!.Values, l => Assert.Null(l.HeldOut));
    }

    [Theory]
    [InlineData("--precision 'int3'", "--from-pack", "PACK", "--precision", "int3")]
    [InlineData("--from-pack needs --precision int8 or int4", "--from-pack", "PACK")]
    [InlineData("--storage has no meaning", "--from-pack", "PACK", "--precision", "int8", "--storage", "float16")]
    [InlineData("--weights-dir has no meaning", "--from-pack", "PACK", "--precision", "int8", "--weights-dir", "w")]
    [InlineData("--max-codes has no meaning", "--from-pack", "PACK", "--precision", "int8", "--max-codes", "9")]
    [InlineData("--max-codes 0", "--from-pack", "PACK", "--precision", "int8", "--data-dir", "DATA", "--max-codes", "0")]
    [InlineData("no folder nowhere", "--from-pack", "PACK", "--precision", "int8", "--data-dir", "nowhere")]
    [InlineData("no model pack", "--from-pack", "nowhere", "--precision", "int8")]
    [InlineData("vqvae_512_encoder", "--precision", "int8")]
    public void Bad_options_get_one_sentence_and_nothing_is_written(string part, params string[] arguments)
    {
        string[] filled =
        [
            .. arguments.Select(a =>
                a == "PACK" ? fixture.PackDirectory
                : a == "DATA" ? fixture.DataDirectory
                : a
            ),
        ];
        Run(["export", "--output", "out", .. filled]).AssertRefused(1, part);
        Assert.Empty(Names());
    }

    private Outcome Run(params string[] arguments) => TrainProgram.Run(_folder.Path, arguments);

    private string[] Names() => [.. Directory.GetFileSystemEntries(_folder.Path).Select(p => Path.GetFileName(p)!)];
}
