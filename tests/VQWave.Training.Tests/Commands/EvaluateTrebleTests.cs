using System.Text.Json;
using VQWave.Training.Data;

namespace VQWave.Training.Tests.Commands;

/// <summary><c>evaluate --min-treble</c> beside files of a known share of treble, at the 8 kHz of the tiny hierarchy.</summary>
public sealed class EvaluateTrebleTests : IDisposable
{
    private const int SampleRate = 8000;
    private readonly TrainingFolder _folder = new();

    public EvaluateTrebleTests()
    {
        _folder.Run([
            "vqvae",
            "--model",
            "vqvae_8",
            "--input-length",
            "1024",
            "--steps",
            "6",
            "--unquantized-steps",
            "2",
            .. TrainingFolder.Data,
        ]);
        Directory.CreateDirectory(_folder["mixed"]);
        // Amplitudes 1 and 0.1: 1 % of the energy. 1 and 0.3: 8.3 %. 1 and 1: half.
        Write("one-percent", 0.1);
        Write("eight-percent", 0.3);
        Write("half", 1);
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("0", 3)]
    [InlineData("0.005", 3)]
    [InlineData("0.05", 2)]
    [InlineData("0.1", 1)]
    public void Files_with_too_little_energy_above_1_kHz_are_left_out_and_counted(string share, int expected)
    {
        var outcome = Evaluate(share, "--json").AssertSuccess();
        using var json = JsonDocument.Parse(outcome.Output);
        Assert.Equal(expected, json.RootElement.GetProperty("files").GetInt32());
        Assert.Equal(3 - expected, json.RootElement.GetProperty("dull_files_left_out").GetInt32());
        Assert.Equal(expected * 2.0, json.RootElement.GetProperty("seconds").GetDouble(), 0.1);
    }

    [Fact]
    public void It_is_said_in_the_report() =>
        Assert.Contains(
            "2 files, 4.0 s of mixed; 1 with under 5 % of their energy above 1000 Hz left out",
            Evaluate("0.05").AssertSuccess().Output,
            StringComparison.Ordinal
        );

    [Theory]
    [InlineData("0.9", "No file of mixed has 90 % of its energy above 1000 Hz: give a lower --min-treble.")]
    [InlineData("1.5", "--min-treble 1.5 is not a share from 0 to 1.")]
    [InlineData("-0.1", "--min-treble -0.1 is not a share from 0 to 1.")]
    public void Nothing_left_and_no_share_are_said(string share, string sentence) => Evaluate(share).AssertRefused(1, sentence);

    private Outcome Evaluate(string share, params string[] more) =>
        _folder.Try([
            "evaluate",
            "--weights-dir",
            "weights",
            "--preset",
            "tiny.json",
            "--levels",
            "8",
            "--data-dir",
            "mixed",
            $"--min-treble={share}",
            .. more,
        ]);

    private void Write(string name, double treble)
    {
        var samples = new float[2 * SampleRate];
        for (var i = 0; i < samples.Length; i++)
        {
            var phase = 2 * Math.PI * i / SampleRate;
            samples[i] = (float)(0.3 * (Math.Sin(300 * phase) + (treble * Math.Sin(2300 * phase))));
        }

        U16File.Write(_folder[$"mixed/{name}.u16"], samples);
    }
}
