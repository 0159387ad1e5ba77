using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using VQWave.Devices.Tests;
using VQWave.TestSupport;

namespace VQWave.Player.Tests.Live;

/// <summary>The program on a terminal: util-linux's 'script' gives it one.</summary>
public sealed class TerminalProgramTests(PlayerFixture player) : IDisposable
{
    private const string Enter = "\u001b[?1049h";
    private const string Leave = "\u001b[?1049l";
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Keys_are_obeyed_and_the_terminal_is_left_as_it_was()
    {
        Directory.CreateDirectory(folder["takes"]);
        using var process = Start("--seconds", "120");
        var screen = new StringBuilder();
        var reader = new Thread(() => Read(process, screen)) { IsBackground = true };
        reader.Start();
        WaitFor("Tiny");
        // Help, and away with it; notes; back to the beginning of the piece; a take.
        Press("h");
        WaitFor("freeze on, off");
        Press("h");
        Press("m");
        WaitFor("notes");
        Press("r");
        Press("R");
        Wait.For(() => Directory.GetFiles(folder["takes"]).Length > 0, "the take's file", 60);
        // It would be a pity to lose it by a slip.
        Press("q");
        WaitFor("q again ends it and quits");
        Press("q");
        Assert.True(process.WaitForExit(TimeSpan.FromSeconds(60)), "It does not end.");
        Assert.True(reader.Join(TimeSpan.FromSeconds(10)));
        Assert.Equal(0, process.ExitCode);
        var all = Text();
        Assert.Equal(1, Count(all, Enter));
        Assert.Equal(1, Count(all, Leave));
        Assert.True(all.IndexOf(Enter, StringComparison.Ordinal) < all.IndexOf(Leave, StringComparison.Ordinal));
        // The cursor is seen again.
        Assert.True(all.LastIndexOf("\u001b[?25h", StringComparison.Ordinal) > all.LastIndexOf("\u001b[?25l", StringComparison.Ordinal));
        Assert.DoesNotContain("Unhandled exception", all);
        Assert.EndsWith(".wav", Assert.Single(Directory.GetFiles(folder["takes"])));

        void Press(string key)
        {
            process.StandardInput.Write(key);
            process.StandardInput.Flush();
        }

        void WaitFor(string text) => Wait.For(() => Text().Contains(text, StringComparison.Ordinal), $"'{text}' on the screen", 60);

        string Text()
        {
            lock (screen)
            {
                return screen.ToString();
            }
        }
    }

    private static void Read(Process process, StringBuilder screen)
    {
        var block = new char[4096];
        for (int count; (count = process.StandardOutput.Read(block)) > 0; )
        {
            lock (screen)
            {
                screen.Append(block, 0, count);
            }
        }
    }

    private static int Count(string text, string part) => text.Split(part).Length - 1;

    private Process Start(params string[] options)
    {
        var start = player.Describe(folder.Path, []);
        string[] words = [start.FileName, "play", "--silent", "--fresh", "--no-midi", "--takes", "takes", "--model", "tiny", .. options];
        start.ArgumentList.Add("-qec");
        start.ArgumentList.Add($"stty cols 120 rows 40; exec {string.Join(' ', words.Select(w => $"'{w}'"))}");
        start.ArgumentList.Add("/dev/null");
        start.FileName = "script";
        start.RedirectStandardInput = true;
        start.Environment["TERM"] = "xterm-256color";
        try
        {
            return OperatingSystem.IsLinux() ? Process.Start(start)! : throw new Win32Exception();
        }
        catch (Win32Exception)
        {
            Assert.Skip("There is no util-linux 'script' to give the program a terminal.");
            throw;
        }
    }
}
