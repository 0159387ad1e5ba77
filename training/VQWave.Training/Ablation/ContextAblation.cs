using System.Globalization;
using System.Text.Json.Nodes;
using VQWave.Models;
using VQWave.Training.Evaluation;
using VQWave.Training.Training;

namespace VQWave.Training.Ablation;

/// <summary>
/// A generator trained with several kinds of context on the same codes, for the same steps and from the same seed: the held-out bits per code that each saves, and
/// the delay of the coarser levels' controls in live play that its look ahead costs.
/// </summary>
internal sealed class ContextAblation : IAblation
{
    private readonly IReadOnlyList<ContextKind> _kinds;
    private readonly GeneratorTrainingOptions[] _options;
    private readonly ModelLookahead[] _lookahead;

    /// <summary>Prepares the comparison.</summary>
    /// <param name="options">The options of all, with the configuration that the kinds change. The codes are kept in the output folder, once for all.</param>
    /// <param name="kinds">In the order of the table.</param>
    /// <exception cref="VQWaveException">The level has no coarser one, or a look ahead is out of range.</exception>
    public ContextAblation(GeneratorTrainingOptions options, IReadOnlyList<ContextKind> kinds)
    {
        if (options.Level.Generator.Context is null)
        {
            throw new VQWaveException(
                $"{options.Level.GeneratorName} is the coarsest of '{options.Configuration.Name}': there is no context to compare; choose a finer level."
            );
        }

        _kinds = kinds;
        _options = [.. kinds.Select(k => With(options with { CodesDirectory = Path.Combine(options.OutputDirectory, "codes") }, k))];
        _lookahead = [.. kinds.Select((k, i) => k.Padding is null ? ModelLookahead.None : LookaheadOf(_options[i]))];
        var coarser = options.Configuration.Levels[options.LevelIndex - 1];
        Ways = [.. kinds.Zip(_lookahead, (k, l) => (k.Name, Title(k, l, coarser)))];
    }

    /// <inheritdoc/>
    public string FileName => "contexts";

    /// <inheritdoc/>
    public string Network => _options[0].Level.GeneratorName;

    /// <inheritdoc/>
    public IReadOnlyList<(string Name, string Title)> Ways { get; }

    /// <inheritdoc/>
    public JsonObject? Measure(int way, string folder, bool resume, CancellationToken cancellation)
    {
        var own = _options[way] with { OutputDirectory = folder, Resume = resume };
        using var trainer = new GeneratorTrainer(own, cancellation);

        // The last epoch of each, not the best: all have had the same steps.
        if (!trainer.Run(cancellation) || trainer.Validate(cancellation: cancellation) is not { } figures)
        {
            return null;
        }

        return new JsonObject
        {
            ["context"] = _kinds[way].Name,
            ["lookahead_codes"] = _lookahead[way].Codes,
            ["delay_ms"] = EvaluationJson.Number(1000 * _lookahead[way].Seconds),
            ["bits_per_code"] = EvaluationJson.Number(figures.BitsPerCode),
            ["unigram_bits"] = EvaluationJson.Number(figures.UnigramBits),
            ["gain_bits"] = EvaluationJson.Number(figures.UnigramBits - figures.BitsPerCode),
            ["held_out_codes"] = figures.Codes,
            ["steps"] = own.TotalSteps,
            ["seed"] = own.Seed,
        };
    }

    /// <inheritdoc/>
    public void Compare(JsonArray rows)
    {
        var none = rows.FirstOrDefault(r => (string)r!["context"]! == new ContextKind(null).Name);
        foreach (var row in rows)
        {
            row!["gain_over_none_bits"] = EvaluationJson.Number((double?)none?["bits_per_code"] - (double?)row["bits_per_code"]);
        }
    }

    /// <inheritdoc/>
    public void Write(JsonArray rows, TextWriter writer)
    {
        var table = new FigureTable("context", "lookahead codes", "delay ms", "bits/code", "gain on unigram", "gain on none");
        foreach (var row in rows)
        {
            table.Add(
                (string)row!["context"]!,
                $"{row["lookahead_codes"]}",
                FigureTable.Cell((double?)row["delay_ms"], 1),
                FigureTable.Cell((double?)row["bits_per_code"], 3),
                FigureTable.Cell((double?)row["gain_bits"], 3),
                FigureTable.Cell((double?)row["gain_over_none_bits"], 3)
            );
        }

        table.Write(writer);
    }

    private static GeneratorTrainingOptions With(GeneratorTrainingOptions options, ContextKind kind)
    {
        if (kind.Padding is not { } padding)
        {
            return options with { WithoutContext = true };
        }

        var levels = options.Configuration.Levels.ToArray();
        var generator = options.Level.Generator;
        levels[options.LevelIndex] = options.Level with
        {
            Generator = generator with { Context = generator.Context! with { Padding = padding } },
        };
        var configuration = options.Configuration with { Levels = levels };
        configuration.Validate();
        return options with { Configuration = configuration };
    }

    private static ModelLookahead LookaheadOf(GeneratorTrainingOptions options) =>
        ModelLookahead.Of(options.Configuration, options.LevelIndex) ?? ModelLookahead.None;

    private static string Title(ContextKind kind, ModelLookahead lookahead, LevelConfiguration coarser) =>
        kind.Padding is null
            ? "no context network"
            : string.Create(
                CultureInfo.InvariantCulture,
                $"a context network that looks {lookahead.Codes} codes of {coarser.Name}x ahead, {1000 * lookahead.Seconds:0.0} ms"
            );
}
