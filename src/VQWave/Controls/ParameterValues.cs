namespace VQWave.Controls;

/// <summary>
/// The present values of all parameters, written by controllers, host and user interface, read by the engine and the audio thread.
/// Real-time safe on both sides.
/// </summary>
/// <remarks>
/// Any number of threads may write and read at once; nothing allocates, locks or waits. Each value is written whole. Several that
/// belong together (a preset) are written between <see cref="BeginChange"/> and <see cref="EndChange"/>: while such a change is under
/// way <see cref="TrySnapshot"/> fails, and the reader keeps what it had until its next block.
/// </remarks>
public sealed class ParameterValues
{
    private readonly float[] values;
    private readonly long[] triggers;
    private readonly bool[] locked;
    private long version;
    private int changesUnderWay;

    /// <summary>Creates the values, all at their defaults.</summary>
    /// <param name="table">The table; by default <see cref="ParameterTable.Default"/>.</param>
    public ParameterValues(ParameterTable? table = null)
    {
        Table = table ?? ParameterTable.Default;
        values = [.. Table.Parameters.Select(p => p.Default)];
        triggers = new long[values.Length];
        locked = new bool[values.Length];
    }

    /// <summary>The parameters.</summary>
    public ParameterTable Table { get; }

    /// <summary>Grows with every change: a reader that saw the same number has nothing to do.</summary>
    public long Version => Volatile.Read(ref version);

    /// <summary>The plain value of a parameter.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such parameter.</exception>
    public float this[ParameterId id]
    {
        get => Volatile.Read(ref values[Table.IndexOf(id)]);
        set => Set(Table.IndexOf(id), value);
    }

    /// <summary>The plain value by place in the table.</summary>
    public float Get(int index) => Volatile.Read(ref values[index]);

    /// <summary>Sets a plain value by place in the table: held in the range and on a step; a NaN is ignored.</summary>
    public void Set(int index, float plain)
    {
        if (float.IsNaN(plain))
        {
            return;
        }

        var definition = Table.Parameters[index];
        var value = definition.Clamp(plain);
        var previous = Interlocked.Exchange(ref values[index], value);
        if (definition.Kind == ParameterKind.Trigger && value >= 0.5f && previous < 0.5f)
        {
            Interlocked.Increment(ref triggers[index]);
        }

        if (previous != value)
        {
            Interlocked.Increment(ref version);
        }
    }

    /// <summary>Whether presets leave a parameter as it is.</summary>
    public bool IsLocked(ParameterId id) => IsLocked(Table.IndexOf(id));

    /// <summary>Says whether presets, recalled by hand or by a MIDI program, are to leave a parameter as it is.</summary>
    public void SetLocked(ParameterId id, bool isLocked) => Volatile.Write(ref locked[Table.IndexOf(id)], isLocked);

    internal bool IsLocked(int index) => Volatile.Read(ref locked[index]);

    /// <summary>The normalised value of a parameter.</summary>
    public double GetNormalised(ParameterId id) => Table[id].ToNormalised(this[id]);

    /// <summary>Sets a value from 0 to 1.</summary>
    public void SetNormalised(ParameterId id, double normalised)
    {
        if (!double.IsNaN(normalised))
        {
            this[id] = Table[id].FromNormalised(normalised);
        }
    }

    /// <summary>Makes a trigger happen once more.</summary>
    /// <param name="id">A parameter whose kind is <see cref="ParameterKind.Trigger"/>.</param>
    public void Fire(ParameterId id)
    {
        var index = Table.IndexOf(id);
        if (Table.Parameters[index].Kind == ParameterKind.Trigger)
        {
            Interlocked.Increment(ref triggers[index]);
            Interlocked.Increment(ref version);
        }
    }

    /// <summary>How often a trigger has happened; a reader compares with what it saw last, so that none is lost between blocks.</summary>
    public long TriggerCount(ParameterId id) => Volatile.Read(ref triggers[Table.IndexOf(id)]);

    /// <summary>Says that several values change together; to be followed by <see cref="EndChange"/>.</summary>
    public void BeginChange()
    {
        Interlocked.Increment(ref changesUnderWay);
        Interlocked.Increment(ref version);
    }

    /// <summary>Ends what <see cref="BeginChange"/> began.</summary>
    public void EndChange()
    {
        Interlocked.Increment(ref version);
        Interlocked.Decrement(ref changesUnderWay);
    }

    /// <summary>Copies all values as they were at one moment, if no change is under way.</summary>
    /// <param name="destination">Receives the plain values by place in the table; as long as the table. Unusable where the result is false.</param>
    /// <param name="snapshotVersion">The version of what was copied.</param>
    /// <returns>False where values were being written: keep the earlier copy and ask again in the next block.</returns>
    public bool TrySnapshot(Span<float> destination, out long snapshotVersion)
    {
        snapshotVersion = Volatile.Read(ref version);
        if (Volatile.Read(ref changesUnderWay) != 0)
        {
            return false;
        }

        for (var i = 0; i < values.Length; i++)
        {
            destination[i] = Volatile.Read(ref values[i]);
        }

        return Volatile.Read(ref changesUnderWay) == 0 && Volatile.Read(ref version) == snapshotVersion;
    }

    /// <summary>Sets all values to their defaults, as one change.</summary>
    public void SetDefaults()
    {
        BeginChange();
        for (var i = 0; i < values.Length; i++)
        {
            Set(i, Table.Parameters[i].Default);
        }

        EndChange();
    }

    /// <summary>The temperature that a level is generated with now; see <see cref="ParameterTable.EffectiveTemperature"/>.</summary>
    /// <param name="level">The level's index, coarsest first.</param>
    public float EffectiveTemperature(int level) =>
        ParameterTable.CombineTemperatures(
            this[ParameterId.Temperature],
            this[ParameterTable.LevelTemperature(level)],
            this[ParameterId.LevelTemperatures]
        );

    /// <summary>The top-k that a level is generated with now; see <see cref="ParameterTable.EffectiveTopK"/>.</summary>
    /// <param name="level">The level's index, coarsest first.</param>
    public int EffectiveTopK(int level) => ParameterTable.CombineTopK(this[ParameterId.TopK], this[ParameterTable.LevelTopK(level)]);
}
