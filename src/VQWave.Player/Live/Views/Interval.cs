namespace VQWave.Player.Live.Views;

/// <summary>Says when something that is done every so often is due, without drift.</summary>
internal sealed class Interval
{
    private readonly double seconds;
    private double next;

    /// <summary>Begins at 0.</summary>
    /// <param name="seconds">The time between; 0 or less for never.</param>
    public Interval(double seconds)
    {
        this.seconds = seconds;
        Begin(0);
    }

    /// <summary>Counts from now on.</summary>
    /// <param name="now">Seconds of play.</param>
    public void Begin(double now) => next = now + seconds;

    /// <summary>Whether it is due.</summary>
    /// <param name="now">Seconds of play.</param>
    public bool IsDue(double now)
    {
        if (seconds <= 0 || now < next)
        {
            return false;
        }

        // Where a machine has slept, once and not once for each time that was missed.
        next += seconds;
        next = next <= now ? now + seconds : next;
        return true;
    }
}
