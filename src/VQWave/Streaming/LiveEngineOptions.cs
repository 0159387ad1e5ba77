namespace VQWave.Streaming;

/// <summary>How a <see cref="LiveEngine"/> runs.</summary>
public sealed record LiveEngineOptions
{
    /// <summary>The deepest ring, in samples.</summary>
    public const int MaximumDepth = 1 << 16;

    private readonly int threads = 2;
    private readonly int depth = 640;

    /// <summary>
    /// Engine threads, 1 or 2: with two, the coarser levels run on one and the finest level and the decoder on the other. The samples are the
    /// same. On a GPU there is one in any case.
    /// </summary>
    /// <exception cref="VQWaveException">The value is out of range.</exception>
    public int Threads
    {
        get => threads;
        init => threads = value is 1 or 2 ? value : throw new VQWaveException($"The number of engine threads {value} is not 1 or 2.");
    }

    /// <summary>
    /// Samples that are kept ready, 1 to 65536; a tick is written as soon as fewer are there. The usual 640 are 29 ms, more than a tick
    /// lasts, and leave a control of the finest level 33 to 56 ms to be heard.
    /// </summary>
    /// <exception cref="VQWaveException">The value is out of range.</exception>
    public int Depth
    {
        get => depth;
        init => depth = CheckDepth(value);
    }

    /// <summary>
    /// The overload governor; null, for exact rendering, is none: the samples are then a function of the controls alone.
    /// </summary>
    public OverloadGovernorOptions? Governor { get; init; } = new();

    /// <summary>Length of the crossfade from one pack to another, in seconds.</summary>
    public double SwapSeconds { get; init; } = 0.05;

    /// <summary>For tests: called by both threads before each tick.</summary>
    internal Action? Disturbance { get; init; }

    internal static int CheckDepth(int value) =>
        value is >= 1 and <= MaximumDepth ? value : throw new VQWaveException($"The depth {value} is not 1 to {MaximumDepth} samples.");
}
