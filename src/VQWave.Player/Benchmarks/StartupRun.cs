using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using VQWave.Player.Benchmarks.Interop;
using VQWave.Player.Commands;
using VQWave.Player.Output;

namespace VQWave.Player.Benchmarks;

/// <summary>All measurements of <c>vqwave bench startup</c>: fresh processes, cold and warm in turn.</summary>
internal sealed class StartupRun : IDisposable
{
    private readonly string program;
    private readonly string pack;
    private readonly string precision;
    private readonly string folder = Directory.CreateTempSubdirectory("vqwave-startup").FullName;
    private readonly Figures cold = new("cold");
    private readonly Figures warm = new("warm");
    private bool dropped = true;
    private int runs;

    /// <summary>Prepares the measurement; the first process, which is not counted, fills the cache of the warm ones.</summary>
    /// <param name="pack">The pack's folder.</param>
    /// <param name="precision">The precision's name.</param>
    /// <exception cref="VQWaveException">The program does not start.</exception>
    public StartupRun(string pack, string precision)
    {
        this.pack = pack;
        this.precision = precision;
        program = Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "vqwave.exe" : "vqwave");
        try
        {
            Start(WarmFolder, null);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    private string WarmFolder => Path.Combine(folder, "warm");

    /// <summary>A cold start and a warm one.</summary>
    public void Measure()
    {
        foreach (var file in Directory.EnumerateFiles(pack))
        {
            dropped &= PageCache.Drop(file);
        }

        var own = Path.Combine(folder, $"cold-{runs++}");
        Directory.CreateDirectory(own);
        Start(own, cold);
        Directory.Delete(own, recursive: true);
        Start(WarmFolder, warm);
    }

    public void Write(TextWriter output, MachineLoad machine)
    {
        var table = new TextTable(["ms", "to first sound", "p90", .. StartupPhases.Headings]);
        foreach (var figures in (Figures[])[cold, warm])
        {
            table.Add([
                figures.Name,
                Figure(figures.Total.Median),
                Figure(figures.Total.Ninth),
                .. figures.Phases.Select(p => Figure(p.Median)),
            ]);
        }

        table.Write(output);
        output.WriteLine(
            $"Medians of {cold.Total.Count} processes of each kind, in turn, from being started to the first block in the device's hands; phases have medians of their own. {machine}."
        );
        output.WriteLine(
            dropped
                ? "Cold: the pack's files were dropped from the system's memory first, and there was no cache of optimised graphs; the program and .NET stayed in memory. Warm: both were there."
                : "Cold: there was no cache of optimised graphs; this system does not drop files from its memory when it is told to. Warm: there was one."
        );
    }

    public JsonObject ToJson(MachineLoad machine) =>
        new()
        {
            ["pack"] = pack,
            ["precision"] = precision,
            ["windows"] = cold.Total.Count,
            ["pages_dropped"] = dropped,
            ["machine"] = machine.ToString(),
            ["machine_busy"] = Json.Number(machine.Busy),
            ["cold"] = cold.ToJson(),
            ["warm"] = warm.ToJson(),
        };

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private void Start(string ownFolder, Figures? figures)
    {
        var start = new ProcessStartInfo(program) { RedirectStandardOutput = true, UseShellExecute = false };
        var now = Stopwatch.GetTimestamp().ToString(CultureInfo.InvariantCulture);
        string[] arguments = ["bench", "startup", "--model", pack, "--precision", precision, "--started", now, "--folder", ownFolder];
        Array.ForEach(arguments, start.ArgumentList.Add);
        try
        {
            using var process = Process.Start(start)!;
            var line = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            if (process.ExitCode != 0 || JsonNode.Parse(line) is not { } phases)
            {
                throw new VQWaveException("A process that was to be measured has failed: see its message above.");
            }

            figures?.Add([.. StartupPhases.Names.Select(name => phases[name]!.GetValue<double>())]);
        }
        catch (Win32Exception e)
        {
            throw new VQWaveException($"{program} does not start: {e.Message}.", e);
        }
    }

    private static string Figure(double milliseconds) => milliseconds.ToString("F0", CultureInfo.InvariantCulture);

    /// <summary>One kind of start.</summary>
    private sealed class Figures(string name)
    {
        public string Name => name;

        public Windows Total { get; } = new();

        public IReadOnlyList<Windows> Phases { get; } = [.. StartupPhases.Names.Select(_ => new Windows())];

        public void Add(IReadOnlyList<double> milliseconds)
        {
            Total.Add(milliseconds.Sum());
            for (var i = 0; i < Phases.Count; i++)
            {
                Phases[i].Add(milliseconds[i]);
            }
        }

        public JsonObject ToJson()
        {
            var phases = new JsonObject();
            foreach (var (phase, windows) in StartupPhases.Names.Zip(Phases))
            {
                phases[phase] = Json.Number(windows.Median);
            }

            return new JsonObject
            {
                ["first_sound_ms"] = Json.Number(Total.Median),
                ["first_sound_p90_ms"] = Json.Number(Total.Ninth),
                ["phases_ms"] = phases,
            };
        }
    }
}
