namespace VQWave.Training.Data;

/// <summary>A file that could not be prepared.</summary>
/// <param name="Path">The source file.</param>
/// <param name="Reason">One sentence.</param>
public sealed record PreparationFailure(string Path, string Reason);
