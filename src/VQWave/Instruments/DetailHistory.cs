namespace VQWave.Instruments;

/// <summary>
/// The levels that were asked to be heard, as long as codes that were written for them lie ahead: a coarse level's decoder needs its codes much
/// earlier. Real-time safe.
/// </summary>
/// <remarks>Threading: one thread at a time.</remarks>
internal sealed class DetailHistory(int detail)
{
    // Longer than any schedule's lead of codes that were already written.
    private const int Memory = 1 << 16;
    private int latest = detail;
    private int coarsest = detail;
    private long until;

    /// <summary>Another level is asked for.</summary>
    /// <param name="detail">Its index.</param>
    /// <param name="position">The engine's position.</param>
    public void Set(int detail, long position)
    {
        if (detail == latest)
        {
            return;
        }

        coarsest = Math.Min(Coarsest(position), detail);
        until = position + Memory;
        latest = detail;
    }

    /// <summary>The coarsest level that still counts.</summary>
    /// <param name="position">The engine's position.</param>
    public int Coarsest(long position) => position < until ? Math.Min(coarsest, latest) : latest;
}
