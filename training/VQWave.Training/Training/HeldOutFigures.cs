namespace VQWave.Training.Training;

/// <summary>How a VQ-VAE does on held-out audio.</summary>
/// <param name="SiSdrDecibels">Scale-invariant signal-to-distortion ratio in dB; NaN where all of it is silent.</param>
/// <param name="Loss">The loss that is trained, without the commitment term; lower is better.</param>
public sealed record HeldOutFigures(double SiSdrDecibels, double Loss);
