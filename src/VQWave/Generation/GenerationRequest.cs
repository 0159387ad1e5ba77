using VQWave.Models;

namespace VQWave.Generation;

/// <summary>What is to be generated.</summary>
public sealed record GenerationRequest
{
    /// <summary>The longest piece, in seconds: all its codes and samples are held in memory.</summary>
    public const double MaximumSeconds = 3600;

    /// <summary>The most pieces at once. More share no read of the weights better: arithmetic is what 16 are bound by.</summary>
    public const int MaximumCount = 64;

    /// <summary>The longest that all pieces together may last, in seconds: the codes of all of them are held in memory, 15 kB a second.</summary>
    public const double MaximumTotalSeconds = 14_400;

    /// <summary>The seed: the same pack, request and provider give the same codes and samples, bit for bit.</summary>
    public required ulong Seed { get; init; }

    /// <summary>
    /// How many pieces are generated at once, 1 to <see cref="MaximumCount"/>: each step reads the weights once for all of them. Piece i has
    /// the seed <see cref="Seed"/> + i (beyond the highest seed it begins at 0 again). On kernels of VQWave's own each has the codes that it has
    /// alone; ONNX Runtime may round sums of several rows in another order than those of one.
    /// </summary>
    public int Count { get; init; } = 1;

    /// <summary>Index of the finest level to generate, coarsest first.</summary>
    public required int FinestLevel { get; init; }

    /// <summary>Number of codes of the finest level of each piece, 1 or more.</summary>
    public required int Length { get; init; }

    /// <summary>Temperature and top-k.</summary>
    public SamplingSettings Sampling { get; init; } = new();

    /// <summary>The seed of a piece, 0 to <see cref="Count"/> − 1.</summary>
    public ulong SeedOf(int piece) => unchecked(Seed + (ulong)piece);

    /// <summary>Checks it against a hierarchy.</summary>
    /// <exception cref="VQWaveException">It does not fit.</exception>
    internal void ValidateFor(HierarchyConfiguration configuration)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(FinestLevel);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(FinestLevel, configuration.Levels.Count);
        Sampling.ValidateFor(configuration.Levels.Count);
        var seconds = Length / configuration.CodeRate(configuration.Levels[FinestLevel]);
        // A length in whole codes may pass the limit by less than one of the coarsest.
        var tolerance = 1 / configuration.CodeRate(configuration.Coarsest);
        if (Length < 1 || seconds > MaximumSeconds + tolerance)
        {
            throw new VQWaveException(
                $"The length of {Length} codes is not 1 code to {MaximumSeconds} seconds (a piece is held in memory)."
            );
        }

        if (Count is < 1 or > MaximumCount)
        {
            throw new VQWaveException($"{Count} pieces at once are not 1 to {MaximumCount}.");
        }

        if (Count * seconds > MaximumTotalSeconds + (Count * tolerance))
        {
            throw new VQWaveException(
                $"{Count} pieces of {seconds:F0} seconds are more than {MaximumTotalSeconds} seconds together (all are held in memory)."
            );
        }
    }
}
