using System.Text.Json.Nodes;
using VQWave.Devices;
using VQWave.TestSupport;

namespace VQWave.Player.Tests;

public sealed class OtherCommandsTests(PlayerFixture player) : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("8", 8)]
    [InlineData("512", 512)]
    [InlineData("vqvae_128", 128)]
    public void Reconstructing_keeps_the_length_and_prints_figures(string level, int compression)
    {
        // 48 kHz, so that it must be resampled to the pack's rate.
        WriteTone("in.wav", 48000, 0.5);
        var outcome = player
            .Run(folder.Path, "reconstruct", "--model", "tiny", "--level", level, "in.wav", "out.flac", "--json")
            .AssertSuccess();
        var json = JsonNode.Parse(outcome.Output)!;
        Assert.Equal(compression, json["level"]!.GetValue<int>());
        Assert.Equal((11025 + compression - 1) / compression, json["codes"]!.GetValue<int>());
        Assert.Equal(11025, AudioFile.ReadMono(folder["out.flac"]).Samples.Length);
        var used = json["codes_used"]!.GetValue<int>();
        Assert.InRange(json["perplexity"]!.GetValue<double>(), 1, used);
        // Random weights: far from the original, whose level they know nothing of.
        Assert.InRange(json["si_sdr_db"]!.GetValue<double>(), -200, 3);
        Assert.InRange(json["lsd_db"]!.GetValue<double>(), 1, 200);
        Assert.InRange(json["spectral_convergence"]!.GetValue<double>(), 0.1, 1000);
    }

    [Fact]
    public void Reconstructing_prints_the_figures_for_people_too()
    {
        WriteTone("in.wav", 22050, 0.2);
        var outcome = player.Run(folder.Path, "reconstruct", "in.wav", "out.wav").AssertSuccess();
        Assert.Contains("SI-SDR", outcome.Output);
        Assert.Contains("8x (Tiny", outcome.Output);
    }

    [Fact]
    public void What_cannot_be_reconstructed_is_refused()
    {
        WriteTone("in.wav", 22050, 0.2);
        File.WriteAllText(folder["text.wav"], "this is no sound");
        player.Run(folder.Path, "reconstruct", "", "out.wav").AssertRefused(2, "IN is empty");
        player.Run(folder.Path, "reconstruct", "none.wav", "out.wav").AssertRefused(1, "none.wav");
        player.Run(folder.Path, "reconstruct", "text.wav", "out.wav").AssertRefused(1, "text.wav");
        player.Run(folder.Path, "reconstruct", "in.wav", "out.xyz").AssertRefused(2, "out.xyz", ".wav, .flac, .ogg");
        player.Run(folder.Path, "reconstruct", "in.wav", "./in.wav").AssertRefused(2, "the input itself");
        player.Run(folder.Path, "reconstruct", "--level", "64", "in.wav", "out.wav").AssertRefused(2, "512, 128, 32, 8");
        player.Run(folder.Path, "reconstruct", "in.wav").AssertRefused(2, "reconstruct --help");
        Assert.Equal(
            ["in.wav", "text.wav"],
            Directory.GetFileSystemEntries(folder.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public void Models_are_listed_and_verified()
    {
        var outcome = player.Run(folder.Path, "models", "--verify").AssertSuccess();
        Assert.Contains("tiny", outcome.Output);
        Assert.Contains("verified", outcome.Output);
        var json = JsonNode.Parse(player.Run(folder.Path, "models", "tiny", "--json").AssertSuccess().Output)!.AsArray();
        var pack = Assert.Single(json)!;
        Assert.Equal([512, 128, 32, 8], pack["levels"]!.AsArray().Select(l => l!.GetValue<int>()));
        Assert.Equal("MIT", pack["license"]!.GetValue<string>());
        Assert.False(pack["verified"]!.GetValue<bool>());
        // 4 codes at 512x, 128x and 32x.
        Assert.Equal(4 * (512 + 128 + 32) / 22050.0, pack["lookahead_seconds"]!.GetValue<double>(), 1e-5);
    }

    [Fact]
    public void A_damaged_pack_fails_verification_and_says_why()
    {
        Directory.CreateDirectory(folder["packs/good"]);
        Directory.CreateDirectory(folder["packs/short"]);
        foreach (var file in Directory.GetFiles(Path.Combine(player.ModelsFolder, "tiny")))
        {
            File.Copy(file, Path.Combine(folder["packs/good"], Path.GetFileName(file)));
            File.Copy(file, Path.Combine(folder["packs/short"], Path.GetFileName(file)));
        }

        File.Delete(folder["packs/short/decoder_8.onnx"]);
        var outcome = player.Run(folder.Path, "models", "packs", "--verify");
        Assert.Equal(1, outcome.ExitCode);
        Assert.Contains("decoder_8.onnx is missing", Assert.Single(outcome.Error.TrimEnd('\n').Split('\n')));
        Assert.Contains("verified", outcome.Output);
        Assert.Contains("damaged", outcome.Output);
        player.Run(folder.Path, "models", "nowhere").AssertRefused(1, "nowhere");
    }

    [Fact]
    public void Help_teaches_and_the_version_is_bare()
    {
        var root = player.Run(folder.Path).AssertSuccess();
        Assert.Contains("Exit status: 0 done", root.Output);
        foreach (var command in new[] { "generate", "play", "reconstruct", "models" })
        {
            Assert.Contains(command, root.Output);
            var help = player.Run(folder.Path, command, "--help").AssertSuccess().Output;
            Assert.Contains($"vqwave {command}", help);
            Assert.Contains("Example", help);
            Assert.Contains("--json", help);
        }

        Assert.Matches(@"^\d+\.\d+\.\d+\n$", player.Run(folder.Path, "--version").AssertSuccess().Output);
        player.Run(folder.Path, "models", "--frequency").AssertRefused(2, "--frequency", "models --help");
        player.Run(folder.Path, "compose").AssertRefused(2, "compose", "vqwave --help");
    }

    private void WriteTone(string name, int rate, double seconds)
    {
        var samples = new float[(int)(rate * seconds)];
        for (var i = 0; i < samples.Length; i++)
        {
            samples[i] = 0.5f * MathF.Sin(2 * MathF.PI * 440 * i / rate);
        }

        AudioFile.Write(folder[name], samples, rate);
    }
}
