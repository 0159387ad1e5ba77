using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json.Nodes;
using VQWave.Models;

namespace VQWave.Player.Benchmarks;

/// <summary>The same generators stepped in libtorch, by the training program, a window at a time when it is told to.</summary>
internal sealed class TorchPeer : IDisposable
{
    private readonly Process process;

    private TorchPeer(Process process, int levels)
    {
        this.process = process;
        Microseconds = [.. Enumerable.Range(0, levels).Select(_ => new Windows())];
    }

    /// <summary>Microseconds of a step of each level, window by window.</summary>
    public IReadOnlyList<Windows> Microseconds { get; }

    /// <summary>Starts it.</summary>
    /// <param name="configuration">The hierarchy.</param>
    /// <param name="threads">libtorch's threads.</param>
    /// <param name="problem">Why it does not run; null where it does.</param>
    public static TorchPeer? Start(HierarchyConfiguration configuration, int threads, out string? problem)
    {
        if (TrainingProgram.Find() is not { } program)
        {
            problem = "vqwave-train is not built: 'make build-training' builds it";
            return null;
        }

        var file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, HierarchyConfigurationJson.Serialize(configuration));
            var start = new ProcessStartInfo(
                program,
                ["steps", "--preset", file, "--threads", $"{threads}", "--on-request", "--seconds", "0.25"]
            )
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                UseShellExecute = false,
            };
            var started = Process.Start(start)!;
            var peer = new TorchPeer(started, configuration.Levels.Count);
            // The first window warms up; the file has been read by then.
            if (peer.Measure(keep: false))
            {
                problem = null;
                return peer;
            }

            peer.Dispose();
            problem = "vqwave-train cannot step generators: see its message above";
            return null;
        }
        catch (Win32Exception e)
        {
            problem = $"vqwave-train does not start: {e.Message}";
            return null;
        }
        finally
        {
            File.Delete(file);
        }
    }

    /// <summary>Has it measure a window.</summary>
    public bool Run() => Measure(keep: true);

    public void Dispose()
    {
        process.StandardInput.Close();
        if (!process.WaitForExit(TimeSpan.FromSeconds(10)))
        {
            process.Kill(entireProcessTree: true);
        }

        process.Dispose();
    }

    private bool Measure(bool keep)
    {
        try
        {
            process.StandardInput.WriteLine();
            process.StandardInput.Flush();
        }
        catch (IOException)
        {
            return false;
        }

        if (process.StandardOutput.ReadLine() is not { } line || JsonNode.Parse(line)?["step_us"] is not JsonArray times)
        {
            return false;
        }

        for (var i = 0; keep && i < Microseconds.Count; i++)
        {
            Microseconds[i].Add(times[i]!.GetValue<double>());
        }

        return true;
    }
}
