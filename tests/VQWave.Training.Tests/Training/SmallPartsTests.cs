using VQWave.TestSupport;
using VQWave.Torch;
using VQWave.Torch.Modules;
using VQWave.Training.Training;

namespace VQWave.Training.Tests.Training;

public sealed class SmallPartsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(0, 0, 0.001)]
    [InlineData(4, 0, 0.005)]
    [InlineData(9, 0, 0.01)]
    [InlineData(500, 0, 0.01)]
    [InlineData(500, 0.5, 0.0051)]
    [InlineData(500, 1, 0.0002)]
    [InlineData(500, 7, 0.0002)]
    [InlineData(4, 0.5, 0.00255)]
    public void Learning_rate_ramps_up_and_falls_as_a_cosine(long step, double progress, double expected) =>
        Assert.Equal(expected, new LearningRateSchedule(0.01, 10, 0.02).At(step, progress), 1e-12);

    [Fact]
    public void No_ramp_begins_at_the_peak() => Assert.Equal(0.01, new LearningRateSchedule(0.01, 0).At(0, 0), 1e-12);

    [Fact]
    public void Code_statistics_have_their_closed_forms()
    {
        var statistics = new CodeStatistics(8);
        statistics.Add((long[])[0, 0, 0, 0, 1, 1, 2, 3]);
        Assert.Equal(8, statistics.Total);
        Assert.Equal(4, statistics.Used);
        Assert.Equal(1.75, statistics.EntropyBits, 12);
        Assert.Equal(Math.Pow(2, 1.75), statistics.Perplexity, 12);

        // Counts plus one over 16: code 0 has 5/16, code 7 has 1/16.
        var other = new CodeStatistics(8);
        other.Add((ushort[])[0, 7]);
        Assert.Equal((Math.Log2(16 / 5.0) + 4) / 2, statistics.CrossEntropyBits(other), 12);

        statistics.Clear();
        Assert.Equal((0L, 0, 0.0, 1.0), (statistics.Total, statistics.Used, statistics.EntropyBits, statistics.Perplexity));
    }

    [Fact]
    public void Weights_are_found_by_epoch_else_final_else_latest()
    {
        string Make(string name)
        {
            File.WriteAllText(_folder[name], "");
            return _folder[name];
        }

        Check.Refused(() => WeightFiles.Find(_folder.Path, "vqvae_8", "encoder"), "vqvae_8_encoder", "vqvae --model vqvae_8");
        Check.Refused(() => WeightFiles.Find(_folder["none"], "generator_8", "context"), "generator --generator generator_8");
        var second = Make("vqvae_8_encoder_00002.safetensors");
        var tenth = Make("vqvae_8_encoder_00010.safetensors");
        _ = Make("vqvae_8_encoder_final.safetensors");
        _ = Make("vqvae_8_encoder_99.safetensors");
        _ = Make("vqvae_8_encoder_checkpoint.safetensors");
        _ = Make("vqvae_8_decoder_00077.safetensors");
        Assert.Equal(tenth, WeightFiles.Find(_folder.Path, "vqvae_8", "encoder"));
        Assert.Equal(second, WeightFiles.Find(_folder.Path, "vqvae_8", "encoder", 2));
        Check.Refused(() => WeightFiles.Find(_folder.Path, "vqvae_8", "encoder", 3), "vqvae_8_encoder_00003.safetensors");
        var final = Make("vqvae_8_encoder.safetensors");
        Assert.Equal(final, WeightFiles.Find(_folder.Path, "vqvae_8", "encoder"));
        Assert.Equal(tenth, WeightFiles.Find(_folder.Path, "vqvae_8", "encoder", 10));
    }

    [Fact]
    public void Weights_of_another_shape_are_refused_and_change_nothing()
    {
        using var small = new Linear(3, 2);
        using var large = new Linear(4, 2);
        WeightFiles.Save(_folder["w.safetensors"], small.state_dict());
        var before = large.parameters().First().detach().ToArray<float>();
        Check.Refused(() => WeightFiles.Load(_folder["w.safetensors"], large), "w.safetensors", "weight");
        Assert.Equal(before, large.parameters().First().detach().ToArray<float>());
        Check.Refused(() => WeightFiles.Load(_folder["none.safetensors"], large), "none.safetensors");
    }

    [Fact]
    public void Weights_that_are_read_leave_no_tensor_behind()
    {
        using var module = new Linear(3, 2);
        WeightFiles.Save(_folder["w.safetensors"], module.state_dict());
        var before = Check.LiveTensors();
        WeightFiles.Load(_folder["w.safetensors"], module);
        Assert.Equal(before, torch.live_tensors);
    }

    [Fact]
    public void A_folder_that_cannot_be_made_or_written_is_named()
    {
        File.WriteAllText(_folder["file"], "");
        Check.Refused(() => WeightFiles.PrepareDirectory(_folder["file"]), _folder["file"]);
        Check.Refused(() => WeightFiles.PrepareDirectory(_folder["file/below"]), _folder["file/below"]);
        WeightFiles.PrepareDirectory(_folder["new/deep"]);
        Assert.Empty(Directory.GetFiles(_folder["new/deep"]));
    }

    [Fact]
    public void Progress_that_is_redirected_writes_few_lines()
    {
        var lines = Capture(() =>
        {
            using var progress = new ProgressLine("test", 100);
            for (var i = 1; i <= 100; i++)
            {
                progress.Report(i, () => "going");
            }

            for (var i = 0; i < 50; i++)
            {
                progress.Report(100, () => "validating");
            }
        });
        Assert.InRange(lines.Length, 2, 3);
        Assert.Contains("100/100", lines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void Progress_of_a_resumed_run_counts_only_its_own_steps()
    {
        var lines = Capture(() =>
        {
            using var progress = new ProgressLine("test", 2_000_000, 1_000_000);
            Thread.Sleep(50);
            progress.Report(1_000_001, () => "");
        });
        var rate = lines[0].Split(' ').First(w => w.EndsWith("/s", StringComparison.Ordinal));
        Assert.InRange(double.Parse(rate[..^2], System.Globalization.CultureInfo.InvariantCulture), 0.1, 20);
    }

    [Fact]
    public void Metrics_grow_and_NaN_is_an_empty_field()
    {
        using (var log = new MetricsLog(_folder["m.csv"], 0, "step", "loss"))
        {
            log.Add(1, double.NaN);
        }

        using (var log = new MetricsLog(_folder["m.csv"], 1, "step", "loss"))
        {
            log.Add(2, 0.25);
        }

        Assert.Equal(["step,loss", "1,", "2,0.25"], File.ReadAllLines(_folder["m.csv"]));
        using (new MetricsLog(_folder["m.csv"], 0, "step", "loss")) { }

        Assert.Equal(["step,loss"], File.ReadAllLines(_folder["m.csv"]));
        Check.Refused(() => new MetricsLog(_folder["none/m.csv"], 0, "step").Dispose(), _folder["none/m.csv"]);
    }

    [Fact]
    public void Metrics_of_steps_that_will_be_taken_again_are_dropped_as_are_broken_rows()
    {
        File.WriteAllText(_folder["m.csv"], "step,loss\n10,1\n20,0.5\n30,0.25\n40,0.1\n50");
        new MetricsLog(_folder["m.csv"], 30, "step", "loss").Dispose();
        Assert.Equal(["step,loss", "10,1", "20,0.5", "30,0.25"], File.ReadAllLines(_folder["m.csv"]));
    }

    [Fact]
    public void Weights_of_the_best_epoch_are_taken_first_and_their_absence_is_said()
    {
        foreach (var name in new[] { "vqvae_8_encoder", "vqvae_8_encoder_00003", "vqvae_8_encoder_00005" })
        {
            File.WriteAllText(_folder[name + ".safetensors"], "");
        }

        new BestEpoch(3, 300, 0.25).Write(_folder.Path, "vqvae_8");
        Assert.Equal(new BestEpoch(3, 300, 0.25), BestEpoch.Read(_folder.Path, "vqvae_8"));
        Assert.Equal(_folder["vqvae_8_encoder_00003.safetensors"], WeightFiles.Find(_folder.Path, "vqvae_8", "encoder"));
        Assert.Equal(_folder["vqvae_8_encoder_00005.safetensors"], WeightFiles.Find(_folder.Path, "vqvae_8", "encoder", 5));
        File.Delete(_folder["vqvae_8_encoder_00003.safetensors"]);
        Check.Refused(() => WeightFiles.Find(_folder.Path, "vqvae_8", "encoder"), "vqvae_8_best.json", "00003");
        File.WriteAllText(_folder["vqvae_8_best.json"], "{ \"epoch\": ");
        Check.Refused(() => WeightFiles.Find(_folder.Path, "vqvae_8", "encoder"), "vqvae_8_best.json");
    }

    [Fact]
    public void A_disk_with_too_little_room_is_named_with_what_is_needed()
    {
        DiskSpace.Require(_folder.Path, 5 << 20, "2 epochs", free: 5 << 20);
        Check.Refused(
            () => DiskSpace.Require(_folder.Path, 5 << 20, "2 epochs", free: 512),
            _folder.Path,
            "0.5 KiB",
            "5.0 MiB",
            "2 epochs"
        );

        // What the file system itself says: no disk has 8 EiB.
        Check.Refused(() => DiskSpace.Require(_folder.Path, long.MaxValue, "all epochs"), "GiB free");
    }

    // The tests' standard error is redirected or not as the runner likes; the lines are what matters where it is.
    private static string[] Capture(Action action)
    {
        Assert.SkipUnless(Console.IsErrorRedirected, "Standard error is a terminal here.");
        var original = Console.Error;
        using var writer = new StringWriter();
        Console.SetError(writer);
        try
        {
            action();
        }
        finally
        {
            Console.SetError(original);
        }

        return writer.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
