using System.Text.Json;
using VQWave.Models;
using VQWave.TestSupport;

namespace VQWave.Training.Tests.Commands;

/// <summary>Files that are no whole <c>.u16</c> files, beside good ones.</summary>
public sealed class DamagedDataTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public DamagedDataTests()
    {
        Music.Write(_folder["data"], 24_000, 24_000);
        File.WriteAllBytes(_folder["data/odd.u16"], new byte[40_001]);
        File.CreateSymbolicLink(_folder["data/gone.u16"], _folder["nowhere.u16"]);
        File.WriteAllText(_folder["tiny.json"], HierarchyConfigurationJson.Serialize(TinyHierarchy.Create()));
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Training_and_evaluation_name_them_and_go_on_with_the_others()
    {
        foreach (var level in new[] { "8", "32" })
        {
            AssertNamed(Run("vqvae", "--model", $"vqvae_{level}", "--input-length", "1024", "--steps", "6", "--unquantized-steps", "2"));
        }

        AssertNamed(Run("generator", "--generator", "generator_8", "--input-length", "4096", "--steps", "2"));
        var evaluation = Run("evaluate", "--weights-dir", "weights", "--levels", "8", "--json");
        AssertNamed(evaluation);
        using var figures = JsonDocument.Parse(evaluation.Output);
        Assert.Equal(2, figures.RootElement.GetProperty("files").GetInt32());
        Assert.Equal(2, figures.RootElement.GetProperty("files_left_out").GetInt32());

        var codes = Run("bench-codes", "--vqvae-weights-dir", "weights", "--batch-size", "4", "--steps", "3", "--json");
        using var cost = JsonDocument.Parse(codes.Output);
        Assert.Equal(2 * 24_000 / 8, cost.RootElement.GetProperty("codes").GetInt64());
        Assert.True(cost.RootElement.GetProperty("read_ms").GetDouble() < cost.RootElement.GetProperty("encode_ms").GetDouble());
    }

    private static void AssertNamed(Outcome outcome)
    {
        Assert.Contains("2 damaged and left out", outcome.Error, StringComparison.Ordinal);
        Assert.Contains("odd.u16", outcome.Error, StringComparison.Ordinal);
        Assert.Contains("gone.u16", outcome.Error, StringComparison.Ordinal);
    }

    private Outcome Run(params string[] arguments) =>
        TrainProgram.Run(_folder.Path, [.. arguments, "--data-dir", "data", "--preset", "tiny.json"]).AssertSuccess();
}
