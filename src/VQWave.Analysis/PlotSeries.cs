namespace VQWave.Analysis;

/// <summary>One line of a plot.</summary>
/// <param name="Name">What the legend calls it.</param>
/// <param name="X">Places from left to right.</param>
/// <param name="Y">Values, as many; those that are not finite, and on a logarithmic axis those not above 0, leave a gap.</param>
public sealed record PlotSeries(string Name, IReadOnlyList<double> X, IReadOnlyList<double> Y);
