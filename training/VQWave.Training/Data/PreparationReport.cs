namespace VQWave.Training.Data;

/// <summary>What <see cref="AudioPreparer"/> did.</summary>
/// <param name="Converted">Files written.</param>
/// <param name="Skipped">Files that were there already.</param>
/// <param name="Failures">Files that could not be decoded or written.</param>
/// <param name="Seconds">Audio in all prepared files, in seconds.</param>
public sealed record PreparationReport(int Converted, int Skipped, IReadOnlyList<PreparationFailure> Failures, double Seconds);
