namespace VQWave.Training.Evaluation;

/// <summary>How near decoded audio comes to what was encoded.</summary>
/// <param name="SiSdrDecibels">Scale-invariant signal-to-distortion ratio; higher is better.</param>
/// <param name="LsdDecibels">Log-spectral distance with a floor of −100 dB; lower is better, as are all that follow.</param>
/// <param name="AudibleLsdDecibels">Log-spectral distance with a floor of −80 dB.</param>
/// <param name="SpectralConvergence">Frobenius norm of the magnitudes' difference over that of the original's.</param>
/// <param name="StftNepers">Multi-scale distance of log magnitudes.</param>
/// <param name="MelNepers">Distance of log mel magnitudes.</param>
internal sealed record ReconstructionFigures(
    double SiSdrDecibels,
    double LsdDecibels,
    double AudibleLsdDecibels,
    double SpectralConvergence,
    double StftNepers,
    double MelNepers
);
