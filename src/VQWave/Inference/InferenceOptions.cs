namespace VQWave.Inference;

/// <summary>What a user chooses about inference.</summary>
public sealed record InferenceOptions
{
    private readonly int threads = 1;

    /// <summary>Where networks are to run.</summary>
    public InferenceDevice Device { get; init; } = InferenceDevice.Auto;

    /// <summary>In how many bits generators run on the CPU; a GPU runs them as the pack has them, or computes in float16.</summary>
    public InferencePrecision Precision { get; init; } = InferencePrecision.Float32;

    /// <summary>
    /// A folder of the user's cache, where graphs are kept as ONNX Runtime has optimised them for this processor; null for no such cache. It is made
    /// when it is needed; where it cannot be written to, there is no cache.
    /// </summary>
    public string? GraphCache { get; init; }

    /// <summary>
    /// Threads of one session, 1 to 256. More than one helps the convolution networks only: an LSTM step is over before other threads wake
    /// up, and thread pools of several sessions disturb each other.
    /// </summary>
    /// <exception cref="VQWaveException">The value is out of range.</exception>
    public int Threads
    {
        get => threads;
        init => threads = value is >= 1 and <= 256 ? value : throw new VQWaveException($"The number of threads {value} is not 1 to 256.");
    }

    /// <summary>Whether generators write blocks of codes on the CPU too, as on a GPU: for tests, since it is slower there.</summary>
    internal bool ForcesBlocks { get; init; }

    /// <summary>Whether the blocks' tensors are copied on the CPU too, as to a GPU and back: for tests.</summary>
    internal bool StagesTensors { get; init; }
}
