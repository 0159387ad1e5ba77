namespace VQWave.Training.Evaluation;

/// <summary>Where the values of a measure lie.</summary>
/// <param name="Minimum">The lowest.</param>
/// <param name="Low">5 % lie below.</param>
/// <param name="Median">Half lie below.</param>
/// <param name="High">5 % lie above.</param>
/// <param name="Maximum">The highest.</param>
internal sealed record Distribution(double Minimum, double Low, double Median, double High, double Maximum)
{
    /// <summary>Quantiles with linear interpolation between the ordered values (type 7 of Hyndman and Fan 1996).</summary>
    /// <param name="values">One or more.</param>
    public static Distribution Of(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return new Distribution(sorted[0], Quantile(sorted, 0.05), Quantile(sorted, 0.5), Quantile(sorted, 0.95), sorted[^1]);
    }

    /// <summary>Whether a value is between 5 % and 95 %.</summary>
    public bool Spans(double value) => value >= Low && value <= High;

    private static double Quantile(double[] sorted, double share)
    {
        var at = share * (sorted.Length - 1);
        var below = (int)Math.Floor(at);
        var fraction = at - below;

        // Without the product where nothing is to be interpolated: silence has a level of minus infinity.
        return fraction == 0 || sorted[below] == sorted[below + 1]
            ? sorted[below]
            : (sorted[below] * (1 - fraction)) + (sorted[below + 1] * fraction);
    }
}
