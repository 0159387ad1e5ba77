using System.Globalization;
using VQWave.Models;
using VQWave.Safetensors;
using VQWave.TestSupport;

namespace VQWave.Training.Tests.Commands;

/// <summary>A folder with music in <c>data</c> and <c>held</c> and a configuration <c>tiny.json</c>, in which the program is run.</summary>
internal sealed class TrainingFolder : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public TrainingFolder()
    {
        Music.Write(_folder["data"], 40_000, 24_000);
        Music.Write(_folder["held"], 24_000);
        File.WriteAllText(_folder["tiny.json"], HierarchyConfigurationJson.Serialize(TinyHierarchy.Create()));
    }

    /// <summary>Options that name the music and the configuration.</summary>
    public static string[] Data => ["--data-dir", "data", "--preset", "tiny.json"];

    /// <summary>The same, with music that is held out.</summary>
    public static string[] HeldOut => [.. Data, "--validation-dir", "held"];

    public string Path => _folder.Path;

    public string this[string name] => _folder[name];

    public void Dispose() => _folder.Dispose();

    /// <summary>Runs the program, whatever comes of it.</summary>
    public Outcome Try(params string[] arguments) => TrainProgram.Run(Path, arguments);

    /// <summary>Runs the program, which has to succeed.</summary>
    public Outcome Run(params string[] arguments) => Try(arguments).AssertSuccess();

    /// <summary>Epochs that a run in <c>OUTPUT/NAME</c> has written down.</summary>
    public int Epochs(string run) =>
        File.Exists(_folder[$"{run}/metrics.csv"]) ? File.ReadAllLines(_folder[$"{run}/metrics.csv"]).Length - 1 : 0;

    /// <summary>Figures of each epoch of a run by their columns; without those that are empty.</summary>
    public Dictionary<string, double>[] Metrics(string run)
    {
        var lines = File.ReadAllLines(_folder[$"{run}/metrics.csv"]);
        var columns = lines[0].Split(',');
        return
        [
            .. lines
                .Skip(1)
                .Select(l =>
                    columns
                        .Zip(l.Split(','))
                        .Where(p => p.Second.Length > 0)
                        .ToDictionary(p => p.First, p => double.Parse(p.Second, CultureInfo.InvariantCulture))
                ),
        ];
    }

    /// <summary>The metrics of a run as text, without the column that no two runs have equal.</summary>
    public string[] MetricsWithoutTime(string run)
    {
        var lines = File.ReadAllLines(_folder[$"{run}/metrics.csv"]);
        var seconds = Array.IndexOf(lines[0].Split(','), "seconds");
        return [.. lines.Select(l => string.Join(',', l.Split(',').Where((_, i) => i != seconds)))];
    }

    /// <summary>The step of a run's checkpoint; -1 where there is none.</summary>
    public long StepOf(string run)
    {
        var checkpoint = _folder[$"{run}_checkpoint.safetensors"];
        return File.Exists(checkpoint) ? BitConverter.ToInt64(SafetensorsFile.Read(checkpoint)["state.step"].Data) : -1;
    }
}
