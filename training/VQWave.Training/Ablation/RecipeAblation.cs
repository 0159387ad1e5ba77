using System.Text.Json.Nodes;
using VQWave.Training.Data;
using VQWave.Training.Evaluation;
using VQWave.Training.Training;

namespace VQWave.Training.Ablation;

/// <summary>
/// A VQ-VAE trained by several recipes on the same data, for the same steps and from the same seed, measured on the same held-out music as
/// <c>vqwave-train evaluate --weights-dir</c> does.
/// </summary>
/// <param name="options">Our options.</param>
/// <param name="recipes">In the order of the table.</param>
internal sealed class RecipeAblation(VqvaeTrainingOptions options, IReadOnlyList<AblationRecipe> recipes) : IAblation
{
    private const double SecondsOfFile = 30;
    private readonly Lazy<double> _variance = new(() =>
    {
        using var data = new U16Dataset(options.DataDirectory, options.InputLength);
        return data.EstimateVariance();
    });

    /// <inheritdoc/>
    public string FileName => "ablation";

    /// <inheritdoc/>
    public string Network => options.Level.VqvaeName;

    /// <inheritdoc/>
    public IReadOnlyList<(string Name, string Title)> Ways { get; } = [.. recipes.Select(r => (r.Name, r.Title))];

    /// <inheritdoc/>
    public JsonObject? Measure(int way, string folder, bool resume, CancellationToken cancellation)
    {
        var recipe = recipes[way];
        var own = recipe.Apply(options, _variance.Value) with { OutputDirectory = folder, Resume = resume };
        using (var trainer = new VqvaeTrainer(own))
        {
            if (!trainer.Run(cancellation))
            {
                return null;
            }
        }

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

    /// <inheritdoc/>
    public void Compare(JsonArray rows) { }

    /// <inheritdoc/>
    public void Write(JsonArray rows, TextWriter writer)
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
}
