using System.Text.Json.Nodes;
using VQWave.Devices;
using VQWave.TestSupport;

namespace VQWave.Player.Tests;

public sealed class GenerateTests(PlayerFixture player) : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void The_same_seed_gives_the_same_file_and_another_seed_another()
    {
        Run("--seconds", "0.5", "--seed", "5", "-o", "a.wav");
        Run("--seconds", "0.5", "--seed", "5", "-o", "b.wav");
        Run("--seconds", "0.5", "--seed", "6", "-o", "c.wav");
        Assert.Equal(File.ReadAllBytes(folder["a.wav"]), File.ReadAllBytes(folder["b.wav"]));
        Assert.NotEqual(File.ReadAllBytes(folder["a.wav"]), File.ReadAllBytes(folder["c.wav"]));
        Assert.Equal(3, Directory.GetFiles(folder.Path).Length);
    }

    [Theory]
    [InlineData("--temperature", "0")]
    [InlineData("--top-k", "1")]
    public void Greedy_does_not_depend_on_the_seed(string option, string value)
    {
        Run("--seconds", "0.3", option, value, "--seed", "1", "-o", "a.wav");
        Run("--seconds", "0.3", option, value, "--seed", "2", "-o", "b.wav");
        Assert.Equal(File.ReadAllBytes(folder["a.wav"]), File.ReadAllBytes(folder["b.wav"]));
    }

    [Theory]
    [InlineData("generator_512", 1, 512)]
    [InlineData("128", 2, 128)]
    [InlineData("generator_512,generator_128,generator_32", 3, 32)]
    [InlineData("generator_8", 4, 8)]
    [InlineData("all", 4, 8)]
    public void Every_quality_level_gives_the_length_asked_for(string generators, int levels, int compression)
    {
        var json = Run("--generators", generators, "--seconds", "0.7", "-o", "a.wav", "--json", "--seed", "1");
        Assert.Equal(levels, json["levels"]!.AsArray().Count);
        Assert.Equal(compression, json["levels"]!.AsArray()[^1]!["level"]!.GetValue<int>());
        AssertSound("a.wav", (int)Math.Round(0.7 * 22050));

        json = Run("--generators", generators, "--length", "70", "-o", "b.flac", "--json", "--seed", "1");
        Assert.Equal(70, json["levels"]!.AsArray()[^1]!["codes"]!.GetValue<int>());
        AssertSound("b.flac", 70 * compression);
    }

    [Fact]
    public void Json_says_what_was_done()
    {
        var json = Run(
            "--seconds",
            "0.4",
            "--seed",
            "18446744073709551615",
            "--temperature",
            "1.5,1,0.5,0",
            "--top-k",
            "0,10,20,30",
            "--device",
            "cpu",
            "--output",
            "a.ogg",
            "--json"
        );
        Assert.Equal(ulong.MaxValue, json["seed"]!.GetValue<ulong>());
        Assert.Equal("cpu", json["device"]!.GetValue<string>());
        Assert.Equal("Tiny", json["model"]!.GetValue<string>());
        Assert.Equal("a.ogg", json["file"]!.GetValue<string>());
        Assert.Equal(8820, json["samples"]!.GetValue<int>());
        Assert.True(json["real_time_factor"]!.GetValue<double>() > 0);
        var levels = json["levels"]!.AsArray();
        Assert.Equal([1.5, 1, 0.5, 0], levels.Select(l => l!["temperature"]!.GetValue<double>()));
        Assert.Equal([0, 10, 20, 30], levels.Select(l => l!["top_k"]!.GetValue<int>()));
        Assert.Equal([18, 69, 276, 1103], levels.Select(l => l!["codes"]!.GetValue<int>()));
        Assert.All(levels, l => Assert.InRange(l!["entropy_bits"]!.GetValue<double>(), 0, Math.Log2(48)));
        Assert.All(levels, l => Assert.InRange(l!["codes_used"]!.GetValue<int>(), 1, 48));
        Assert.InRange(levels[3]!["rms_dbfs"]!.GetValue<double>(), -60, 0);
        AssertSound("a.ogg", 8820);
    }

    [Fact]
    public void Intermediates_are_written_beside_the_file()
    {
        Run("--seconds", "0.5", "--play-intermediates", "-o", "x.wav");
        Assert.Equal(
            ["x.wav", "x_128.wav", "x_32.wav", "x_512.wav"],
            Directory.GetFiles(folder.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal)
        );
        foreach (var file in Directory.GetFiles(folder.Path))
        {
            AssertSound(Path.GetFileName(file), 11025);
        }
    }

    [Fact]
    public void Several_pieces_are_the_files_that_their_seeds_give_alone()
    {
        var json = Run("--seconds", "0.5", "--seed", "5", "--count", "3", "-o", "x.wav", "--json");
        Assert.Equal(["x-1.wav", "x-2.wav", "x-3.wav"], Names());
        Assert.Equal(3, json["count"]!.GetValue<int>());
        Assert.Equal(11025, json["samples"]!.GetValue<int>());
        Assert.True(json["real_time_factor"]!.GetValue<double>() > 0);
        Assert.Equal(1.5 / json["elapsed_seconds"]!.GetValue<double>(), json["real_time_factor"]!.GetValue<double>(), 1e-2);
        Assert.Equal(4, json["levels"]!.AsArray().Count);
        var pieces = json["pieces"]!.AsArray();
        Assert.Equal([5, 6, 7], pieces.Select(p => p!["seed"]!.GetValue<int>()));
        for (var i = 0; i < 3; i++)
        {
            var file = pieces[i]!["file"]!.GetValue<string>();
            Assert.Equal($"x-{i + 1}.wav", file);
            var alone = Run("--seconds", "0.5", "--seed", $"{5 + i}", "-o", "alone.wav", "--json");
            // The same bytes only on our own kernels; ONNX Runtime may round otherwise.
            if (alone["levels"]![3]!["engine"]!.GetValue<string>().StartsWith("kernels", StringComparison.Ordinal))
            {
                Assert.Equal(File.ReadAllBytes(folder["alone.wav"]), File.ReadAllBytes(folder[file]));
                var figures = pieces[i]!["levels"]![3]!;
                Assert.Equal(alone["levels"]![3]!["rms_dbfs"]!.ToString(), figures["rms_dbfs"]!.ToString());
                Assert.Equal(alone["levels"]![3]!["codes_used"]!.ToString(), figures["codes_used"]!.ToString());
            }
        }
    }

    [Fact]
    public void Ten_pieces_sort_by_name_and_the_report_has_a_row_for_each()
    {
        var outcome = player
            .Run(folder.Path, "generate", "--seconds", "0.1", "--seed", "1", "-c", "10", "--play-intermediates", "-o", "x.flac")
            .AssertSuccess();
        Assert.Equal(40, Names().Count);
        Assert.Contains("x-01.flac", Names());
        Assert.Contains("x-10_512.flac", Names());
        Assert.Contains("10 pieces of 0.10 s", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("seeds 1 to 10", outcome.Output, StringComparison.Ordinal);
        Assert.Equal(42, outcome.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        AssertSound("x-07_32.flac", 2205);
    }

    [Fact]
    public void Interrupting_several_pieces_leaves_nothing_behind()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "the signal is Unix's");
        var outcome = player.RunAndInterrupt(
            folder.Path,
            () => Directory.GetFileSystemEntries(folder.Path).Length == 4,
            "generate",
            "--seconds",
            "3600",
            "--count",
            "4",
            "-o",
            "a.wav"
        );
        Assert.Equal(130, outcome.ExitCode);
        Assert.Empty(Names());
    }

    [Fact]
    public void A_file_of_several_that_cannot_be_written_is_refused_before_the_work()
    {
        Directory.CreateDirectory(folder["a-3.wav"]);
        player.Run(folder.Path, "generate", "--seconds", "3000", "--count", "4", "-o", "a.wav").AssertRefused(1, "a-3.wav");
        Assert.Single(Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public void A_report_names_the_seed_that_repeats_it()
    {
        var outcome = player.Run(folder.Path, "generate", "--seconds", "0.3", "-o", "a.wav").AssertSuccess();
        var seed = outcome.Output.Split("seed ")[1].Trim().TrimEnd('.');
        Run("--seconds", "0.3", "--seed", seed, "-o", "b.wav");
        Assert.Equal(File.ReadAllBytes(folder["a.wav"]), File.ReadAllBytes(folder["b.wav"]));
    }

    [Theory]
    [InlineData("--temperature '-0.1' is not", "--temperature=-0.1")]
    [InlineData("from 0 (greedy) to 4", "--temperature", "4.1")]
    [InlineData("--temperature 'nan'", "--temperature", "nan")]
    [InlineData("--temperature 'Infinity'", "--temperature", "Infinity")]
    [InlineData("1 or 4 are possible", "--temperature", "1,1,1")]
    [InlineData("between its commas", "--temperature", "1,,1,1")]
    [InlineData("1, 2 or 4 are possible", "--temperature", "1,1,1", "--generators", "generator_128")]
    [InlineData("--top-k '1025'", "--top-k", "1025")]
    [InlineData("--top-k '-1'", "--top-k=-1")]
    [InlineData("--top-k '2.5'", "--top-k", "2.5")]
    [InlineData("--seconds '0'", "--seconds", "0")]
    [InlineData("--seconds '-3'", "--seconds=-3")]
    [InlineData("--seconds 'NaN'", "--seconds", "NaN")]
    [InlineData("up to 3600", "--seconds", "3601")]
    [InlineData("--length '0'", "--length", "0")]
    [InlineData("and a piece is up to 3600", "--length", "100000000")]
    [InlineData("give one of them", "--length", "10", "--seconds", "1")]
    [InlineData("--count '0'", "--count", "0")]
    [InlineData("--count '65' is not a whole number from 1 to 64", "--count", "65")]
    [InlineData("more than 14400 seconds together", "--count", "5", "--seconds", "3000")]
    [InlineData("--seed '-1'", "--seed=-1")]
    [InlineData("--seed 'abc'", "--seed", "abc")]
    [InlineData("--device 'tpu'", "--device", "tpu")]
    [InlineData("contradict", "--device", "cuda", "--no-gpu")]
    [InlineData("contradict", "--device", "tensorrt", "--no-gpu")]
    [InlineData("--precision 'fp8'", "--precision", "fp8")]
    [InlineData("--generators 'generator_64'", "--generators", "generator_64")]
    [InlineData("skips or repeats", "--generators", "generator_512,generator_32")]
    [InlineData("skips or repeats", "--generators", "generator_128,generator_128")]
    [InlineData("--frequency", "--frequency", "3")]
    public void An_option_that_cannot_be_meant_is_refused(string what, params string[] arguments)
    {
        player.Run(folder.Path, ["generate", "-o", "a.wav", .. arguments]).AssertRefused(2, what);
        Assert.Empty(Directory.GetFileSystemEntries(folder.Path));
    }

    [Theory]
    [InlineData("a.mp3")]
    [InlineData("a")]
    [InlineData("a.wav.bak")]
    public void An_unknown_extension_is_refused(string name)
    {
        player.Run(folder.Path, "generate", "-o", name).AssertRefused(2, name, ".wav, .flac, .ogg");
        Assert.Empty(Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public void A_folder_that_is_missing_or_a_name_that_is_a_folder_is_refused_before_the_work()
    {
        player.Run(folder.Path, "generate", "--seconds", "3000", "-o", "none/a.wav").AssertRefused(1, "none");
        Directory.CreateDirectory(folder["a.wav"]);
        player.Run(folder.Path, "generate", "--seconds", "3000", "-o", "a.wav").AssertRefused(1, "a.wav");
        Assert.Single(Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public void A_folder_that_is_not_writable_is_refused()
    {
        if (OperatingSystem.IsWindows() || Environment.IsPrivilegedProcess)
        {
            Assert.Skip("an administrator may write everywhere");
            return;
        }

        Directory.CreateDirectory(folder["locked"]);
        File.SetUnixFileMode(folder["locked"], UnixFileMode.UserRead | UnixFileMode.UserExecute);
        player.Run(folder.Path, "generate", "--seconds", "1", "-o", "locked/a.wav").AssertRefused(1, "locked");
    }

    [Fact]
    public void An_existing_file_survives_a_failure()
    {
        File.WriteAllText(folder["a.wav"], "precious");
        player.Run(folder.Path, "generate", "-m", "nothing", "-o", "a.wav").AssertRefused(1, "'nothing'", "tiny");
        Assert.Equal("precious", File.ReadAllText(folder["a.wav"]));
    }

    [Fact]
    public void A_damaged_pack_is_refused()
    {
        Directory.CreateDirectory(folder["pack"]);
        foreach (var file in Directory.GetFiles(Path.Combine(player.ModelsFolder, "tiny")))
        {
            File.Copy(file, Path.Combine(folder["pack"], Path.GetFileName(file)));
        }

        var path = folder["pack/generator_8.onnx"];
        var bytes = File.ReadAllBytes(path);
        bytes[^20] ^= 1;
        File.WriteAllBytes(path, bytes);
        player.Run(folder.Path, "generate", "-m", "pack", "-o", "a.wav").AssertRefused(1, "generator_8.onnx", "SHA-256");
        Assert.False(File.Exists(folder["a.wav"]));
    }

    [Fact]
    public void Interrupting_leaves_nothing_behind()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "the signal is Unix's");
        var outcome = player.RunAndInterrupt(
            folder.Path,
            () => Directory.GetFileSystemEntries(folder.Path).Length > 0,
            "generate",
            "--seconds",
            "3600",
            "-o",
            "a.wav"
        );
        Assert.Equal(130, outcome.ExitCode);
        Assert.Equal("Interrupted: nothing was written.\n", outcome.Error);
        Assert.Empty(Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public void Without_a_sound_device_playing_falls_back_to_a_file_and_generating_asks_for_one()
    {
        Assert.SkipWhen(PortAudio.HasOutput, "there is a sound device, which a test should not use");
        var outcome = player.Run(folder.Path, "play", "--seconds", "0.5").AssertSuccess();
        Assert.Contains("There is no sound device: writing to vqwave-play.wav", outcome.Error);
        AssertSound("vqwave-play.wav", 11025);
        player.Run(folder.Path, "play", "--seconds", "0.5", "-o", "mine.flac").AssertSuccess();
        AssertSound("mine.flac", 11025);
        player.Run(folder.Path, "generate", "--seconds", "0.5").AssertRefused(1, "--output");
    }

    [Theory]
    [InlineData("cuda", "CUDA")]
    [InlineData("tensorrt", "TensorRT")]
    public void A_GPU_runs_or_a_sentence_says_why_not(string option, string name)
    {
        var outcome = player.Run(folder.Path, "generate", "--device", option, "--seconds", "0.3", "-o", "a.wav", "--json").AssertSuccess();
        var device = JsonNode.Parse(outcome.Output)!["device"]!.GetValue<string>();
        if (device == "cpu")
        {
            Assert.Matches($"^{name} is not available \\(.+\\): using the CPU\\.\n$", outcome.Error);
        }
    }

    [Fact]
    public void Several_pieces_need_a_file_name() =>
        player.Run(folder.Path, "generate", "--count", "2").AssertRefused(2, "--count 2 writes files", "--output");

    private List<string> Names() => [.. Directory.GetFiles(folder.Path).Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal)];

    private JsonNode Run(params string[] arguments)
    {
        var outcome = player.Run(folder.Path, ["generate", .. arguments]).AssertSuccess();
        return arguments.Contains("--json") ? JsonNode.Parse(outcome.Output)! : new JsonObject();
    }

    private void AssertSound(string name, int samples)
    {
        var clip = AudioFile.ReadMono(folder[name]);
        Assert.Equal(22050, clip.SampleRate);
        Assert.Equal(samples, clip.Samples.Length);
        // Vorbis overshoots: random weights give a square-like noise at full scale.
        Assert.InRange(clip.Samples.Max(Math.Abs), 1e-4f, name.EndsWith(".ogg", StringComparison.Ordinal) ? 2 : 1);
    }
}
