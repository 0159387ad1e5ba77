namespace VQWave.Player.Live.Views;

/// <summary>The latest codes of one level that were seen, for its running lane. Allocates nothing after its construction.</summary>
internal sealed class CodeLane
{
    /// <summary>Marks a place where the level began anew.</summary>
    public const int Gap = -1;

    // As many as the widest window shows.
    private const int Capacity = 512;

    private readonly int[] codes = new int[Capacity];
    private long end;

    /// <summary>How many codes there are.</summary>
    public int Count => (int)Math.Min(end, Capacity);

    /// <summary>A code by its age: 0 is the newest.</summary>
    public int this[int age] => codes[(end - 1 - age) & (Capacity - 1)];

    /// <summary>Adds the codes of a tick.</summary>
    public void Add(ReadOnlySpan<int> tick)
    {
        foreach (var code in tick)
        {
            codes[end++ & (Capacity - 1)] = code;
        }
    }

    /// <summary>Leaves a gap.</summary>
    public void AddGap() => codes[end++ & (Capacity - 1)] = Gap;

    /// <summary>Forgets all.</summary>
    public void Clear() => end = 0;
}
