using VQWave.Analysis;

namespace VQWave.Player.Benchmarks;

/// <summary>Figures of several windows of one measurement.</summary>
internal sealed class Windows
{
    private readonly List<double> values = [];

    public int Count => values.Count;

    public double Median => Below(0.5);

    /// <summary>A tenth of the windows are below.</summary>
    public double Tenth => Below(0.1);

    /// <summary>A tenth of the windows are above.</summary>
    public double Ninth => Below(0.9);

    public void Add(double value) => values.Add(value);

    private double Below(double share) => values.Count == 0 ? double.NaN : Quantile.Of([.. values.Order()], share);
}
