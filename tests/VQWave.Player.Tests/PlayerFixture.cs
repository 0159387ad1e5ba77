using System.Diagnostics;
using System.Runtime.InteropServices;
using VQWave.TestSupport;

[assembly: AssemblyFixture(typeof(VQWave.Player.Tests.PlayerFixture))]

namespace VQWave.Player.Tests;

/// <summary>The built program, run as a user runs it, with a small pack that the environment names.</summary>
public sealed class PlayerFixture : IDisposable
{
    private const int InterruptSignal = 2;
    private const int ContinueSignal = 18;
    private const int StopSignal = 19;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly TemporaryFolder models = new();
    private readonly TemporaryFolder cache = new();

    public PlayerFixture() => TinyModel.Write(models["tiny"], TinyModel.Configuration());

    public string ModelsFolder => models.Path;

    public void Dispose()
    {
        models.Dispose();
        cache.Dispose();
    }

    public Outcome Run(string folder, params string[] arguments)
    {
        using var process = Start(folder, arguments);
        return Finish(process);
    }

    /// <summary>Runs to the end what <see cref="Describe"/> has described.</summary>
    public static Outcome Run(ProcessStartInfo start)
    {
        using var process = Process.Start(start)!;
        return Finish(process);
    }

    /// <summary>Starts the program and sends it what Ctrl-C sends once <paramref name="isReady"/> says so.</summary>
    public Outcome RunAndInterrupt(string folder, Func<bool> isReady, params string[] arguments)
    {
        using var process = Start(folder, arguments);
        var watch = Stopwatch.StartNew();
        while (!isReady() && watch.Elapsed < Patience && !process.HasExited)
        {
            Thread.Sleep(20);
        }

        Assert.False(process.HasExited, "the program ended before it could be interrupted");
        Interrupt(process);
        return Finish(process);
    }

    private static Outcome Finish(Process process)
    {
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(Patience))
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"vqwave {string.Join(' ', process.StartInfo.ArgumentList)} does not end");
        }

        return new Outcome(process.ExitCode, output.Result, error.Result);
    }

    /// <summary>How the program is started: with this fixture's packs, and without the user's own settings.</summary>
    /// <param name="folder">Its working folder; settings go to the folder 'config' in it, presets to 'data'.</param>
    /// <param name="arguments">What follows its name.</param>
    public ProcessStartInfo Describe(string folder, IEnumerable<string> arguments)
    {
        var program = Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "vqwave.exe" : "vqwave");
        Assert.True(File.Exists(program), $"{program} is not built");
        var start = new ProcessStartInfo(program)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment["VQWAVE_MODELS"] = ModelsFolder;
        start.Environment["XDG_DATA_HOME"] = Path.Combine(folder, "data");
        start.Environment["XDG_CACHE_HOME"] = cache.Path;
        start.Environment["XDG_CONFIG_HOME"] = Path.Combine(folder, "config");
        start.Environment.Remove("VQWAVE_DEBUG");
        return start;
    }

    /// <summary>Starts the program.</summary>
    internal Process Start(string folder, params string[] arguments) => Process.Start(Describe(folder, arguments))!;

    /// <summary>Sends the program what Ctrl-C sends.</summary>
    internal static void Interrupt(Process process) => Assert.Equal(0, SendSignal(process.Id, InterruptSignal));

    /// <summary>Halts the program where it stands, or lets it go on.</summary>
    internal static void Halt(Process process, bool isHalted) =>
        Assert.Equal(0, SendSignal(process.Id, isHalted ? StopSignal : ContinueSignal));

    [DllImport("libc", EntryPoint = "kill")]
    private static extern int SendSignal(int process, int signal);
}
