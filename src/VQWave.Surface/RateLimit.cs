namespace VQWave.Surface;

/// <summary>A bucket of tokens: so many at once, then so many a second.</summary>
/// <remarks>Threading: one caller at a time.</remarks>
internal sealed class RateLimit
{
    private readonly double perSecond;
    private readonly double burst;
    private readonly TimeProvider time;
    private double tokens;
    private long last;

    /// <summary>Creates a full bucket.</summary>
    /// <param name="perSecond">Tokens that come back a second.</param>
    /// <param name="burst">How many it holds.</param>
    /// <param name="time">The clock.</param>
    public RateLimit(double perSecond, double burst, TimeProvider time)
    {
        this.perSecond = perSecond;
        this.burst = burst;
        this.time = time;
        tokens = burst;
        last = time.GetTimestamp();
    }

    /// <summary>Takes one, if there is one.</summary>
    public bool TryTake()
    {
        var now = time.GetTimestamp();
        tokens = Math.Min(burst, tokens + (time.GetElapsedTime(last, now).TotalSeconds * perSecond));
        last = now;
        if (tokens < 1)
        {
            return false;
        }

        tokens--;
        return true;
    }
}
