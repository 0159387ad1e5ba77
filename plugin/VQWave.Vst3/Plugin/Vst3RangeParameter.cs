using System.Globalization;

namespace VQWave.Vst3;

/// <summary>A parameter that is linear between two plain values.</summary>
public sealed class Vst3RangeParameter : Vst3Parameter
{
    private readonly string _format;

    /// <summary>Makes a parameter.</summary>
    /// <param name="id">Id.</param>
    /// <param name="title">Name to show.</param>
    /// <param name="minimum">Plain value at 0.</param>
    /// <param name="maximum">Plain value at 1.</param>
    /// <param name="defaultPlain">Default, plain.</param>
    /// <param name="decimals">Digits after the point in its text.</param>
    /// <exception cref="ArgumentOutOfRangeException">The range is empty or the default is not in it.</exception>
    public Vst3RangeParameter(uint id, string title, double minimum, double maximum, double defaultPlain, int decimals = 2)
        : base(id, title, maximum > minimum ? (defaultPlain - minimum) / (maximum - minimum) : double.NaN)
    {
        Minimum = minimum;
        Maximum = maximum;
        _format = "F" + decimals.ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>Plain value at 0.</summary>
    public double Minimum { get; }

    /// <summary>Plain value at 1.</summary>
    public double Maximum { get; }

    /// <inheritdoc/>
    public override double ToPlain(double normalized) => Minimum + (normalized * (Maximum - Minimum));

    /// <inheritdoc/>
    public override double ToNormalized(double plain) => (plain - Minimum) / (Maximum - Minimum);

    /// <inheritdoc/>
    public override string ToText(double normalized) => ToPlain(normalized).ToString(_format, CultureInfo.InvariantCulture);
}
