using VQWave.Inference;

namespace VQWave.Player.Commands;

/// <summary>What the commands that generate were asked for; checked as far as that needs no model.</summary>
internal sealed record GenerationArguments
{
    public required string? Model { get; init; }

    public required string Generators { get; init; }

    /// <summary>Length in seconds, or null where <see cref="Length"/> is given.</summary>
    public required double? Seconds { get; init; }

    /// <summary>Length in codes of the finest level.</summary>
    public required int? Length { get; init; }

    public required IReadOnlyList<float> Temperatures { get; init; }

    public required IReadOnlyList<int> TopKs { get; init; }

    public required ulong Seed { get; init; }

    /// <summary>How many pieces, with the seeds from <see cref="Seed"/> on.</summary>
    public required int Count { get; init; }

    public required InferenceOptions Inference { get; init; }

    public required string? Output { get; init; }

    public required bool Intermediates { get; init; }

    public required bool Json { get; init; }
}
