using System.Globalization;
using VQWave.Training.Training;

namespace VQWave.Training.Tests.Commands;

/// <summary>Runs that are killed, terminated, or whose disk is full: what is left, and that it can be gone on from.</summary>
public sealed class SurvivalTests : IDisposable
{
    private const int KillSignal = 9;
    private const int TerminateSignal = 15;
    private const int Kills = 3;
    private readonly TrainingFolder _folder = new();

    public SurvivalTests() => Assert.SkipWhen(OperatingSystem.IsWindows(), "Sends Unix signals.");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("vqvae")]
    [InlineData("generator")]
    public void A_run_that_is_killed_at_random_steps_and_resumed_ends_bit_identical(string kind)
    {
        if (kind == "generator")
        {
            _folder.Run([.. Vqvae("codecs", "vqvae_32", 30, 1)]);
            _folder.Run([.. Vqvae("codecs", "vqvae_8", 30, 1)]);
        }

        string[] Arguments(string output) => kind == "vqvae" ? Vqvae(output, "vqvae_8", 200, 4) : Generator(output);
        var name = kind == "vqvae" ? "vqvae_8" : "generator_8";
        _folder.Run(Arguments("whole"));
        var random = new Random(Environment.ProcessId);
        long before = 0;
        for (var i = 0; i < Kills; i++)
        {
            var steps = random.Next(10, 150);
            var pause = random.Next(0, 40);
            var outcome = TrainProgram.RunAndSignal(
                _folder.Path,
                KillSignal,
                () =>
                {
                    var ready = _folder.StepOf($"parts/{name}") >= before + steps;
                    Thread.Sleep(ready ? pause : 0);
                    return ready;
                },
                i == 0 ? Arguments("parts") : [.. Arguments("parts"), "--resume"]
            );
            Assert.Equal(128 + KillSignal, outcome.ExitCode);
            before = _folder.StepOf($"parts/{name}");
        }

        _folder.Run([.. Arguments("parts"), "--resume"]);
        var weights = Directory
            .GetFiles(_folder["whole"], $"{name}_*.safetensors")
            .Where(f => !f.EndsWith("checkpoint.safetensors", StringComparison.Ordinal));
        Assert.Equal(kind == "vqvae" ? 15 : 10, weights.Count());
        foreach (var file in weights.Append(BestEpoch.PathIn(_folder["whole"], name)))
        {
            Assert.True(
                File.ReadAllBytes(file)
                    .AsSpan()
                    .SequenceEqual(File.ReadAllBytes(file.Replace(_folder["whole"], _folder["parts"], StringComparison.Ordinal))),
                $"{file} differs after kills before step {before}"
            );
        }

        Assert.Equal(_folder.MetricsWithoutTime($"whole/{name}"), _folder.MetricsWithoutTime($"parts/{name}"));
        Assert.Empty(Directory.GetFiles(_folder["parts"], "*.tmp"));
    }

    [Fact]
    public void Termination_leaves_a_checkpoint_as_Ctrl_C_does()
    {
        var checkpoint = _folder["out/vqvae_8_checkpoint.safetensors"];
        var outcome = TrainProgram.RunAndSignal(
            _folder.Path,
            TerminateSignal,
            () => File.Exists(checkpoint),
            Vqvae("out", "vqvae_8", 100_000, 1)
        );
        Assert.Equal(130, outcome.ExitCode);
        Assert.Contains("'--resume' goes on", outcome.Error);
        Assert.True(_folder.StepOf("out/vqvae_8") % 7 != 0 || _folder.StepOf("out/vqvae_8") > 7, "nothing was trained");
    }

    [Fact]
    public void A_disk_that_fills_up_is_one_sentence_and_the_checkpoint_stays_whole()
    {
        // The runtime itself needs files of some hundred kilobytes: the shipped size, whose checkpoint has megabytes.
        string[] Live(int epochs) => [.. Vqvae("out", "vqvae_8", 10, epochs).Select(a => a == "tiny.json" ? "live" : a)];
        _folder.Run(Live(1));
        var checkpoint = _folder["out/vqvae_8_checkpoint.safetensors"];
        var before = File.ReadAllBytes(checkpoint);

        // Files may become as large as the weights, but not as large as a checkpoint; writing beyond is an error as on a full disk.
        var kilobytes = (before.Length / 1024) - 100;
        var outcome = TrainProgram.RunInShell(
            _folder.Path,
            $"export DOTNET_EnableWriteXorExecute=0; trap '' XFSZ; ulimit -f {kilobytes}",
            [.. Live(2), "--resume"]
        );
        Assert.Equal(1, outcome.ExitCode);
        var last = outcome.Error.TrimEnd('\n').Split('\n')[^1];
        Assert.StartsWith("The checkpoint of vqvae_8 at step 14 cannot be written", last, StringComparison.Ordinal);
        Assert.Contains("the checkpoint of step 10 is whole", last);
        Assert.DoesNotContain("   at ", outcome.Error);
        Assert.Equal(before, File.ReadAllBytes(checkpoint));
        Assert.Empty(Directory.GetFiles(_folder["out"], "*.tmp"));
        _folder.Run([.. Live(2), "--resume"]);
    }

    [Fact]
    public void A_run_that_does_not_fit_on_its_disk_is_refused_before_it_begins()
    {
        var free = new DriveInfo(_folder.Path).AvailableFreeSpace;
        Assert.SkipWhen(free > 99_000L * (4 << 20), "This disk holds 99,000 epochs of the shipped size.");
        _folder
            .Try(
                "generator",
                "--generator",
                "generator_8",
                "--data-dir",
                "data",
                "--input-length",
                "16384",
                "--vqvae-weights-dir",
                "none",
                "--epochs",
                "99999"
            )
            .AssertRefused(1, "vqvae_8_encoder");
        var outcome = _folder.Try("vqvae", "--model", "vqvae_512", "--data-dir", "data", "--input-length", "16384", "--epochs", "99999");
        Assert.Equal(1, outcome.ExitCode);
        Assert.Contains("need about", outcome.Error);
        Assert.False(File.Exists(_folder["weights/vqvae_512_checkpoint.safetensors"]));
    }

    [Fact]
    public void The_best_epoch_is_the_one_with_the_lowest_held_out_loss_and_export_says_so()
    {
        // A learning rate that spoils what it has learnt, so that best and last differ in most runs.
        foreach (var model in new[] { "vqvae_8", "vqvae_32" })
        {
            _folder.Run([.. Vqvae("out", model, 60, 6), "--learning-rate", "2e-2"]);
        }

        var rows = File.ReadLines(_folder["out/vqvae_8/metrics.csv"]).Skip(1).Select(l => l.Split(',')).ToArray();
        var quantized = rows.Where(r => double.Parse(r[5], CultureInfo.InvariantCulture) > 0);
        var lowest = quantized.MinBy(r => double.Parse(r[^1], CultureInfo.InvariantCulture))!;
        var best = BestEpoch.Read(_folder["out"], "vqvae_8")!;
        Assert.Equal(int.Parse(lowest[1], CultureInfo.InvariantCulture), best.Epoch);
        Assert.Equal(double.Parse(lowest[^1], CultureInfo.InvariantCulture), best.HeldOut, 1e-6);

        foreach (var generator in new[] { "generator_32", "generator_8" })
        {
            _folder.Run(Generator("out", generator, "out"));
        }

        var export = _folder.Run("export", "--weights-dir", "out", "--preset", "tiny.json", "--output", "packs/best");
        Assert.Contains($"vqvae_8: weights of epoch {best.Epoch}, the best on held-out music", export.Error);

        // A new run in the same folder is not measured by the old one's best.
        var stop = _folder["out/vqvae_8_checkpoint.safetensors"];
        File.Delete(stop);
        TrainProgram.RunAndSignal(_folder.Path, TerminateSignal, () => File.Exists(stop), Vqvae("out", "vqvae_8", 100_000, 1));
        Assert.Null(BestEpoch.Read(_folder["out"], "vqvae_8"));
    }

    private static string[] Vqvae(string output, string model, int steps, int epochs) =>
        [
            "vqvae",
            "--model",
            model,
            .. TrainingFolder.HeldOut,
            "--output-dir",
            output,
            "--batch-size",
            "2",
            "--input-length",
            "512",
            "--unquantized-steps",
            "50",
            "--checkpoint-steps",
            "7",
            "--steps",
            steps.ToString(CultureInfo.InvariantCulture),
            "--epochs",
            epochs.ToString(CultureInfo.InvariantCulture),
        ];

    private static string[] Generator(string output, string name = "generator_8", string codecs = "codecs") =>
        [
            "generator",
            "--generator",
            name,
            .. TrainingFolder.HeldOut,
            "--output-dir",
            output,
            "--vqvae-weights-dir",
            codecs,
            "--batch-size",
            "2",
            "--input-length",
            "2048",
            "--chunk",
            "32",
            "--dropout",
            "0.2",
            "--checkpoint-steps",
            "11",
            "--steps",
            "200",
            "--epochs",
            "4",
        ];
}
