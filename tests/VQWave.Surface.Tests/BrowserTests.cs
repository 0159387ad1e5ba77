using VQWave.Devices.Tests;
using VQWave.TestSupport;

namespace VQWave.Surface.Tests;

/// <summary>The user's browser as the server opens it: a program that stands in for it says how it was started.</summary>
public sealed class BrowserTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly string? path = Environment.GetEnvironmentVariable("PATH");
    private readonly string? display = Environment.GetEnvironmentVariable("DISPLAY");

    public void Dispose()
    {
        Environment.SetEnvironmentVariable("PATH", path);
        Environment.SetEnvironmentVariable("DISPLAY", display);
        folder.Dispose();
    }

    [Fact]
    public void The_browser_is_on_its_own_and_may_say_what_it_likes()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Linux has xdg-open.");
        Environment.SetEnvironmentVariable("DISPLAY", ":77");
        var program = folder["xdg-open"];
        // A megabyte of complaints, as browsers write them: more than a pipe holds that nobody reads.
        File.WriteAllText(
            program,
            $"""
            #!/bin/sh
            head -c 1000000 /dev/zero >&2
            head -c 1000000 /dev/zero
            echo "$1 $(cut -d ' ' -f 6 /proc/$$/stat)" > "{folder["told"]}.partial"
            mv "{folder["told"]}.partial" "{folder["told"]}"
            """
        );
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }

        Environment.SetEnvironmentVariable("PATH", $"{folder.Path}:{path}");
        Assert.True(Browser.TryOpen("http://127.0.0.1:1/?token=a&b='c'"));
        Wait.For(() => File.Exists(folder["told"]), "the browser");
        var told = File.ReadAllText(folder["told"]).Trim().Split(' ');
        Assert.Equal("http://127.0.0.1:1/?token=a&b='c'", told[0]);
        // A session of its own: what a terminal sends to this program's is not for it.
        Assert.NotEqual(File.ReadAllText("/proc/self/stat").Split(' ')[5], told[1]);
    }

    [Fact]
    public void Without_a_browser_or_a_desktop_nothing_is_said_to_be_open()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Linux has xdg-open.");
        Environment.SetEnvironmentVariable("DISPLAY", ":77");
        Environment.SetEnvironmentVariable("PATH", folder.Path);
        Assert.False(Browser.TryOpen("http://127.0.0.1:1/"));
        Environment.SetEnvironmentVariable("PATH", path);
        Environment.SetEnvironmentVariable("DISPLAY", null);
        Environment.SetEnvironmentVariable("WAYLAND_DISPLAY", null);
        Assert.False(Browser.TryOpen("http://127.0.0.1:1/"));
    }
}
