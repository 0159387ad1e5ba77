using System.Text.Json.Nodes;
using VQWave.Models;
using VQWave.TestSupport;

namespace VQWave.Training.Tests.Commands;

public sealed class StepsCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public StepsCommandTests() => File.WriteAllText(_folder["tiny.json"], HierarchyConfigurationJson.Serialize(TinyHierarchy.Create()));

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_larger_network_takes_longer()
    {
        var tiny = Steps("tiny.json");
        Assert.Equal(TinyHierarchy.Create().Levels.Count, tiny.Length);
        var head = Steps("head");
        Assert.Equal(4, head.Length);
        // 512 units against a handful.
        Assert.True(head[0] > 2 * tiny[0], $"{head[0]} and {tiny[0]} µs");
    }

    [Theory]
    [InlineData("--threads", "0")]
    [InlineData("--seconds", "0")]
    [InlineData("--seconds", "NaN")]
    public void What_cannot_be_meant_is_refused(string option, string value)
    {
        var outcome = TrainProgram.Run(_folder.Path, "steps", "--preset", "tiny.json", option, value);
        Assert.NotEqual(0, outcome.ExitCode);
        Assert.Equal("", outcome.Output);
        Assert.Contains(option, outcome.Error);
    }

    private double[] Steps(string preset)
    {
        var outcome = TrainProgram.Run(_folder.Path, "steps", "--preset", preset, "--seconds", "0.2", "--json");
        Assert.True(outcome.ExitCode == 0, outcome.Error);
        return [.. JsonNode.Parse(outcome.Output)!["step_us"]!.AsArray().Select(t => t!.GetValue<double>())];
    }
}
