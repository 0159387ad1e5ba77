using System.Globalization;
using VQWave.Vst3;

namespace VQWave.Player.Hosting;

/// <summary>Values of a plug-in's parameters as a person writes and reads them.</summary>
/// <remarks>
/// Many plug-ins take any text for a value ("abc" for 0, and what is out of range for an end). So what a plug-in makes of a text is
/// believed only where its own text for the value says the same.
/// </remarks>
internal static class ParameterText
{
    /// <summary>What comes before a normalised value.</summary>
    public const string NormalizedPrefix = "n:";

    private const int MostSteps = 1000;

    /// <summary>Whether a person is to see it.</summary>
    public static bool IsShown(Vst3ParameterInfo parameter) => !parameter.Flags.HasFlag(Vst3ParameterFlags.IsHidden);

    /// <summary>A value with its unit.</summary>
    public static string Format(Vst3Plugin plugin, Vst3ParameterInfo parameter, double normalized)
    {
        var text = plugin.GetParameterText(parameter.Id, normalized).Trim();
        if (text.Length == 0)
        {
            return normalized.ToString("0.###", CultureInfo.InvariantCulture);
        }

        // Some write six decimals of everything.
        if (Decimals(text) > 3 && TryNumber(text, out var number, out var rest))
        {
            text = $"{number.ToString("0.###", CultureInfo.InvariantCulture)} {rest}".TrimEnd();
        }

        var unit = parameter.Units.Trim();
        return unit.Length == 0 || text.EndsWith(unit, StringComparison.OrdinalIgnoreCase) ? text : $"{text} {unit}";
    }

    /// <summary>What values a parameter takes, as the end of a sentence.</summary>
    public static string Describe(Vst3Plugin plugin, Vst3ParameterInfo parameter)
    {
        const int MostNames = 12;
        var range = parameter.StepCount is > 0 and < MostNames
            ? string.Join(
                ", ",
                Enumerable.Range(0, parameter.StepCount + 1).Select(i => Format(plugin, parameter, i / (double)parameter.StepCount))
            )
            : $"{Format(plugin, parameter, 0)} to {Format(plugin, parameter, 1)}";
        return $"{parameter.Title} is {range}, or {NormalizedPrefix} and a number from 0 to 1";
    }

    /// <summary>Reads a value: the name of a step, a number in the parameter's unit, or n: and a normalised number.</summary>
    public static bool TryParse(Vst3Plugin plugin, Vst3ParameterInfo parameter, string text, out double normalized)
    {
        text = text.Trim();
        normalized = 0;
        if (text.StartsWith(NormalizedPrefix, StringComparison.OrdinalIgnoreCase))
        {
            return TryNumber(text[NormalizedPrefix.Length..], out normalized, out var rest) && rest.Length == 0 && IsNormalized(normalized);
        }

        if (text.Length == 0)
        {
            return false;
        }

        if (parameter.StepCount is > 0 and <= MostSteps)
        {
            for (var i = 0; i <= parameter.StepCount; i++)
            {
                normalized = i / (double)parameter.StepCount;
                if (plugin.GetParameterText(parameter.Id, normalized).Trim().Equals(text, StringComparison.OrdinalIgnoreCase))
                {
                    return true;
                }
            }
        }

        if (!TryNumber(text, out var number, out var unit))
        {
            return plugin.TryParseParameter(parameter.Id, text, out normalized)
                && IsNormalized(normalized)
                && plugin.GetParameterText(parameter.Id, normalized).Trim().Equals(text, StringComparison.OrdinalIgnoreCase);
        }

        if (unit.Length > 0 && !IsUnit(plugin, parameter, unit))
        {
            return false;
        }

        var digits = text[..^unit.Length].Trim();
        if (plugin.TryParseParameter(parameter.Id, digits, out normalized) && Shows(plugin, parameter, normalized, number))
        {
            return true;
        }

        if (plugin.TryParseParameter(parameter.Id, text, out normalized) && Shows(plugin, parameter, normalized, number))
        {
            return true;
        }

        normalized = plugin.ToNormalized(parameter.Id, number);
        if (Shows(plugin, parameter, normalized, number))
        {
            return true;
        }

        // A plug-in without texts of its own: there is nothing but the normalised value.
        normalized = number;
        return unit.Length == 0 && IsNormalized(number) && plugin.GetParameterText(parameter.Id, number).Length == 0;
    }

    private static bool IsUnit(Vst3Plugin plugin, Vst3ParameterInfo parameter, string unit)
    {
        _ = TryNumber(plugin.GetParameterText(parameter.Id, parameter.DefaultNormalized), out _, out var shown);
        return unit.Equals(parameter.Units.Trim(), StringComparison.OrdinalIgnoreCase)
            || unit.Equals(shown, StringComparison.OrdinalIgnoreCase);
    }

    private static bool IsNormalized(double value) => value is >= 0 and <= 1;

    // Whether the plug-in's text for a value is this number, as far as its digits go.
    private static bool Shows(Vst3Plugin plugin, Vst3ParameterInfo parameter, double normalized, double number)
    {
        if (!IsNormalized(normalized))
        {
            return false;
        }

        var text = plugin.GetParameterText(parameter.Id, normalized);
        if (!TryNumber(text, out var shown, out _))
        {
            return false;
        }

        var unit = Math.Pow(10, -Decimals(text));
        // A stepped parameter takes its steps; a continuous one is rounded for show.
        var tolerance = parameter.StepCount > 0 ? 0.01 * unit : Math.Max(unit, 0.005 * Math.Abs(number));
        return Math.Abs(shown - number) <= tolerance;
    }

    private static int Decimals(string text)
    {
        var point = text.IndexOf('.');
        if (point < 0)
        {
            return 0;
        }

        var digits = text.AsSpan(point + 1).IndexOfAnyExceptInRange('0', '9');
        return digits < 0 ? text.Length - point - 1 : digits;
    }

    private static bool TryNumber(string text, out double number, out string rest)
    {
        var trimmed = text.Trim();
        var length = 0;
        while (length < trimmed.Length && (char.IsAsciiDigit(trimmed[length]) || trimmed[length] is '.' or '-' or '+'))
        {
            length++;
        }

        rest = trimmed[length..].Trim();
        return double.TryParse(
            trimmed.AsSpan(0, length),
            NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint,
            CultureInfo.InvariantCulture,
            out number
        );
    }
}
