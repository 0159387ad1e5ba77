using System.Diagnostics;
using System.Runtime.InteropServices;

namespace VQWave.Training.Tests.Commands;

/// <summary>The built program, run as a user runs it.</summary>
internal static class TrainProgram
{
    private const int InterruptSignal = 2;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(100);

    public static Outcome Run(string folder, params string[] arguments)
    {
        using var process = Start(folder, arguments);
        return Finish(process);
    }

    /// <summary>Starts the program and sends it what Ctrl-C sends once <paramref name="isReady"/> says so.</summary>
    public static Outcome RunAndInterrupt(string folder, Func<bool> isReady, params string[] arguments) =>
        RunAndSignal(folder, InterruptSignal, isReady, arguments);

    /// <summary>Runs the program in bash after some commands of the shell, such as <c>ulimit</c>.</summary>
    public static Outcome RunInShell(string folder, string before, params string[] arguments)
    {
        var start = new ProcessStartInfo("bash", ["-c", $"{before}; exec \"$0\" \"$@\"", ProgramPath, .. arguments])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        using var process = Process.Start(start)!;
        return Finish(process);
    }

    /// <summary>Starts the program and sends it a Unix signal once <paramref name="isReady"/> says so.</summary>
    public static Outcome RunAndSignal(string folder, int signal, Func<bool> isReady, params string[] arguments)
    {
        using var process = Start(folder, arguments);
        var watch = Stopwatch.StartNew();
        while (!isReady() && watch.Elapsed < Patience && !process.HasExited)
        {
            Thread.Sleep(20);
        }

        Assert.False(process.HasExited, $"the program ended before it could be sent signal {signal}");
        Assert.Equal(0, SendSignal(process.Id, signal));
        return Finish(process);
    }

    /// <summary>Waits for a program's end and takes what it wrote.</summary>
    public static Outcome Finish(Process process)
    {
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(Patience))
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"vqwave-train {string.Join(' ', process.StartInfo.ArgumentList)} does not end");
        }

        return new Outcome(process.ExitCode, output.Result, error.Result);
    }

    private static string ProgramPath
    {
        get
        {
            var program = Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "vqwave-train.exe" : "vqwave-train");
            Assert.True(File.Exists(program), $"{program} is not built");
            return program;
        }
    }

    /// <summary>Sends a signal.</summary>
    public static void Signal(Process process, int signal) => Assert.Equal(0, SendSignal(process.Id, signal));

    /// <summary>Starts the program, with these variables beside the test's own.</summary>
    public static Process Start(string folder, string[] arguments, params (string Name, string Value)[] variables)
    {
        var start = new ProcessStartInfo(ProgramPath, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        foreach (var (name, value) in variables)
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }

    [DllImport("libc", EntryPoint = "kill")]
    private static extern int SendSignal(int process, int signal);
}
