namespace VQWave.Generation;

/// <summary>What is to be generated.</summary>
public sealed record GenerationRequest
{
    /// <summary>The longest piece, in seconds: all its codes and samples are held in memory.</summary>
    public const double MaximumSeconds = 3600;

    /// <summary>The seed: the same pack, request and provider give the same codes and samples, bit for bit.</summary>
    public required ulong Seed { get; init; }

    /// <summary>Index of the finest level to generate, coarsest first.</summary>
    public required int FinestLevel { get; init; }

    /// <summary>Number of codes of the finest level, 1 or more.</summary>
    public required int Length { get; init; }

    /// <summary>Temperature and top-k.</summary>
    public SamplingSettings Sampling { get; init; } = new();
}
