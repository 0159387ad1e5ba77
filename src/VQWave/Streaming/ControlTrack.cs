namespace VQWave.Streaming;

/// <summary>A score: timed changes of the controls that are fed to an engine as it needs them, for offline rendering and replay.</summary>
/// <remarks>Threading: one caller at a time.</remarks>
public sealed class ControlTrack
{
    private readonly ControlChange[] changes;
    private int next;

    /// <summary>Creates a track.</summary>
    /// <param name="changes">The changes in any order of times; among equal times their order stays.</param>
    public ControlTrack(IEnumerable<ControlChange> changes) => this.changes = [.. changes.OrderBy(c => c.Time)];

    /// <summary>Number of changes.</summary>
    public int Count => changes.Length;

    /// <summary>The score of a performance: what its engine reported.</summary>
    public static ControlTrack FromApplied(IEnumerable<AppliedChange> applied) => new(applied.Select(a => a.Change));

    /// <summary>Back to the first change.</summary>
    public void Rewind() => next = 0;

    /// <summary>Sends the changes that the next tick may need.</summary>
    /// <exception cref="VQWaveException">More changes fall into one tick than the engine takes.</exception>
    public void Feed(EngineCore core)
    {
        while (next < changes.Length && changes[next].Time <= core.Horizon)
        {
            if (!core.Send(changes[next]))
            {
                throw new VQWaveException(
                    $"More than {ControlTimeline.Capacity} changes of controls fall close to {(double)changes[next].Time / core.SampleRate:F3} s: thin them out."
                );
            }

            next++;
        }
    }
}
