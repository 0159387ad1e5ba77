namespace VQWave.Generation;

/// <summary>How far a level is.</summary>
/// <param name="LevelIndex">Index of the level, coarsest first.</param>
/// <param name="Done">Codes generated.</param>
/// <param name="Total">Codes to generate.</param>
public readonly record struct GenerationProgress(int LevelIndex, int Done, int Total);
