namespace VQWave.Player.Benchmarks;

/// <summary>Figures of several windows of one measurement.</summary>
internal sealed class Windows
{
    private readonly List<double> values = [];

    public int Count => values.Count;

    public double Median => Quantile(0.5);

    /// <summary>A tenth of the windows are below.</summary>
    public double Tenth => Quantile(0.1);

    public void Add(double value) => values.Add(value);

    private double Quantile(double share)
    {
        if (values.Count == 0)
        {
            return double.NaN;
        }

        var sorted = values.Order().ToList();
        var at = share * (sorted.Count - 1);
        var low = (int)at;
        var high = Math.Min(low + 1, sorted.Count - 1);
        return sorted[low] + ((at - low) * (sorted[high] - sorted[low]));
    }
}
