namespace VQWave.Training.Distributed;

/// <summary>Another process of the run has gone or did not answer in time.</summary>
public sealed class LostProcessException(string message, Exception? inner = null) : VQWaveException(message, inner!);
