namespace VQWave.Training.Tests.Commands;

/// <summary>What a run of the program left behind.</summary>
internal sealed record Outcome(int ExitCode, string Output, string Error)
{
    /// <summary>Asserts that the program refused with one sentence and nothing on standard output.</summary>
    public void AssertRefused(int exitCode, params string[] parts)
    {
        Assert.True(exitCode == ExitCode, $"exit {ExitCode}: {Error}");
        Assert.Equal("", Output);
        var line = Assert.Single(Error.TrimEnd('\n').Split('\n'));
        Assert.EndsWith(".", line);
        Assert.DoesNotContain("   at ", line);
        Assert.All(parts, part => Assert.Contains(part, line));
    }

    public Outcome AssertSuccess()
    {
        Assert.True(ExitCode == 0, $"exit {ExitCode}: {Error}");
        return this;
    }
}
