using VQWave.Generation;

namespace VQWave.Streaming;

/// <summary>The state of the controls that an engine starts with.</summary>
public sealed record EngineOptions
{
    private readonly int freezeLength = 8;

    /// <summary>The seed.</summary>
    public ulong Seed { get; init; }

    /// <summary>Temperature and top-k.</summary>
    public SamplingSettings Sampling { get; init; } = new();

    /// <summary>Index of the finest level that is generated and heard, coarsest first; null is the pack's finest.</summary>
    public int? Detail { get; init; }

    /// <summary>How many of the coarsest codes freezing repeats, 1 to 256.</summary>
    /// <exception cref="VQWaveException">The value is out of range.</exception>
    public int FreezeLength
    {
        get => freezeLength;
        init =>
            freezeLength = value is >= 1 and <= ControlChange.MaximumFreezeLength
                ? value
                : throw new VQWaveException($"The freeze length {value} is not 1 to {ControlChange.MaximumFreezeLength} codes.");
    }
}
