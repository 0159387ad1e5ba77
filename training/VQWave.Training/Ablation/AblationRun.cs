using System.Text.Json.Nodes;
using VQWave.Training.Data;
using VQWave.Training.Evaluation;
using VQWave.Training.Training;

namespace VQWave.Training.Ablation;

/// <summary>
/// Trains one level by several recipes on the same data, for the same steps and from the same seed, and measures each on the same held-out music as
/// <c>vqwave-train evaluate --weights-dir</c> does.
/// </summary>
/// <param name="options">Our options; each recipe trains in a folder of its name below the output folder.</param>
internal sealed class AblationRun(VqvaeTrainingOptions options)
{
    private const double SecondsOfFile = 30;

    /// <summary>Trains and measures.</summary>
    /// <param name="recipes">In the order of the table.</param>
    /// <param name="cancellation">Ends it; what is trained by then is gone on from with the options' Resume.</param>
    /// <returns>The figures; null when interrupted.</returns>
    /// <exception cref="VQWaveException">Options or data are not usable.</exception>
    public JsonArray? Run(IReadOnlyList<AblationRecipe> recipes, CancellationToken cancellation)
    {
        var rows = new JsonArray();
        double variance;
        using (var data = new U16Dataset(options.DataDirectory, options.InputLength))
        {
            variance = data.EstimateVariance();
        }

        foreach (var recipe in recipes)
        {
            Console.Error.WriteLine($"{recipe.Name}: {recipe.Title}");
            var folder = Path.Combine(options.OutputDirectory, recipe.Name);
            var own = recipe.Apply(options, variance) with
            {
                OutputDirectory = folder,
                Resume = options.Resume && File.Exists(TrainingState.PathIn(folder, options.Level.VqvaeName)),
            };
            using (var trainer = new VqvaeTrainer(own))
            {
                if (!trainer.Run(cancellation))
                {
                    return null;
                }
            }

            rows.Add(Measure(recipe, own, cancellation));
        }

        AtomicFile.WriteText(Path.Combine(options.OutputDirectory, "ablation.json"), EvaluationJson.Text(rows) + "\n");
        using var text = new StringWriter();
        Write(rows, text);
        AtomicFile.WriteText(Path.Combine(options.OutputDirectory, "ablation.txt"), text.ToString());
        return rows;
    }

    /// <summary>The figures as a table.</summary>
    public static void Write(JsonArray rows, TextWriter writer)
    {
        var table = new FigureTable("recipe", "SI-SDR dB", "LSD dB", "convergence", "codes used", "perplexity", "effective bits");
        foreach (var row in rows)
        {
            table.Add(
                (string)row!["recipe"]!,
                FigureTable.Cell((double?)row["si_sdr_db"] ?? double.NaN, 2),
                FigureTable.Cell((double?)row["lsd_db"] ?? double.NaN, 2),
                FigureTable.Cell((double?)row["spectral_convergence"] ?? double.NaN, 4),
                $"{row["codes_used"]}",
                FigureTable.Cell((double?)row["perplexity"] ?? double.NaN, 1),
                FigureTable.Cell((double?)row["entropy_bits"] ?? double.NaN, 2)
            );
        }

        table.Write(writer);
    }

    private static JsonObject Measure(AblationRecipe recipe, VqvaeTrainingOptions own, CancellationToken cancellation)
    {
        // The last epoch of each, not the best: both have had the same steps.
        using var data = new U16Dataset(own.ValidationDirectory!, own.Configuration.Coarsest.Compression);
        var excerpts = Excerpt.Of(data, own.Configuration.Coarsest.Compression, (long)(SecondsOfFile * own.Configuration.SampleRate));
        var evaluator = new HierarchyEvaluator(
            own.Configuration,
            level => new WeightsCodec(own.Configuration, level, own.OutputDirectory, own.Epochs, own.Threads)
        );
        var figures = evaluator.Evaluate(excerpts, [own.LevelIndex], 0, cancellation)[0];
        var row = new JsonObject
        {
            ["recipe"] = recipe.Name,
            ["title"] = recipe.Title,
            ["steps"] = own.TotalSteps,
            ["seed"] = own.Seed,
        };
        foreach (var (name, value) in EvaluationJson.Compact(figures))
        {
            row[name] = value?.DeepClone();
        }

        return row;
    }
}
