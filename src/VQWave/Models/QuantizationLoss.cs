namespace VQWave.Models;

/// <summary>
/// What quantising a generator costs on held-out music, teacher-forced: both generators are asked for the same codes after the same true ones.
/// </summary>
public sealed record QuantizationLoss
{
    /// <summary>Files that the codes are of.</summary>
    public required int Files { get; init; }

    /// <summary>Codes that both were asked for.</summary>
    public required long Codes { get; init; }

    /// <summary>Mean −log2 of the probability that the float generator gives the true code.</summary>
    public required double BitsPerCodeFloat { get; init; }

    /// <summary>The same of the quantised generator.</summary>
    public required double BitsPerCode { get; init; }

    /// <summary><see cref="BitsPerCode"/> less <see cref="BitsPerCodeFloat"/>.</summary>
    public required double LossBits { get; init; }

    /// <summary>Share of the codes for which both have the same likeliest code, 0 to 1.</summary>
    public required double EqualGreedyShare { get; init; }
}
