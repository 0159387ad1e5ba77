namespace VQWave.Streaming;

/// <summary>The state of a <see cref="LiveEngine"/> after one tick, for display; filled by <see cref="LiveEngine.ReadSnapshot"/>.</summary>
/// <remarks>A plain buffer of fixed size: each reader has its own.</remarks>
public sealed class EngineSnapshot
{
    /// <summary>The most levels of a hierarchy.</summary>
    public const int MaximumLevels = 8;

    /// <summary>The most codes of a level that are shown.</summary>
    public const int MaximumCodes = 64;

    /// <summary>The most codes of a level that are told as new: those of a tick, and at a piece's beginning what is looked ahead as well.</summary>
    public const int MaximumWritten = 256;

    private readonly int[] codes = new int[MaximumLevels * MaximumCodes];
    private readonly int[] counts = new int[MaximumLevels];
    private readonly int[] written = new int[MaximumLevels * MaximumWritten];
    private readonly int[] writtenCounts = new int[MaximumLevels];
    private readonly long[] writtenFrom = new long[MaximumLevels];
    private readonly float[] temperatures = new float[MaximumLevels];
    private readonly int[] topK = new int[MaximumLevels];

    /// <summary>Number of levels.</summary>
    public int Levels { get; internal set; }

    /// <summary>Samples written since the start.</summary>
    public long Position { get; internal set; }

    /// <summary>Number of resets.</summary>
    public int Piece { get; internal set; }

    /// <summary>Index of the level that the controls ask for.</summary>
    public int Detail { get; internal set; }

    /// <summary>Index of the level that is heard: coarser than asked for under overload.</summary>
    public int Sounding { get; internal set; }

    /// <summary>Whether the coarsest level repeats its codes.</summary>
    public bool Frozen { get; internal set; }

    /// <summary>Samples in the ring.</summary>
    public int Fill { get; internal set; }

    /// <summary>Samples that are kept in the ring.</summary>
    public int Depth { get; internal set; }

    /// <summary>Samples of a tick.</summary>
    public int TickSamples { get; internal set; }

    /// <summary>Time that there is for a tick, in seconds.</summary>
    public double Budget { get; internal set; }

    /// <summary>Time that this tick took, in seconds.</summary>
    public double TickTime { get; internal set; }

    /// <summary>Median time of a tick, in seconds.</summary>
    public double Median { get; internal set; }

    /// <summary>Time that 99 of 100 ticks do not exceed, in seconds.</summary>
    public double Percentile99 { get; internal set; }

    /// <summary>Time of the slowest tick, in seconds.</summary>
    public double Worst { get; internal set; }

    /// <summary>Smoothed tick time as a share of the time there is.</summary>
    public double Load { get; internal set; }

    /// <summary>Ticks written.</summary>
    public long Ticks { get; internal set; }

    /// <summary>Ticks that took longer than there is time for.</summary>
    public long LateTicks { get; internal set; }

    /// <summary>How often the overload governor dropped a level.</summary>
    public long Drops { get; internal set; }

    /// <summary>How often it let one come back.</summary>
    public long Returns { get; internal set; }

    /// <summary>Blocks for which the ring held too little.</summary>
    public long StarvedBlocks { get; internal set; }

    /// <summary>Samples that were missing in them.</summary>
    public long StarvedSamples { get; internal set; }

    /// <summary>Bytes that the engine's threads have allocated on the managed heap since their start.</summary>
    public long AllocatedBytes { get; internal set; }

    /// <summary>The codes of a level in the tick, the first of them if there are many; empty where the level rests.</summary>
    public ReadOnlySpan<int> Codes(int level) => codes.AsSpan(level * MaximumCodes, counts[level]);

    /// <summary>
    /// The codes of a level that were written since the tick before, the latest of them if there are very many. They lie ahead of what the tick sounds
    /// by what decoders and finer levels look ahead. Empty where the level rests.
    /// </summary>
    public ReadOnlySpan<int> Written(int level) => written.AsSpan(level * MaximumWritten, writtenCounts[level]);

    /// <summary>
    /// Where the first sample of the first of <see cref="Written"/> lies, on the axis of <see cref="Position"/>: a code covers as many samples as its level compresses.
    /// </summary>
    public long WrittenFrom(int level) => writtenFrom[level];

    /// <summary>The temperature of a level's latest code.</summary>
    public float Temperature(int level) => temperatures[level];

    /// <summary>The top-k of a level's latest code.</summary>
    public int TopK(int level) => topK[level];

    internal void SetLevel(int level, float temperature, int k)
    {
        temperatures[level] = temperature;
        topK[level] = k;
        counts[level] = 0;
        writtenCounts[level] = 0;
        writtenFrom[level] = 0;
    }

    internal void SetWritten(int level, CodeHistory history, long start, long origin, int compression)
    {
        var first = Math.Max(Math.Max(start, history.Begin), history.End - MaximumWritten);
        var count = (int)(history.End - first);
        history.CopyTo(first, written.AsSpan(level * MaximumWritten, count));
        writtenCounts[level] = count;
        writtenFrom[level] = origin + (first * compression);
    }

    internal void SetCodes(int level, CodeHistory history, long start, int count)
    {
        var shown = Math.Min(count, MaximumCodes);
        history.CopyTo(start, codes.AsSpan(level * MaximumCodes, shown));
        counts[level] = shown;
    }

    internal void CopyFrom(EngineSnapshot other)
    {
        other.codes.CopyTo(codes, 0);
        other.counts.CopyTo(counts, 0);
        other.written.CopyTo(written, 0);
        other.writtenCounts.CopyTo(writtenCounts, 0);
        other.writtenFrom.CopyTo(writtenFrom, 0);
        other.temperatures.CopyTo(temperatures, 0);
        other.topK.CopyTo(topK, 0);
        Levels = other.Levels;
        Position = other.Position;
        Piece = other.Piece;
        Detail = other.Detail;
        Sounding = other.Sounding;
        Frozen = other.Frozen;
        Fill = other.Fill;
        Depth = other.Depth;
        TickSamples = other.TickSamples;
        Budget = other.Budget;
        TickTime = other.TickTime;
        Median = other.Median;
        Percentile99 = other.Percentile99;
        Worst = other.Worst;
        Load = other.Load;
        Ticks = other.Ticks;
        LateTicks = other.LateTicks;
        Drops = other.Drops;
        Returns = other.Returns;
        StarvedBlocks = other.StarvedBlocks;
        StarvedSamples = other.StarvedSamples;
        AllocatedBytes = other.AllocatedBytes;
    }
}
