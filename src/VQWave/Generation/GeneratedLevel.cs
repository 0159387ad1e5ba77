using VQWave.Inference;
using VQWave.Models;

namespace VQWave.Generation;

/// <summary>The codes of one level, of all pieces that were generated together.</summary>
/// <param name="Index">Index of the level, coarsest first.</param>
/// <param name="Level">The level.</param>
/// <param name="Pieces">The codes of each piece in time order; the first is the pack's start code.</param>
/// <param name="Seconds">Wall time that the level's generator and context network took, for all pieces together.</param>
public sealed record GeneratedLevel(int Index, LevelConfiguration Level, IReadOnlyList<int[]> Pieces, double Seconds)
{
    /// <summary>The codes of the first piece.</summary>
    public int[] Codes => Pieces[0];

    /// <summary>What executed the generator, see <see cref="GeneratorStepper.EngineName"/>.</summary>
    public required string Engine { get; init; }

    /// <summary>In how many bits it read the weights.</summary>
    public required InferencePrecision Precision { get; init; }
}
