using System.Globalization;

namespace VQWave.Controls;

/// <summary>
/// One parameter: its number, names, range and texts. Values are plain (in the parameter's unit) or normalised (0 to 1, as hosts and
/// MIDI controllers have them).
/// </summary>
/// <remarks>
/// Immutable and safe on any thread. The conversions between numbers are real-time safe; those from and to text allocate.
/// </remarks>
public sealed class ParameterDefinition
{
    private static readonly string[] NoteNames = ["C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B"];

    internal ParameterDefinition(ParameterId id, string key, string name, string shortName)
    {
        Id = id;
        Key = key;
        Name = name;
        ShortName = shortName;
    }

    /// <summary>The number, the same in all versions.</summary>
    public ParameterId Id { get; }

    /// <summary>The name in files (presets, maps), the same in all versions: lower case with underscores.</summary>
    public string Key { get; }

    /// <summary>The name to show.</summary>
    public string Name { get; }

    /// <summary>The name where there is room for eight letters.</summary>
    public string ShortName { get; }

    /// <summary>The place in <see cref="ParameterTable.Parameters"/> and in <see cref="ParameterValues"/>; it may change with the version.</summary>
    public int Index { get; internal init; }

    /// <summary>What the values are.</summary>
    public ParameterKind Kind { get; internal init; }

    /// <summary>The unit.</summary>
    public ParameterUnit Unit { get; internal init; }

    /// <summary>The lowest plain value.</summary>
    public float Minimum { get; internal init; }

    /// <summary>The highest plain value.</summary>
    public float Maximum { get; internal init; } = 1;

    /// <summary>The plain value at first.</summary>
    public float Default { get; internal init; }

    /// <summary>The exponent that gives part of the range more room: plain = minimum + range · normalised^skew. Above 1 the low end has more.</summary>
    public double Skew { get; internal init; } = 1;

    /// <summary>Decimals in text, of a continuous parameter.</summary>
    public int Decimals { get; internal init; }

    /// <summary>Milliseconds over which a change is to be smoothed where it is heard; 0 where the engine applies it at code boundaries.</summary>
    public double SmoothingMilliseconds { get; internal init; }

    /// <summary>Whether a host may automate it.</summary>
    public bool CanAutomate { get; internal init; } = true;

    /// <summary>Whether presets hold it; what belongs to the machine or the moment (buffer, bypass, reset) stays out.</summary>
    public bool IsInPresets { get; internal init; } = true;

    /// <summary>The names of a choice's values, from the minimum on; empty for other kinds.</summary>
    public IReadOnlyList<string> Choices { get; internal init; } = [];

    /// <summary>What the lowest value reads as where it is not an amount, such as "all"; or null.</summary>
    public string? MinimumText { get; internal init; }

    /// <summary>Steps between the lowest value and the highest, as VST3 counts them: 0 for continuous, 1 for on and off.</summary>
    public int StepCount => Kind == ParameterKind.Continuous ? 0 : (int)(Maximum - Minimum);

    /// <summary>The unit as it is written after a number; empty where there is none.</summary>
    public string UnitText =>
        Unit switch
        {
            ParameterUnit.Decibels => "dB",
            ParameterUnit.Semitones => "st",
            ParameterUnit.Milliseconds => "ms",
            ParameterUnit.Percent => "%",
            _ => "",
        };

    /// <summary>The nearest value that the parameter can have; the default for a NaN.</summary>
    public float Clamp(float plain)
    {
        if (float.IsNaN(plain))
        {
            return Default;
        }

        var held = Math.Clamp(plain, Minimum, Maximum);
        return Kind == ParameterKind.Continuous ? held : MathF.Floor(held + 0.5f);
    }

    /// <summary>The normalised value of a plain one.</summary>
    public double ToNormalised(float plain)
    {
        var share = ((double)Clamp(plain) - Minimum) / ((double)Maximum - Minimum);
        return Skew == 1 ? share : Math.Pow(share, 1 / Skew);
    }

    /// <summary>The plain value of a normalised one, on a step where there are steps; the default for a NaN.</summary>
    public float FromNormalised(double normalised)
    {
        if (double.IsNaN(normalised))
        {
            return Default;
        }

        var held = Math.Clamp(normalised, 0, 1);
        var share = Skew == 1 ? held : Math.Pow(held, Skew);
        return Clamp((float)(Minimum + (share * ((double)Maximum - Minimum))));
    }

    /// <summary>A value as text with its unit; <see cref="TryParse"/> reads it back.</summary>
    public string Format(float plain)
    {
        var value = Clamp(plain);
        if (value == Minimum && MinimumText is not null)
        {
            return MinimumText;
        }

        return Kind switch
        {
            ParameterKind.Toggle => value > 0 ? "on" : "off",
            ParameterKind.Trigger => value > 0 ? "now" : "-",
            ParameterKind.Choice => Choices[(int)(value - Minimum)],
            _ => FormatNumber(value),
        };
    }

    /// <summary>Reads a value from text: a number with or without the unit, a name of the choices, "on" and "off", a note name.</summary>
    /// <param name="text">What a user wrote.</param>
    /// <param name="plain">The value; the default where the text is not understood.</param>
    /// <returns>Whether the text is a value within the range.</returns>
    public bool TryParse(ReadOnlySpan<char> text, out float plain)
    {
        plain = Default;
        var trimmed = text.Trim();
        if (trimmed.IsEmpty)
        {
            return false;
        }

        if (MinimumText is not null && Same(trimmed, WithoutUnit(MinimumText)))
        {
            plain = Minimum;
            return true;
        }

        if (MinimumText is not null && Same(trimmed, MinimumText))
        {
            plain = Minimum;
            return true;
        }

        return TryParseName(trimmed, ref plain) || TryParseNumber(trimmed, ref plain);
    }

    /// <summary>Reads a value from text.</summary>
    /// <exception cref="VQWaveException">The text is no value of this parameter; the sentence says what is.</exception>
    public float Parse(string text) =>
        TryParse(text, out var plain) ? plain : throw new VQWaveException($"'{text}' is no value of {Name}: give {Describe()}.");

    /// <summary>What values there are, in words.</summary>
    public string Describe() =>
        Kind switch
        {
            ParameterKind.Toggle => "on or off",
            ParameterKind.Trigger => "now",
            ParameterKind.Choice => string.Join(", ", Choices),
            _ => $"{Format(Minimum)} to {Format(Maximum)}",
        };

    /// <summary>The name and the number.</summary>
    public override string ToString() => $"{Name} ({(int)Id})";

    private static bool Same(ReadOnlySpan<char> a, ReadOnlySpan<char> b) => a.Equals(b, StringComparison.OrdinalIgnoreCase);

    private string FormatNumber(float value)
    {
        if (Unit == ParameterUnit.Note)
        {
            return $"{NoteNames[(int)value % 12]}{((int)value / 12) - 1}";
        }

        var number = value.ToString($"F{(Kind == ParameterKind.Continuous ? Decimals : 0)}", CultureInfo.InvariantCulture);
        // What rounds to zero has no sign.
        if (number.StartsWith('-') && !number.AsSpan().ContainsAnyInRange('1', '9'))
        {
            number = number[1..];
        }

        if (
            Unit is ParameterUnit.Semitones or ParameterUnit.Decibels
            && Minimum < 0
            && number.AsSpan().ContainsAnyInRange('1', '9')
            && value > 0
        )
        {
            number = $"+{number}";
        }

        return UnitText.Length == 0 ? number : $"{number} {UnitText}";
    }

    private bool TryParseName(ReadOnlySpan<char> text, ref float plain)
    {
        switch (Kind)
        {
            case ParameterKind.Toggle when Same(text, "on") || Same(text, "yes") || Same(text, "true"):
            case ParameterKind.Trigger when Same(text, "now"):
                plain = 1;
                return true;
            case ParameterKind.Toggle when Same(text, "off") || Same(text, "no") || Same(text, "false"):
            case ParameterKind.Trigger when Same(text, "-"):
                plain = 0;
                return true;
            case ParameterKind.Choice:
                for (var i = 0; i < Choices.Count; i++)
                {
                    if (Same(text, Choices[i]))
                    {
                        plain = Minimum + i;
                        return true;
                    }
                }

                return false;
            default:
                return Unit == ParameterUnit.Note && TryParseNote(text, ref plain);
        }
    }

    // "C4", "f#3", "Bb-1".
    private bool TryParseNote(ReadOnlySpan<char> text, ref float plain)
    {
        var letter = "C D EF G A B".IndexOf(char.ToUpperInvariant(text[0]), StringComparison.Ordinal);
        if (letter < 0 || text[0] == ' ')
        {
            return false;
        }

        var rest = text[1..];
        if (!rest.IsEmpty && rest[0] is '#' or 'b')
        {
            letter += rest[0] == '#' ? 1 : -1;
            rest = rest[1..];
        }

        if (!int.TryParse(rest, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var octave) || Math.Abs(octave) > 20)
        {
            return false;
        }

        return Accept(((octave + 1) * 12) + letter, ref plain);
    }

    private bool TryParseNumber(ReadOnlySpan<char> text, ref float plain) =>
        float.TryParse(WithoutUnit(text), NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
        && float.IsFinite(value)
        && Accept(value, ref plain);

    private bool Accept(float value, ref float plain)
    {
        // Half of the last digit: the text of the largest value may be rounded up.
        var tolerance = Kind == ParameterKind.Continuous ? 0.5f * MathF.Pow(10, -Decimals) : 0;
        if (value < Minimum - tolerance || value > Maximum + tolerance)
        {
            return false;
        }

        plain = Clamp(value);
        return true;
    }

    private ReadOnlySpan<char> WithoutUnit(ReadOnlySpan<char> text)
    {
        var unit = UnitText;
        return unit.Length > 0 && text.EndsWith(unit, StringComparison.OrdinalIgnoreCase) ? text[..^unit.Length].TrimEnd() : text;
    }
}
