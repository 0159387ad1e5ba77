namespace VQWave.Training.Evaluation;

/// <summary>How near decoded audio comes to what was encoded.</summary>
/// <param name="SiSdrDecibels">Scale-invariant signal-to-distortion ratio; higher is better.</param>
/// <param name="LsdDecibels">Log-spectral distance; lower is better, as are all that follow.</param>
/// <param name="SpectralConvergence">Frobenius norm of the magnitudes' difference over that of the original's.</param>
/// <param name="StftNepers">Multi-scale distance of log magnitudes.</param>
/// <param name="MelNepers">Distance of log mel magnitudes.</param>
internal sealed record ReconstructionFigures(
    double SiSdrDecibels,
    double LsdDecibels,
    double SpectralConvergence,
    double StftNepers,
    double MelNepers
);
