namespace VQWave.Analysis;

/// <summary>Quantiles of samples.</summary>
public static class Quantile
{
    /// <summary>
    /// A quantile with linear interpolation between the ordered values: type 7 of R. J. Hyndman and Y. Fan, "Sample quantiles in statistical
    /// packages", The American Statistician 50 (1996).
    /// </summary>
    /// <param name="sorted">One value or more, from the lowest to the highest; infinite ones are allowed.</param>
    /// <param name="share">What share of the values lies below, 0 to 1.</param>
    /// <exception cref="ArgumentException">There is no value, or the share is not 0 to 1.</exception>
    public static double Of(ReadOnlySpan<double> sorted, double share)
    {
        if (sorted.IsEmpty)
        {
            throw new ArgumentException("A quantile needs a value.", nameof(sorted));
        }

        if (share is not (>= 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(share), share, "The share of a quantile is 0 to 1.");
        }

        var at = share * (sorted.Length - 1);
        var below = (int)at;
        var fraction = at - below;

        // Without the product where nothing is to be interpolated: silence has a level of minus infinity.
        return fraction == 0 || sorted[below] == sorted[below + 1]
            ? sorted[below]
            : (sorted[below] * (1 - fraction)) + (sorted[below + 1] * fraction);
    }
}
