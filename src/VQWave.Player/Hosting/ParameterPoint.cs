using System.Globalization;
using VQWave.Vst3;

namespace VQWave.Player.Hosting;

/// <summary>A parameter that is set at a time.</summary>
/// <param name="Id">The parameter.</param>
/// <param name="Normalized">0 to 1.</param>
/// <param name="Seconds">When; 0 is before the first sample.</param>
internal readonly record struct ParameterPoint(uint Id, double Normalized, double Seconds)
{
    private const double LatestSeconds = 86_400;

    /// <summary>Reads NAME=VALUE or NAME=VALUE@SECONDS.</summary>
    /// <param name="plugin">Whose parameter it is.</param>
    /// <param name="text">The text.</param>
    /// <param name="option">The option, for messages.</param>
    /// <param name="timed">Whether a time may be given.</param>
    /// <exception cref="UsageException">There is no such parameter, or it cannot have this value.</exception>
    public static ParameterPoint Parse(Vst3Plugin plugin, string text, string option, bool timed)
    {
        var parameter = FindParameter(plugin, text, out var valueText);
        if (parameter is null)
        {
            throw new UsageException(
                valueText is null
                    ? $"{option} '{text}' is not NAME=VALUE{(timed ? " or NAME=VALUE@SECONDS" : "")}."
                    : $"{option} '{text}' does not name a parameter of {plugin.Info.Name}: {Names(plugin)}."
            );
        }

        if (parameter.Flags.HasFlag(Vst3ParameterFlags.IsReadOnly))
        {
            throw new UsageException($"{option} '{text}': {parameter.Title} is what {plugin.Info.Name} shows, and cannot be set.");
        }

        var seconds = 0.0;
        var at = timed ? valueText!.LastIndexOf('@') : -1;
        if (at >= 0)
        {
            var time = valueText![(at + 1)..].Trim();
            if (
                !double.TryParse(time, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out seconds)
                || seconds > LatestSeconds
            )
            {
                throw new UsageException($"{option} '{text}': '{time}' is not a time in seconds.");
            }

            valueText = valueText[..at];
        }

        return ParameterText.TryParse(plugin, parameter, valueText!, out var normalized)
            ? new ParameterPoint(parameter.Id, normalized, seconds)
            : throw new UsageException($"{option} '{text}': {ParameterText.Describe(plugin, parameter)}.");
    }

    // A name may hold an equals sign itself.
    private static Vst3ParameterInfo? FindParameter(Vst3Plugin plugin, string text, out string? value)
    {
        value = null;
        for (var equals = text.IndexOf('='); equals > 0; equals = text.IndexOf('=', equals + 1))
        {
            value = text[(equals + 1)..];
            if (plugin.FindParameter(text[..equals].Trim()) is { } found)
            {
                return found;
            }
        }

        return null;
    }

    private static string Names(Vst3Plugin plugin)
    {
        const int Most = 24;
        var names = plugin.Parameters.Where(ParameterText.IsShown).Select(p => p.Title).ToList();
        return names.Count == 0 ? "it has none"
            : names.Count <= Most ? $"there are {string.Join(", ", names)}"
            : $"there are {string.Join(", ", names.Take(Most))} and {names.Count - Most} more, which --list shows";
    }
}
