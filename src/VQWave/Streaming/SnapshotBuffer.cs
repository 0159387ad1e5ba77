namespace VQWave.Streaming;

/// <summary>
/// The latest snapshot, in one of two buffers while the other is filled. A reader that was overtaken in the middle of its copy sees it by
/// the version and copies again.
/// </summary>
/// <remarks>Threading: one writer, which never waits; any number of readers, which repeat a copy at worst.</remarks>
internal sealed class SnapshotBuffer
{
    private readonly EngineSnapshot[] buffers = [new(), new()];
    private long version;

    /// <summary>The buffer to fill next; for the writer.</summary>
    public EngineSnapshot Next => buffers[(version + 1) & 1];

    /// <summary>Shows the buffer that was filled; for the writer.</summary>
    public void Publish() => Interlocked.Increment(ref version);

    /// <summary>Copies the latest snapshot.</summary>
    public void Read(EngineSnapshot target)
    {
        long before;
        do
        {
            // The buffer of a version is only filled again after the next version is out.
            before = Volatile.Read(ref version);
            target.CopyFrom(buffers[before & 1]);
            Interlocked.MemoryBarrier();
        } while (Volatile.Read(ref version) != before);
    }
}
