namespace VQWave.Instruments;

/// <summary>The depths that the engine's ring was asked to have, as long as samples of them may still wait. Real-time safe.</summary>
/// <remarks>Threading: one thread at a time; <see cref="Latest"/> any.</remarks>
internal sealed class RingHistory(int depth)
{
    private int latest = depth;
    private int greatest = depth;
    private long until;

    /// <summary>The depth that is asked for.</summary>
    public int Latest => Volatile.Read(ref latest);

    /// <summary>Another depth is asked for.</summary>
    /// <param name="depth">Samples.</param>
    /// <param name="position">The engine's position.</param>
    public void Set(int depth, long position)
    {
        if (depth < latest)
        {
            greatest = Greatest(position);
            // A deeper ring is filled to its depth and a tick more at most, and is read empty before it is less deep.
            until = position + greatest + 1;
        }

        Volatile.Write(ref latest, depth);
    }

    /// <summary>The greatest depth that still counts.</summary>
    /// <param name="position">The engine's position.</param>
    public int Greatest(long position) => position < until ? Math.Max(greatest, latest) : latest;
}
