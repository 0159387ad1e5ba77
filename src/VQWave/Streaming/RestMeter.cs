namespace VQWave.Streaming;

/// <summary>Whether a thread that works ahead ever gets ahead: one that does not would, with real-time priority, leave nothing to others.</summary>
/// <remarks>Threading: one thread. Allocates nothing.</remarks>
internal struct RestMeter
{
    /// <summary>Ticks in a row without a rest, beyond those that fill a ring, after which a thread counts as restless: 1.5 s of 23 ms each.</summary>
    public const int RestlessTicks = 64;

    /// <summary>Rests after which it no longer does: some seconds.</summary>
    public const int CalmRests = 512;

    private int worked;
    private int rested;

    /// <summary>Whether the thread found no rest for long.</summary>
    public bool IsRestless { get; private set; }

    /// <summary>Counts one turn.</summary>
    /// <param name="rests">Whether there is nothing to do.</param>
    /// <param name="filling">Ticks that fill the ring, which are no sign of overload.</param>
    /// <returns>Whether <see cref="IsRestless"/> has changed.</returns>
    public bool Update(bool rests, int filling)
    {
        if (!rests)
        {
            worked++;
            if (worked <= RestlessTicks + filling)
            {
                return false;
            }

            rested = 0;
            var changes = !IsRestless;
            IsRestless = true;
            return changes;
        }

        worked = 0;
        rested++;
        if (!IsRestless || rested < CalmRests)
        {
            return false;
        }

        IsRestless = false;
        return true;
    }
}
