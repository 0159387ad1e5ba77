namespace VQWave.Streaming;

/// <summary>
/// Decides, from how long ticks take and how full the ring is, how much detail there is time for: under overload the finest level is
/// dropped rather than the sound, and comes back after a while without trouble, later each time that this was too early.
/// </summary>
/// <remarks>Threading: one caller at a time; allocates nothing. It has no clock of its own: the same figures give the same decisions.</remarks>
public sealed class OverloadGovernor
{
    private const double Smoothing = 0.15;

    // What a level's return or drop leaves of the load is not known: neutral, until ticks have shown it.
    private const double NeutralLoad = 0.5;
    private readonly OverloadGovernorOptions options;
    private double load = NeutralLoad;
    private int calm;
    private int hold;
    private int sinceDrop;
    private int sinceReturn = int.MaxValue;

    /// <summary>Creates a governor that allows all detail.</summary>
    /// <param name="options">Its thresholds.</param>
    /// <param name="finest">Index of the finest level.</param>
    /// <param name="floor">Index of the coarsest level that is any relief.</param>
    public OverloadGovernor(OverloadGovernorOptions options, int finest, int floor = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(finest);
        ArgumentOutOfRangeException.ThrowIfNegative(floor);
        Floor = Math.Min(floor, finest);
        this.options = options;
        hold = options.HoldTicks;
        sinceDrop = options.SettleTicks;
        Finest = finest;
        Limit = finest;
    }

    /// <summary>Index of the finest level.</summary>
    public int Finest { get; private set; }

    /// <summary>Index of the coarsest level that it goes down to.</summary>
    public int Floor { get; private set; }

    /// <summary>Index of the finest level that there is time for.</summary>
    public int Limit { get; private set; }

    /// <summary>How often a level was dropped.</summary>
    public long Drops { get; private set; }

    /// <summary>How often one came back.</summary>
    public long Returns { get; private set; }

    /// <summary>The smoothed tick time as a share of the time there is.</summary>
    public double Load => load;

    /// <summary>Takes a tick into account.</summary>
    /// <param name="tickLoad">Its time as a share of the time there is.</param>
    /// <param name="fill">Fill of the ring after it as a share of the ring's depth.</param>
    /// <param name="starved">Whether the reader found too little since the tick before.</param>
    /// <param name="sounding">Index of the level that is heard.</param>
    /// <returns>The new <see cref="Limit"/>.</returns>
    public int Update(double tickLoad, double fill, bool starved, int sounding)
    {
        load += (Math.Min(tickLoad, 4) - load) * Smoothing;
        sinceDrop = Math.Min(sinceDrop, int.MaxValue - 1) + 1;
        sinceReturn = Math.Min(sinceReturn, int.MaxValue - 1) + 1;
        var trouble = starved || fill < options.DropFill || load > options.DropLoad;
        calm = trouble || load >= options.ReturnLoad ? 0 : calm + 1;
        if (trouble && sinceDrop > options.SettleTicks && sounding > Floor && sounding <= Limit)
        {
            // Trouble soon after a return: the return was too early.
            hold = sinceReturn <= hold ? Math.Min(hold * 2, options.MaximumHoldTicks) : options.HoldTicks;
            Limit = sounding - 1;
            Drops++;
            sinceDrop = 0;
            load = NeutralLoad;
        }
        else if (Limit < Finest && calm >= hold)
        {
            Limit++;
            Returns++;
            calm = 0;
            sinceReturn = 0;
            load = NeutralLoad;
        }

        return Limit;
    }

    /// <summary>Allows all detail again, for a pack with another number of levels.</summary>
    public void Reset(int finest, int floor = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(finest);
        ArgumentOutOfRangeException.ThrowIfNegative(floor);
        Floor = Math.Min(floor, finest);
        Finest = finest;
        Limit = finest;
        hold = options.HoldTicks;
        load = NeutralLoad;
        calm = 0;
        sinceDrop = options.SettleTicks;
        sinceReturn = int.MaxValue;
    }
}
