namespace VQWave.Vst3;

/// <summary>A parameter that is one of several names.</summary>
public sealed class Vst3ListParameter : Vst3Parameter
{
    private readonly string[] _names;

    /// <summary>Makes a parameter.</summary>
    /// <param name="id">Id.</param>
    /// <param name="title">Name to show.</param>
    /// <param name="names">Two names or more.</param>
    /// <param name="defaultIndex">Default.</param>
    /// <exception cref="ArgumentException">Fewer than two names.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The default is not one of them.</exception>
    public Vst3ListParameter(uint id, string title, IReadOnlyList<string> names, int defaultIndex = 0)
        : base(
            id,
            title,
            names is { Count: >= 2 }
                ? defaultIndex / (double)(names.Count - 1)
                : throw new ArgumentException($"'{title}' needs two names or more.", nameof(names))
        )
    {
        _names = [.. names];
        StepCount = _names.Length - 1;
        Flags = Vst3ParameterFlags.CanAutomate | Vst3ParameterFlags.IsList;
    }

    /// <summary>The names.</summary>
    public IReadOnlyList<string> Names => _names;

    /// <summary>The choice of a normalised value, as the interface defines it: each choice has an equal share of 0 to 1.</summary>
    public int ToIndex(double normalized) => Math.Clamp((int)(normalized * _names.Length), 0, _names.Length - 1);

    /// <inheritdoc/>
    public override double ToPlain(double normalized) => ToIndex(normalized);

    /// <inheritdoc/>
    public override double ToNormalized(double plain) => plain / StepCount;

    /// <inheritdoc/>
    public override string ToText(double normalized) => _names[ToIndex(normalized)];

    /// <inheritdoc/>
    public override bool TryParse(string text, out double normalized)
    {
        ArgumentNullException.ThrowIfNull(text);
        int index = Array.FindIndex(_names, name => name.Equals(text.Trim(), StringComparison.OrdinalIgnoreCase));
        normalized = index < 0 ? 0 : index / (double)StepCount;
        return index >= 0 || base.TryParse(text, out normalized);
    }
}
