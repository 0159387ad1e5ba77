using VQWave.Inference;
using VQWave.Models;

namespace VQWave.Generation;

/// <summary>The codes of one level.</summary>
/// <param name="Index">Index of the level, coarsest first.</param>
/// <param name="Level">The level.</param>
/// <param name="Codes">Its codes in time order; the first is the pack's start code.</param>
/// <param name="Seconds">Wall time that the level's generator and context network took.</param>
public sealed record GeneratedLevel(int Index, LevelConfiguration Level, int[] Codes, double Seconds)
{
    /// <summary>What executed the generator, see <see cref="GeneratorStepper.EngineName"/>.</summary>
    public required string Engine { get; init; }

    /// <summary>In how many bits it read the weights.</summary>
    public required InferencePrecision Precision { get; init; }
}
