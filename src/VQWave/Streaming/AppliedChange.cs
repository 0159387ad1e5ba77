namespace VQWave.Streaming;

/// <summary>
/// When a change took effect, for each level that it concerns one. <see cref="Change"/> sent to another engine over the same pack has the
/// same effect at the same sample: the changes applied in a performance are its score.
/// </summary>
/// <param name="Change">The change of one level (or of the tick) with the time and the piece in which it took effect.</param>
/// <param name="WantedTime">The time that was asked for.</param>
public readonly record struct AppliedChange(ControlChange Change, long WantedTime)
{
    /// <summary>Samples by which it came later than asked for; a change as soon as possible is never late.</summary>
    public long Late => WantedTime <= 0 ? 0 : Math.Max(0, Change.Time - WantedTime);
}
