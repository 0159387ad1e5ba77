namespace VQWave.Controls;

/// <summary>A named set of parameter values. What it does not name is set to its default. Immutable.</summary>
public sealed record Preset
{
    private readonly string name = "";
    private readonly IReadOnlyDictionary<ParameterId, float> values = new Dictionary<ParameterId, float>();

    /// <summary>The longest name.</summary>
    public const int MaximumNameLength = 64;

    /// <summary>The name: not blank, on one line, at most 64 letters.</summary>
    /// <exception cref="VQWaveException">The name is unfit.</exception>
    public required string Name
    {
        get => name;
        init => name = CheckName(value);
    }

    /// <summary>The MIDI program that chooses it, 0 to 127; null where it has none.</summary>
    public int? Program { get; init; }

    /// <summary>Whether it comes with VQWave.</summary>
    public bool IsFactory { get; init; }

    /// <summary>Plain values by parameter.</summary>
    public IReadOnlyDictionary<ParameterId, float> Values
    {
        get => values;
        init => values = new SortedDictionary<ParameterId, float>(value.ToDictionary(v => v.Key, v => v.Value));
    }

    /// <summary>A preset of the present values of all parameters that presets hold.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="values">The values.</param>
    public static Preset Capture(string name, ParameterValues values) =>
        new() { Name = name, Values = values.Table.Parameters.Where(p => p.IsInPresets).ToDictionary(p => p.Id, p => values[p.Id]) };

    /// <summary>
    /// Sets the values, as one change: those that it names, and the defaults of all others that presets hold. The buffer, bypass and reset
    /// stay as they are, and what is locked. Real-time safe.
    /// </summary>
    public void ApplyTo(ParameterValues target)
    {
        target.BeginChange();
        for (var i = 0; i < target.Table.Count; i++)
        {
            var definition = target.Table.Parameters[i];
            if (definition.IsInPresets && !target.IsLocked(i))
            {
                target.Set(i, values.TryGetValue(definition.Id, out var value) ? value : definition.Default);
            }
        }

        target.EndChange();
    }

    /// <summary>Checks a name.</summary>
    /// <exception cref="VQWaveException">It is unfit.</exception>
    internal static string CheckName(string? name)
    {
        var trimmed = name?.Trim() ?? "";
        return trimmed.Length is > 0 and <= MaximumNameLength && !trimmed.Any(char.IsControl)
            ? trimmed
            : throw new VQWaveException(
                $"'{trimmed.ReplaceLineEndings(" ")}' is no name for a preset: give 1 to {MaximumNameLength} letters on one line."
            );
    }
}
