using VQWave.Generation;
using VQWave.Streaming;

namespace VQWave.Controls;

/// <summary>
/// Tells an engine what has changed among the parameters: the one place that says what the table's values mean to it. Real-time safe.
/// </summary>
/// <remarks>
/// <para>
/// Levels are told the temperature and top-k that result of the global values and their own, so that what is shown is what is drawn with. The
/// seed is told in free run only: in notes mode each note brings the seed of its phrase (<see cref="VQWave.Streaming.Voices.NoteControl.PhraseSeed"/>).
/// Gain, pitch, bypass, mode, buffer and the note parameters are the audio side's.
/// </para>
/// <para>Threading: one thread at a time, the audio thread or a control thread; nothing allocates, locks or waits.</para>
/// </remarks>
public sealed class EngineParameters
{
    private readonly ParameterTable table;
    private readonly float[] snapshot;
    private readonly float[] toldTemperatures;
    private readonly int[] toldTopK;
    private long seenVersion = -1;
    private long seenResets;
    private int toldDetail;
    private int toldFreezeLength;
    private int toldFreeze;
    private long toldSeed;

    /// <summary>Prepares for an engine to which nothing was told yet.</summary>
    /// <param name="values">The values that will be followed; resets before now are not repeated.</param>
    /// <param name="levels">How many levels the engine's pack has, 1 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are no levels.</exception>
    public EngineParameters(ParameterValues values, int levels)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(levels, 1);
        table = values.Table;
        snapshot = new float[table.Count];
        toldTemperatures = new float[levels];
        toldTopK = new int[levels];
        seenResets = values.TriggerCount(ParameterId.Reset);
        Invalidate();
    }

    /// <summary>The most changes that <see cref="Collect"/> gives at once.</summary>
    public int MaximumChanges => (2 * toldTemperatures.Length) + 5;

    /// <summary>The options of an engine that begins with the parameters as they are: they hold from its first code on; what is told later comes in its time.</summary>
    /// <param name="values">The parameters.</param>
    /// <param name="levels">How many levels the engine's pack has, 1 or more.</param>
    public static EngineOptions Start(ParameterValues values, int levels) =>
        new()
        {
            Seed = (ulong)values[ParameterId.Seed],
            Sampling = new SamplingSettings
            {
                LevelTemperatures = [.. Enumerable.Range(0, levels).Select(values.EffectiveTemperature)],
                LevelTopK = [.. Enumerable.Range(0, levels).Select(values.EffectiveTopK)],
            },
            Detail = Math.Min(Heard((int)values[ParameterId.Detail], levels), levels - 1),
            FreezeLength = (int)values[ParameterId.FreezeLength],
        };

    /// <summary>Forgets what was told, so that the next <see cref="Collect"/> tells everything: for a new engine, or one that did not take a change.</summary>
    public void Invalidate()
    {
        Array.Fill(toldTemperatures, float.NaN);
        Array.Fill(toldTopK, -1);
        toldDetail = -1;
        toldFreezeLength = -1;
        toldFreeze = -1;
        toldSeed = -1;
        seenVersion = -1;
    }

    /// <summary>Gives the changes since the last call. A seed comes before a reset, so that the new piece begins with it.</summary>
    /// <param name="values">The values; of the table that this was made with.</param>
    /// <param name="time">The engine time, in samples, from which the changes are wanted.</param>
    /// <param name="changes">Receives the changes; room for <see cref="MaximumChanges"/>.</param>
    /// <returns>How many there are; 0 also while several values are being changed together, which the next call then tells.</returns>
    /// <exception cref="ArgumentException">There is too little room.</exception>
    public int Collect(ParameterValues values, long time, Span<ControlChange> changes)
    {
        if (changes.Length < MaximumChanges)
        {
            throw new ArgumentException($"There is room for {changes.Length} changes, and there may be {MaximumChanges}.", nameof(changes));
        }

        if (values.Version == seenVersion || !values.TrySnapshot(snapshot, out var version))
        {
            return 0;
        }

        seenVersion = version;
        var count = CollectLevels(time, changes);
        var detail = (int)Value(ParameterId.Detail);
        if (detail != toldDetail)
        {
            toldDetail = detail;
            changes[count++] = ControlChange.Detail(Heard(detail, toldTemperatures.Length), time);
        }

        var freezeLength = (int)Value(ParameterId.FreezeLength);
        if (freezeLength != toldFreezeLength)
        {
            toldFreezeLength = freezeLength;
            changes[count++] = ControlChange.FreezeLength(freezeLength, time);
        }

        var freeze = (int)Value(ParameterId.Freeze);
        if (freeze != toldFreeze)
        {
            toldFreeze = freeze;
            changes[count++] = ControlChange.Freeze(freeze != 0, time);
        }

        var seed = Value(ParameterId.Mode) == (float)PlayMode.FreeRun ? (long)Value(ParameterId.Seed) : -1;
        if (seed != toldSeed)
        {
            toldSeed = seed;
            if (seed >= 0)
            {
                changes[count++] = ControlChange.Seed((ulong)seed, time);
            }
        }

        var resets = values.TriggerCount(ParameterId.Reset);
        if (resets != seenResets)
        {
            // Several within a block are one: nothing would sound between them.
            seenResets = resets;
            changes[count++] = ControlChange.Reset(time);
        }

        return count;
    }

    // The last choice is the finest level, however many there are.
    private static int Heard(int detail, int levels) => detail == ParameterTable.LevelSlots ? levels - 1 : detail - 1;

    private int CollectLevels(long time, Span<ControlChange> changes)
    {
        var count = 0;
        for (var level = 0; level < toldTemperatures.Length; level++)
        {
            var temperature = table.EffectiveTemperature(snapshot, level);
            if (temperature != toldTemperatures[level])
            {
                toldTemperatures[level] = temperature;
                changes[count++] = ControlChange.OwnTemperature(level, temperature, time);
            }

            var topK = table.EffectiveTopK(snapshot, level);
            if (topK != toldTopK[level])
            {
                toldTopK[level] = topK;
                changes[count++] = ControlChange.OwnTopK(level, topK, time);
            }
        }

        return count;
    }

    private float Value(ParameterId id) => snapshot[table.IndexOf(id)];
}
