using System.Globalization;
using VQWave.Models;

namespace VQWave.Training.Ablation;

/// <summary>What a generator is told of the next coarser level.</summary>
/// <param name="Padding">How its context network sees ahead; null for no context network.</param>
internal readonly record struct ContextKind(Padding? Padding)
{
    /// <summary>What <c>--contexts</c> and the table call it: <c>none</c>, <c>causal</c>, <c>same</c> or a number of codes.</summary>
    public string Name => Padding?.ToString() ?? "none";

    /// <summary>Reads names, separated by commas.</summary>
    /// <exception cref="VQWaveException">A name is unknown or given twice.</exception>
    public static IReadOnlyList<ContextKind> ParseAll(string names)
    {
        var kinds = new List<ContextKind>();
        foreach (var name in names.Split(',', StringSplitOptions.TrimEntries))
        {
            var kind = Parse(name);
            if (kinds.Contains(kind))
            {
                throw new VQWaveException($"--contexts names '{kind.Name}' twice.");
            }

            kinds.Add(kind);
        }

        return kinds;
    }

    private static ContextKind Parse(string name) =>
        name switch
        {
            "none" => new ContextKind(null),
            "causal" => new ContextKind(Models.Padding.Causal),
            "same" => new ContextKind(Models.Padding.Same),
            _ when int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var codes) => new ContextKind(
                Models.Padding.Lookahead(codes)
            ),
            _ => throw new VQWaveException(
                $"--contexts '{name}' is unknown; it takes none, causal, same, or how many codes to look ahead."
            ),
        };
}
