using VQWave.Generation;

namespace VQWave.Training.Evaluation;

/// <summary>How clips are generated and compared.</summary>
internal sealed record GeneratedOptions
{
    /// <summary>Length of each clip in seconds, with its beginning.</summary>
    public double Seconds { get; init; } = 60;

    /// <summary>Seconds at the beginning of each clip that are not measured: a piece starts from the code of silence.</summary>
    public double SkipSeconds { get; init; } = 2;

    /// <summary>Length in seconds of the windows that clips and corpus are measured in.</summary>
    public double WindowSeconds { get; init; } = 10;

    /// <summary>Number of clips.</summary>
    public int Count { get; init; } = 4;

    /// <summary>Seed of the first clip; the others follow.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Temperature and top-k.</summary>
    public SamplingSettings Sampling { get; init; } = new() { Temperature = 0.9f };
}
