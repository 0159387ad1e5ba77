using VQWave.Analysis;

namespace VQWave.Training.Evaluation;

/// <summary>Where the values of a measure lie.</summary>
/// <param name="Minimum">The lowest.</param>
/// <param name="Low">5 % lie below.</param>
/// <param name="Median">Half lie below.</param>
/// <param name="High">5 % lie above.</param>
/// <param name="Maximum">The highest.</param>
internal sealed record Distribution(double Minimum, double Low, double Median, double High, double Maximum)
{
    /// <summary>Quantiles with linear interpolation, see <see cref="Quantile.Of"/>.</summary>
    /// <param name="values">One or more.</param>
    public static Distribution Of(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return new Distribution(sorted[0], Quantile.Of(sorted, 0.05), Quantile.Of(sorted, 0.5), Quantile.Of(sorted, 0.95), sorted[^1]);
    }

    /// <summary>Whether a value is between 5 % and 95 %.</summary>
    public bool Spans(double value) => value >= Low && value <= High;
}
