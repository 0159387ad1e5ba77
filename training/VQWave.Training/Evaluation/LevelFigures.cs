using VQWave.Models;

namespace VQWave.Training.Evaluation;

/// <summary>What was measured of one level.</summary>
/// <param name="Level">The level.</param>
/// <param name="Reconstruction">Over all files.</param>
/// <param name="Codes">How its codes are used, over all files.</param>
/// <param name="Files">The reconstruction of each file, in order.</param>
/// <param name="Generator">What its generator knows, or null where it was left out.</param>
internal sealed record LevelFigures(
    LevelConfiguration Level,
    ReconstructionFigures Reconstruction,
    Analysis.CodeStatistics Codes,
    IReadOnlyList<ReconstructionFigures> Files,
    GeneratorFigures? Generator
);
