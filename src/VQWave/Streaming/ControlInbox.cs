namespace VQWave.Streaming;

/// <summary>Where changes of controls enter an engine: one queue for each of its two stages, as they may run on two threads.</summary>
/// <remarks>Threading: one sender of changes and one of codes at a time, real-time safe for them; each stage empties its own queue.</remarks>
internal sealed class ControlInbox
{
    public SpscQueue<ControlChange> Coarse { get; } = new(ControlTimeline.Capacity);

    public SpscQueue<ControlChange> Fine { get; } = new(ControlTimeline.Capacity);

    /// <summary>Given codes, which come from another thread than changes do.</summary>
    public SpscQueue<ControlChange> Codes { get; } = new(64);

    /// <summary>Sends a change to both stages, or, where one has no room, to none.</summary>
    public bool TrySend(in ControlChange change) =>
        Coarse.Free > 0 && Fine.Free > 0 && Coarse.TryEnqueue(change) && Fine.TryEnqueue(change);
}
