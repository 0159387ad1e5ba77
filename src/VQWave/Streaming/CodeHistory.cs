namespace VQWave.Streaming;

/// <summary>The latest codes of one level by their position in the piece: a ring that keeps as many as its capacity.</summary>
/// <remarks>Threading: one caller at a time; allocates nothing after its construction.</remarks>
internal sealed class CodeHistory
{
    private readonly int[] codes;
    private readonly int mask;

    /// <summary>Creates an empty history.</summary>
    /// <param name="capacity">At least so many codes are kept.</param>
    public CodeHistory(int capacity)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        codes = new int[(int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)capacity)];
        mask = codes.Length - 1;
    }

    /// <summary>Position of the first code since the level (re)started: nothing before it counts as history.</summary>
    public long Origin { get; private set; }

    /// <summary>Position after the last code.</summary>
    public long End { get; private set; }

    /// <summary>How often it has started anew: codes at the same positions are then others.</summary>
    public int Starts { get; private set; }

    /// <summary>Position of the oldest code that is kept.</summary>
    public long Begin => Math.Max(Origin, End - codes.Length);

    /// <summary>The code at a position between <see cref="Begin"/> and <see cref="End"/>.</summary>
    public int this[long position] => codes[(int)position & mask];

    /// <summary>Starts anew at a position with the code there.</summary>
    public void Restart(long position, int code)
    {
        Starts++;
        Origin = position;
        End = position;
        Append(code);
    }

    /// <summary>Adds the code at <see cref="End"/>.</summary>
    public void Append(int code)
    {
        codes[(int)End & mask] = code;
        End++;
    }

    /// <summary>Copies codes from a position on, as ONNX Runtime takes them.</summary>
    /// <exception cref="InvalidOperationException">They are not all there.</exception>
    public void CopyTo(long start, Span<long> destination)
    {
        Check(start, destination.Length);
        for (var i = 0; i < destination.Length; i++)
        {
            destination[i] = this[start + i];
        }
    }

    /// <summary>Copies codes from a position on.</summary>
    /// <exception cref="InvalidOperationException">They are not all there.</exception>
    public void CopyTo(long start, Span<int> destination)
    {
        Check(start, destination.Length);
        for (var i = 0; i < destination.Length; i++)
        {
            destination[i] = this[start + i];
        }
    }

    private void Check(long start, int count)
    {
        if (start < Begin || start + count > End)
        {
            throw new InvalidOperationException($"Codes {start} to {start + count} are wanted where {Begin} to {End} are kept.");
        }
    }
}
