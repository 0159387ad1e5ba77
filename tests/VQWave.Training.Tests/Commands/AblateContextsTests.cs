using System.Globalization;
using System.Text.Json;
using VQWave.Training.Data;

namespace VQWave.Training.Tests.Commands;

/// <summary>A generator trained with several kinds of context, beside the same trainings by <c>generator</c>.</summary>
public sealed class AblateContextsTests : IDisposable
{
    private readonly TrainingFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Each_context_has_the_bits_that_training_it_alone_gives_and_the_delay_of_its_look_ahead()
    {
        Codecs();
        var outcome = _folder.Run(Ablate("table", "none,causal,2,same", "--json"));
        using var json = JsonDocument.Parse(outcome.Output);
        var rows = json.RootElement.EnumerateArray().ToArray();
        Assert.Equal(["none", "causal", "2", "same"], rows.Select(r => r.GetProperty("context").GetString()));

        // A code of 32 samples at 8 kHz lasts 4 ms; 'same' pads kernels of 3 with dilations 1 and 2 by 1 and 2 codes on the right.
        Assert.Equal([0, 0, 2, 3], rows.Select(r => r.GetProperty("lookahead_codes").GetInt32()));
        Assert.Equal([0, 0, 8, 12], rows.Select(r => r.GetProperty("delay_ms").GetDouble()));

        // tiny.json looks 2 codes ahead.
        _folder.Run([.. Generator, "--output-dir", "ahead"]);
        _folder.Run([.. Generator, "--output-dir", "alone", "--no-context"]);
        var bits = rows.Select(r => r.GetProperty("bits_per_code").GetDouble()).ToArray();
        Assert.Equal(_folder.Metrics("alone/generator_8")[^1]["validation_bits_per_code"], bits[0], 1e-5);
        Assert.Equal(_folder.Metrics("ahead/generator_8")[^1]["validation_bits_per_code"], bits[2], 1e-5);
        Assert.Equal(4, bits.Distinct().Count());
        Assert.True(bits[2] < bits[0], $"{bits[2]} bits with a context, {bits[0]} without");
        Assert.True(bits[3] < bits[0], $"{bits[3]} bits with a context, {bits[0]} without");

        var unigram = UnigramOfHeldOutCodes();
        for (var i = 0; i < rows.Length; i++)
        {
            Assert.Equal(unigram, rows[i].GetProperty("unigram_bits").GetDouble(), 1e-5);
            Assert.Equal(unigram - bits[i], rows[i].GetProperty("gain_bits").GetDouble(), 1e-5);
            Assert.Equal(bits[0] - bits[i], rows[i].GetProperty("gain_over_none_bits").GetDouble(), 1e-5);
            Assert.Equal(120, rows[i].GetProperty("steps").GetInt64());
        }

        // The corpus was encoded once for all.
        Assert.True(Directory.Exists(_folder["table/codes"]));
        Assert.False(Directory.Exists(_folder["table/none/codes"]));
        Assert.Equal(outcome.Output, File.ReadAllText(_folder["table/contexts.json"]));
        var table = File.ReadAllLines(_folder["table/contexts.txt"]);
        Assert.Equal(5, table.Length);
        Assert.StartsWith("same", table[4], StringComparison.Ordinal);
        Assert.Contains("12.0", table[4], StringComparison.Ordinal);

        BrokenOffItGoesOnToTheSame(outcome.Output);
    }

    [Fact]
    public void Ctrl_C_keeps_what_is_trained_and_prints_no_table()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Sends a Unix signal.");
        Codecs();
        var outcome = TrainProgram.RunAndInterrupt(
            _folder.Path,
            () => Directory.Exists(_folder["table/none/generator_8"]),
            WithSteps(1_000_000, Ablate("table", "none,causal"))
        );
        Assert.Equal(130, outcome.ExitCode);
        Assert.Equal("", outcome.Output);
        Assert.Contains("Interrupted; '--resume' goes on.", outcome.Error, StringComparison.Ordinal);
        Assert.True(_folder.StepOf("table/none/generator_8") >= 0);
        Assert.False(File.Exists(_folder["table/contexts.json"]));
    }

    [Fact]
    public void Without_the_row_none_nothing_is_compared_with_it()
    {
        Codecs();
        var lines = _folder.Run(WithSteps(4, Ablate("table", "2,causal"))).Output.TrimEnd('\n').Split('\n');
        Assert.Equal(3, lines.Length);
        Assert.EndsWith(" -", lines[1]);
        Assert.EndsWith(" -", lines[2]);
    }

    [Theory]
    [InlineData("none,loud", "'loud'")]
    [InlineData("none,-1", "'-1'")]
    [InlineData("causal,0", "'causal' twice")]
    [InlineData("none,70000", "lookahead is out of range")]
    [InlineData("none", "vqvae_8_encoder")]
    [InlineData("none", "generator_32 is the coarsest", "generator_32")]
    [InlineData("none", "There is no generator_9", "generator_9")]
    public void What_cannot_be_compared_is_refused_in_one_sentence(string contexts, string part, string generator = "generator_8")
    {
        var arguments = Ablate("table", contexts);
        arguments[Array.IndexOf(arguments, "generator_8")] = generator;
        var outcome = _folder.Try(arguments);
        Assert.Equal(1, outcome.ExitCode);
        Assert.Equal("", outcome.Output);
        var last = outcome.Error.TrimEnd('\n').Split('\n')[^1];
        Assert.Contains(part, last, StringComparison.Ordinal);
        Assert.EndsWith(".", last, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder["table/none"]));
    }

    private static string[] Generator => ["generator", "--generator", "generator_8", .. Training];

    private static string[] Training =>
        [
            .. TrainingFolder.HeldOut,
            "--batch-size",
            "8",
            "--input-length",
            "4096",
            "--chunk",
            "32",
            "--steps",
            "120",
            "--learning-rate",
            "1e-2",
        ];

    private static string[] Ablate(string output, string contexts, params string[] more) =>
        ["ablate-contexts", "--generator", "generator_8", .. Training, "--output-dir", output, "--contexts", contexts, .. more];

    private static string[] WithSteps(int steps, string[] arguments)
    {
        arguments[Array.IndexOf(arguments, "--steps") + 1] = steps.ToString(CultureInfo.InvariantCulture);
        return arguments;
    }

    private void Codecs()
    {
        foreach (var level in new[] { "32", "8" })
        {
            _folder.Run([
                "vqvae",
                "--model",
                $"vqvae_{level}",
                .. TrainingFolder.Data,
                "--batch-size",
                "4",
                "--input-length",
                "1024",
                "--steps",
                "60",
                "--unquantized-steps",
                "20",
            ]);
        }
    }

    private void BrokenOffItGoesOnToTheSame(string whole)
    {
        _folder.Run(Ablate("parts", "none,causal"));
        var trained = _folder["parts/none/generator_8_checkpoint.safetensors"];
        var written = File.GetLastWriteTimeUtc(trained);
        Assert.Equal(whole, _folder.Run(Ablate("parts", "none,causal,2,same", "--json", "--resume")).Output);
        Assert.Equal(written, File.GetLastWriteTimeUtc(trained));
    }

    // The codes that the generator is asked for, from the second on, as they lie in their file.
    private double UnigramOfHeldOutCodes()
    {
        using var audio = new U16File(_folder["held/piece0.u16"]);
        var folder = Assert.Single(Directory.GetDirectories(_folder["table/codes"], "vqvae_8-*"));
        var file = Directory.GetFiles(folder).Single(f => new FileInfo(f).Length == audio.Length / 8 * 2 && f.Contains("piece0"));
        var codes = File.ReadAllBytes(file).Chunk(2).Select(b => BitConverter.ToUInt16(b)).ToArray();
        var asked = codes.Skip(1).Take((codes.Length - 1) / 4 * 4).ToArray();
        return -asked.GroupBy(c => c).Sum(g => (double)g.Count() / asked.Length * Math.Log2((double)g.Count() / asked.Length));
    }
}
