namespace VQWave.Player.Tests;

/// <summary>What a run of the program left behind.</summary>
public sealed record Outcome(int ExitCode, string Output, string Error)
{
    /// <summary>Asserts that the program refused with one sentence and nothing on standard output.</summary>
    public void AssertRefused(int exitCode, params string[] parts)
    {
        Assert.Equal(exitCode, ExitCode);
        Assert.Equal("", Output);
        var line = Assert.Single(Error.TrimEnd('\n').Split('\n'));
        Assert.EndsWith(".", line);
        Assert.DoesNotContain("   at ", line);
        Assert.DoesNotContain("Unexpected problem", line);
        Assert.All(parts, part => Assert.Contains(part, line));
    }

    public Outcome AssertSuccess()
    {
        Assert.True(ExitCode == 0, $"exit {ExitCode}: {Error}");
        return this;
    }
}
