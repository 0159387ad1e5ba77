namespace VQWave.Streaming;

/// <summary>
/// The latest snapshots, numbered from 1: a ring of buffers, the oldest of which is filled next. A reader that was overtaken in the middle of its copy sees it
/// by the number of the latest.
/// </summary>
/// <remarks>Threading: one writer, which never waits; any number of readers, which repeat a copy at worst.</remarks>
internal sealed class SnapshotBuffer
{
    // A second and a half of ticks.
    private const int Capacity = 64;
    private readonly EngineSnapshot[] buffers = [.. Enumerable.Range(0, Capacity).Select(_ => new EngineSnapshot())];
    private long latest;

    /// <summary>The number of the latest snapshot; 0 before the first.</summary>
    public long Latest => Volatile.Read(ref latest);

    /// <summary>The buffer to fill next; for the writer.</summary>
    public EngineSnapshot Next => Of(latest + 1);

    /// <summary>Shows the buffer that was filled; for the writer.</summary>
    public void Publish() => Interlocked.Increment(ref latest);

    /// <summary>Copies the latest snapshot.</summary>
    public void Read(EngineSnapshot target)
    {
        while (true)
        {
            var number = Latest;
            target.CopyFrom(Of(number));
            if (IsKept(number))
            {
                return;
            }
        }
    }

    /// <summary>Copies the snapshot with a number.</summary>
    /// <returns>False where it is not there yet, or not any more; <paramref name="target"/> is of no use then.</returns>
    public bool TryRead(long number, EngineSnapshot target)
    {
        if (number < 1 || number > Latest || !IsKept(number))
        {
            return false;
        }

        target.CopyFrom(Of(number));
        return IsKept(number);
    }

    private EngineSnapshot Of(long number) => buffers[number & (Capacity - 1)];

    // The buffer of a number is filled again once the number before its next turn is out.
    private bool IsKept(long number)
    {
        Interlocked.MemoryBarrier();
        return Latest < number + Capacity - 1;
    }
}
