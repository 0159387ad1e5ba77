using System.Text.Json.Nodes;
using VQWave.Training.Data;
using VQWave.Training.Evaluation;
using VQWave.Training.Training;

namespace VQWave.Training.Ablation;

/// <summary>Trains one network in several ways, each in a folder of its name, and keeps a table of what was measured.</summary>
internal static class AblationRun
{
    /// <summary>Trains and measures.</summary>
    /// <param name="ablation">What is compared.</param>
    /// <param name="output">Receives the folders and the table.</param>
    /// <param name="resume">Whether ways that have begun there are gone on with.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>The figures; null when interrupted.</returns>
    /// <exception cref="VQWaveException">Options or data are not usable, or something cannot be written.</exception>
    public static JsonArray? Run(IAblation ablation, string output, bool resume, CancellationToken cancellation)
    {
        var rows = new JsonArray();
        for (var way = 0; way < ablation.Ways.Count; way++)
        {
            var (name, title) = ablation.Ways[way];
            Console.Error.WriteLine($"{name}: {title}");
            var folder = Path.Combine(output, name);
            var goesOn = resume && File.Exists(TrainingState.PathIn(folder, ablation.Network));
            if (ablation.Measure(way, folder, goesOn, cancellation) is not { } row)
            {
                return null;
            }

            rows.Add(row);
        }

        ablation.Compare(rows);
        AtomicFile.WriteText(Path.Combine(output, ablation.FileName + ".json"), EvaluationJson.Text(rows) + "\n");
        using var text = new StringWriter();
        ablation.Write(rows, text);
        AtomicFile.WriteText(Path.Combine(output, ablation.FileName + ".txt"), text.ToString());
        return rows;
    }
}
