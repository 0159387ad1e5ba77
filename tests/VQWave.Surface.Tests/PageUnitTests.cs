using System.Diagnostics;
using VQWave.Player.Tests;

namespace VQWave.Surface.Tests;

/// <summary>The page's own tests and its types, by its own tools.</summary>
public sealed class PageUnitTests(ITestOutputHelper log)
{
    [Theory]
    [InlineData("test")]
    [InlineData("check")]
    public void The_page_passes(string script)
    {
        var repository = new DirectoryInfo(AppContext.BaseDirectory);
        while (repository is not null && !File.Exists(Path.Combine(repository.FullName, "VQWave.sln")))
        {
            repository = repository.Parent;
        }

        var page = Path.Combine(repository!.FullName, "src", "VQWave.Surface", "page");
        Assert.True(Directory.Exists(Path.Combine(page, "node_modules")), "The page's tools are not installed: 'make page' does it.");
        ProcessStartInfo start = new("npm")
        {
            WorkingDirectory = page,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        foreach (var argument in (string[])["run", "--silent", script])
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment["NO_COLOR"] = "1";
        var outcome = PlayerFixture.Run(start);
        log.WriteLine(outcome.Output);
        Assert.True(outcome.ExitCode == 0, outcome.Output + outcome.Error);
    }
}
