namespace VQWave.Training.Training;

/// <summary>What an epoch came to.</summary>
/// <param name="HeldOut">The held-out figure by which epochs are compared, lower being better; NaN where there is none, or where the networks are not complete yet.</param>
/// <param name="Figures">The row of the metrics, one for each of <see cref="ITrainedNetworks.Columns"/>; NaN where a figure is not there.</param>
/// <param name="Text">The same in words, for the log.</param>
internal sealed record EpochResult(double HeldOut, double[] Figures, string Text);
