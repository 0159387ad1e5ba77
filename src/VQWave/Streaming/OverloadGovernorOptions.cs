namespace VQWave.Streaming;

/// <summary>When the overload governor lowers the detail and when it raises it again.</summary>
public sealed record OverloadGovernorOptions
{
    /// <summary>Smoothed tick time, as a share of the time there is, above which the finest level is dropped.</summary>
    public double DropLoad { get; init; } = 1;

    /// <summary>Fill of the ring, as a share of its depth, below which the finest level is dropped.</summary>
    public double DropFill { get; init; } = 0.5;

    /// <summary>Smoothed tick time, as a share of the time there is, below which a level may come back.</summary>
    public double ReturnLoad { get; init; } = 0.7;

    /// <summary>Ticks in a row without trouble after which a level comes back. Doubled each time that this proves too early.</summary>
    public int HoldTicks { get; init; } = 86;

    /// <summary>The longest such wait, in ticks.</summary>
    public int MaximumHoldTicks { get; init; } = 2752;

    /// <summary>Index of the coarsest level that it goes down to; null is the coarsest that was measured to take less time.</summary>
    public int? Floor { get; init; }

    /// <summary>Ticks after a drop during which there is no other: its relief takes time to show.</summary>
    public int SettleTicks { get; init; } = 6;
}
