namespace VQWave.Training.Training;

/// <summary>A linear ramp up, then half a cosine down to a share of the peak.</summary>
/// <param name="Peak">Learning rate after the ramp.</param>
/// <param name="WarmupSteps">Length of the ramp.</param>
/// <param name="Floor">Share of the peak that is left at the end.</param>
public sealed record LearningRateSchedule(double Peak, int WarmupSteps, double Floor = 0.02)
{
    /// <summary>The rate at a step.</summary>
    /// <param name="step">Steps done since the ramp began.</param>
    /// <param name="progress">Share of the whole run that is done, 0 to 1: by steps, or by time where a time limit comes first.</param>
    public double At(long step, double progress)
    {
        var cosine = Floor + ((1 - Floor) * 0.5 * (1 + Math.Cos(Math.PI * Math.Clamp(progress, 0, 1))));
        var ramp = WarmupSteps <= 0 ? 1 : Math.Min(1, (step + 1.0) / WarmupSteps);
        return Peak * ramp * cosine;
    }
}
