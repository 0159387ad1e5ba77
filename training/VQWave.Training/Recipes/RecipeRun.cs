using System.Globalization;
using System.Text.RegularExpressions;
using VQWave.Training.Data;
using VQWave.Training.Training;

namespace VQWave.Training.Recipes;

/// <summary>
/// Runs the stages of a recipe in order. A stage that is complete for the same command, inputs and earlier stages is skipped; one that was broken off goes on
/// where it stood; one whose command or inputs have changed begins anew, and with it all that depend on it.
/// </summary>
/// <param name="recipe">The recipe.</param>
/// <param name="execute">Runs a command line of vqwave-train; gives its exit code.</param>
internal sealed partial class RecipeRun(Recipe recipe, Func<string[], Task<int>> execute)
{
    private readonly Dictionary<RecipeStage, string> _keys = [];

    /// <summary>Runs what is not complete.</summary>
    /// <returns>0, or the exit code of the stage that ended it.</returns>
    public async Task<int> RunAsync()
    {
        WeightFiles.PrepareDirectory(StampFolder);
        for (var i = 0; i < recipe.Stages.Count; i++)
        {
            var stage = recipe.Stages[i];
            var key = KeyOf(stage);
            var stamp = StageStamp.Read(StampPath(stage));
            var title = $"stage {i + 1} of {recipe.Stages.Count}, {stage.Name}";
            if (IsComplete(stage, stamp, key))
            {
                Console.Error.WriteLine($"{title}: complete");
                continue;
            }

            var goesOn = stamp is { Result: null } && stamp.Key == key;
            if (!goesOn)
            {
                stamp = new StageStamp(key, stage.GoesOn ? LatestBefore(stage) : 0, 0, null);

                // Before the mark: a kill between the two finds the work of the earlier stage gone and not taken for this one's.
                Forget(stage, stamp.StartEpoch);
                stamp.Write(StampPath(stage));
            }

            var resumes = goesOn && stage.Network is not null && File.Exists(TrainingState.PathIn(OutputOf(stage), stage.Network));
            Console.Error.WriteLine($"{title}: {(resumes ? "goes on" : "begins")}");
            var code = await execute(CommandLine(stage, stamp!.StartEpoch, resumes)).ConfigureAwait(false);
            if (code != 0)
            {
                Console.Error.WriteLine($"{title}: ended with exit code {code}; the same command goes on from here.");
                return code;
            }

            (stamp with { Epoch = stage.Network is null ? 0 : Epochs(stage).DefaultIfEmpty(0).Max(), Result = ResultOf(stage) }).Write(
                StampPath(stage)
            );
        }

        return 0;
    }

    /// <summary>Each stage and whether it is complete, begun or to do.</summary>
    public IEnumerable<(string Name, string State)> States()
    {
        foreach (var stage in recipe.Stages)
        {
            var key = KeyOf(stage);
            var stamp = StageStamp.Read(StampPath(stage));
            yield return (
                stage.Name,
                IsComplete(stage, stamp, key) ? "complete"
                : stamp?.Key == key && stamp.Result is null ? "begun"
                : "to do"
            );
        }
    }

    private string StampFolder => Path.Combine(recipe.Folder, "stages");

    private string[] CommandLine(RecipeStage stage, int startEpoch, bool resumes)
    {
        var line = stage.CommandLine(recipe.Replace, startEpoch);
        if (!resumes)
        {
            return line;
        }

        // The checkpoint knows where the stage began.
        var start = Array.IndexOf(line, "--start-epoch");
        return start < 0 ? [.. line, "--resume"] : [.. line[..start], .. line[(start + 2)..], "--resume"];
    }

    private string KeyOf(RecipeStage stage)
    {
        var earlier = recipe.Stages.TakeWhile(s => s != stage).Where(stage.DependsOn).Select(s => _keys[s]);
        return _keys[stage] = StageStamp.Hash([
            stage.Text,
            .. stage.Inputs.Select(i => StageStamp.HashOfContent(recipe.Replace(i))),
            .. InitialWeights(stage),
            .. earlier,
        ]);
    }

    // Of another run's folder only what this network begins from.
    private IEnumerable<string> InitialWeights(RecipeStage stage) =>
        stage.Options.GetValueOrDefault("initial-weights")?.ToString() is { } directory
            ?
            [
                StageStamp.HashOfContent(
                    recipe.Replace(directory),
                    f =>
                        Path.GetFileName(f).StartsWith($"{stage.Network}_", StringComparison.Ordinal)
                        && Path.GetFileName(f) != Path.GetFileName(TrainingState.PathIn(directory, stage.Network!))
                ),
            ]
            : [];

    private bool IsComplete(RecipeStage stage, StageStamp? stamp, string key) =>
        stamp?.Result is not null && stamp.Key == key && stamp.Result == ResultOf(stage, stamp.Epoch);

    // What later stages leave alone: prepared audio, the numbered weights of the last epoch, the graphs of a pack.
    private string ResultOf(RecipeStage stage, int? epoch = null) =>
        stage.Command switch
        {
            "import-pack" => StageStamp.HashOfContent(recipe.Replace(stage.Options["output"].ToString())),
            "prepare" => StageStamp.HashOfContent(recipe.Replace(stage.Arguments[1])),
            "vqvae" or "generator" => StageStamp.Hash(
                WeightsOf(stage)
                    .Where(w => w.Epoch == (epoch ?? Epochs(stage).DefaultIfEmpty(0).Max()))
                    .Select(w => StageStamp.HashOfContent(w.Path))
                    .Order(StringComparer.Ordinal)
            ),
            "export" => StageStamp.HashOfContent(recipe.Replace(stage.Options["output"].ToString()), f => Path.GetExtension(f) == ".onnx"),
            _ => "done",
        };

    private int LatestBefore(RecipeStage stage)
    {
        var before = recipe.Stages.TakeWhile(s => s != stage).Last(s => s.Network == stage.Network);
        return StageStamp.Read(StampPath(before))?.Epoch
            ?? throw new VQWaveException($"The stamp of stage '{before.Name}' has vanished; run the recipe again.");
    }

    // A network's checkpoint and later epochs belong to an earlier stage or to another try.
    private void Forget(RecipeStage stage, int startEpoch)
    {
        if (stage.Network is null || !Directory.Exists(OutputOf(stage)))
        {
            return;
        }

        AtomicFile.Remove(TrainingState.PathIn(OutputOf(stage), stage.Network));
        AtomicFile.Remove(BestEpoch.PathIn(OutputOf(stage), stage.Network));
        foreach (var (_, path) in WeightsOf(stage).Where(w => w.Epoch > startEpoch))
        {
            AtomicFile.Remove(path);
        }
    }

    private IEnumerable<int> Epochs(RecipeStage stage) => WeightsOf(stage).Select(w => w.Epoch);

    private IEnumerable<(int Epoch, string Path)> WeightsOf(RecipeStage stage) =>
        (Directory.Exists(OutputOf(stage)) ? Directory.GetFiles(OutputOf(stage), $"{stage.Network}_*.safetensors") : [])
            .Select(path => (Match: Numbered().Match(path), path))
            .Where(p => p.Match.Success)
            .Select(p => (int.Parse(p.Match.Groups[1].ValueSpan, CultureInfo.InvariantCulture), p.path));

    private string OutputOf(RecipeStage stage) => recipe.Replace(stage.Options["output-dir"].ToString());

    private string StampPath(RecipeStage stage) => Path.Combine(StampFolder, $"{stage.Name}.json");

    [GeneratedRegex(@"_(\d{5})\.safetensors$")]
    private static partial Regex Numbered();
}
