using System.Globalization;

namespace VQWave.Vst3;

/// <summary>A parameter as a controller shows it: normalised 0 to 1 to the host, with a text and a plain value.</summary>
/// <remarks>The base class is plain 0 to 1; derive for a range or use <see cref="Vst3RangeParameter"/> or <see cref="Vst3ListParameter"/>.</remarks>
public class Vst3Parameter
{
    /// <summary>The id that no parameter has.</summary>
    public const uint NoId = uint.MaxValue;

    private double _normalized;

    /// <summary>Makes a parameter.</summary>
    /// <param name="id">Unique in the plug-in, below 2^31, never reused for another meaning.</param>
    /// <param name="title">Name to show.</param>
    /// <param name="defaultNormalized">Default, 0 to 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The default is not in 0 to 1.</exception>
    public Vst3Parameter(uint id, string title, double defaultNormalized = 0)
    {
        ArgumentException.ThrowIfNullOrEmpty(title);
        if (!(defaultNormalized >= 0 && defaultNormalized <= 1))
        {
            throw new ArgumentOutOfRangeException(
                nameof(defaultNormalized),
                defaultNormalized,
                $"The default of '{title}' is not in 0 to 1."
            );
        }

        Id = id;
        Title = title;
        DefaultNormalized = defaultNormalized;
        _normalized = defaultNormalized;
    }

    /// <summary>Id.</summary>
    public uint Id { get; }

    /// <summary>Name to show.</summary>
    public string Title { get; }

    /// <summary>Name for little room.</summary>
    public string ShortTitle { get; init; } = "";

    /// <summary>Unit of the plain value, as shown.</summary>
    public string Units { get; init; } = "";

    /// <summary>Steps between the ends: 0 continuous, 1 a switch, n − 1 for n choices.</summary>
    public int StepCount { get; init; }

    /// <summary>Default, 0 to 1.</summary>
    public double DefaultNormalized { get; }

    /// <summary>Unit that it belongs to; 0 is the root.</summary>
    public int UnitId { get; init; }

    /// <summary>Properties.</summary>
    public Vst3ParameterFlags Flags { get; init; } = Vst3ParameterFlags.CanAutomate;

    /// <summary>Current value, 0 to 1. Any thread.</summary>
    public double Normalized
    {
        get => Volatile.Read(ref _normalized);
        set => Volatile.Write(ref _normalized, double.IsNaN(value) ? DefaultNormalized : Math.Clamp(value, 0, 1));
    }

    /// <summary>The plain value of a normalised one.</summary>
    public virtual double ToPlain(double normalized) => normalized;

    /// <summary>The normalised value of a plain one.</summary>
    public virtual double ToNormalized(double plain) => plain;

    /// <summary>The text of a normalised value, without the unit.</summary>
    public virtual string ToText(double normalized) => ToPlain(normalized).ToString("0.####", CultureInfo.InvariantCulture);

    /// <summary>Reads a text; false when it is none.</summary>
    public virtual bool TryParse(string text, out double normalized)
    {
        ArgumentNullException.ThrowIfNull(text);
        string number = text.Trim();
        if (Units.Length > 0 && number.EndsWith(Units, StringComparison.OrdinalIgnoreCase))
        {
            number = number[..^Units.Length].TrimEnd();
        }

        normalized = 0;
        if (!double.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out double plain) || double.IsNaN(plain))
        {
            return false;
        }

        normalized = Math.Clamp(ToNormalized(plain), 0, 1);
        return true;
    }
}
