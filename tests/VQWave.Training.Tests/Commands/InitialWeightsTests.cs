using VQWave.Safetensors;

namespace VQWave.Training.Tests.Commands;

/// <summary><c>--initial-weights</c>: a run that begins where another one, in a folder of its own, ended.</summary>
public sealed class InitialWeightsTests : IDisposable
{
    private readonly TrainingFolder _folder = new();

    public InitialWeightsTests()
    {
        foreach (var model in new[] { "vqvae_32", "vqvae_8" })
        {
            _folder.Run([.. Vqvae(model, "first"), "--steps", "40", "--unquantized-steps", "20"]);
        }
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_decoder_that_learns_alone_keeps_the_codes_of_the_other_run()
    {
        _folder.Run([.. Vqvae("vqvae_8", "second"), "--initial-weights", "first", "--decoder-only", "--steps", "30"]);
        foreach (var part in new[] { "encoder", "codebook" })
        {
            Assert.Equal(Bytes("first", $"vqvae_8_{part}"), Bytes("second", $"vqvae_8_{part}"));
        }

        Assert.NotEqual(Bytes("first", "vqvae_8_decoder"), Bytes("second", "vqvae_8_decoder"));
        // It quantises from the first step on, and counts its own epochs.
        Assert.InRange(_folder.Metrics("second/vqvae_8").Single()["codes_used"], 1, 64);
        Assert.True(File.Exists(_folder["second/vqvae_8_decoder_00001.safetensors"]));
    }

    [Fact]
    public void Networks_begin_where_the_other_run_ended()
    {
        string[] still = ["--steps", "1", "--learning-rate", "1e-9"];
        _folder.Run([.. Vqvae("vqvae_8", "second"), "--initial-weights", "first", .. still]);
        AssertClose("vqvae_8_encoder", "first", "second");
        AssertClose("vqvae_8_decoder", "first", "second");

        _folder.Run([.. Generator("first"), "--steps", "30"]);
        _folder.Run([.. Generator("second"), "--initial-weights", "first", .. still]);
        AssertClose("generator_8_generator", "first", "second");
        AssertClose("generator_8_context", "first", "second");
        _folder.Run([.. Generator("third"), .. still]);
        Assert.True(Difference("generator_8_generator", "first", "third") > 1e-3);
    }

    [Fact]
    public void A_run_that_began_so_is_resumed_from_its_own_checkpoint()
    {
        string[] arguments = [.. Vqvae("vqvae_8", "second"), "--initial-weights", "first", "--steps", "20", "--epochs", "2"];
        _folder.Run(arguments);
        var ended = Bytes("second", "vqvae_8_encoder");
        _folder.Run([.. arguments, "--resume"]);
        Assert.Equal(ended, Bytes("second", "vqvae_8_encoder"));
        Assert.Equal(2, _folder.Epochs("second/vqvae_8"));
    }

    [Fact]
    public void What_cannot_be_begun_from_is_refused()
    {
        _folder
            .Try([.. Vqvae("vqvae_8", "second"), "--initial-weights", "nowhere"])
            .AssertRefused(1, "no weights vqvae_8_encoder in nowhere");
        _folder
            .Try([.. Vqvae("vqvae_8", "second"), "--initial-weights", "first", "--start-epoch", "1", "--epochs", "2"])
            .AssertRefused(1, "--initial-weights", "--start-epoch");
        _folder.Try([.. Vqvae("vqvae_8", "second"), "--decoder-only"]).AssertRefused(1, "--initial-weights DIR");

        File.Copy(_folder["first/vqvae_32_encoder.safetensors"], _folder["first/vqvae_8_encoder.safetensors"], overwrite: true);
        File.Delete(_folder["first/vqvae_8_best.json"]);
        _folder
            .Try([.. Vqvae("vqvae_8", "second"), "--initial-weights", "first"])
            .AssertRefused(1, "vqvae_8_encoder.safetensors does not fit");
    }

    private static string[] Vqvae(string model, string output) =>
        ["vqvae", "--model", model, "--output-dir", output, "--input-length", "1024", .. TrainingFolder.Data];

    private static string[] Generator(string output) =>
        [
            "generator",
            "--generator",
            "generator_8",
            "--output-dir",
            output,
            "--vqvae-weights-dir",
            "first",
            "--input-length",
            "4096",
            .. TrainingFolder.Data,
        ];

    private byte[] Bytes(string folder, string name) => File.ReadAllBytes(_folder[$"{folder}/{name}.safetensors"]);

    private void AssertClose(string name, string first, string second) => Assert.InRange(Difference(name, first, second), 0, 1e-6);

    private double Difference(string name, string first, string second)
    {
        var a = SafetensorsFile.Read(_folder[$"{first}/{name}.safetensors"]);
        var b = SafetensorsFile.Read(_folder[$"{second}/{name}.safetensors"]);
        Assert.NotEmpty(a);
        return a.Max(t => t.Value.ToFloats().Zip(b[t.Key].ToFloats(), (x, y) => Math.Abs(x - y)).Max());
    }
}
