namespace VQWave.Streaming;

/// <summary>
/// The control track as one stage of the engine sees it: changes that wait for their time, in the order of their times, and the controls of
/// the stage's levels, each at its own time.
/// </summary>
/// <remarks>Threading: one caller at a time; allocates nothing after its construction.</remarks>
internal sealed class ControlTimeline
{
    /// <summary>Changes that wait at most; more stay in the queue that they come through.</summary>
    public const int Capacity = 1024;

    /// <summary>Given codes that may be due at the same time; older ones are dropped, so that following does not lag ever more.</summary>
    public const int MaximumGivenCodes = 16;

    private const uint TickBit = 1u << 31;
    private readonly ControlChange[] waiting = new ControlChange[Capacity];
    private readonly uint[] concerns = new uint[Capacity];

    // Time from which a change has no meaning any more.
    private readonly long[] ends = new long[Capacity];
    private readonly LevelControls[] controls;
    private readonly long[] next;
    private readonly uint owned;
    private int count;
    private long lost;

    /// <summary>Creates the track of a stage.</summary>
    /// <param name="options">The controls at the start.</param>
    /// <param name="firstLevel">The stage's first level.</param>
    /// <param name="levels">Number of its levels.</param>
    /// <param name="ticks">Whether the changes that concern ticks are its own.</param>
    public ControlTimeline(EngineOptions options, int firstLevel, int levels, bool ticks)
    {
        Options = options;
        controls = new LevelControls[firstLevel + levels];
        next = new long[controls.Length];
        for (var level = firstLevel; level < controls.Length; level++)
        {
            owned |= 1u << level;
        }

        owned |= ticks ? TickBit : 0;
        Clear();
    }

    /// <summary>The controls at the start, taken with the next <see cref="Clear"/>.</summary>
    public EngineOptions Options { get; set; }

    /// <summary>What took effect, for whoever keeps the score.</summary>
    public SpscQueue<AppliedChange> Applied { get; private set; } = new(4096);

    /// <summary>Reports that found <see cref="Applied"/> full.</summary>
    public long LostReports => Volatile.Read(ref lost);

    /// <summary>The controls of a level of the stage as they are.</summary>
    public ref LevelControls Of(int level) => ref controls[level];

    /// <summary>Back to the controls at the start, with nothing waiting.</summary>
    public void Clear()
    {
        count = 0;
        for (var level = 0; level < controls.Length; level++)
        {
            controls[level] = LevelControls.Initial(Options, level);
            next[level] = long.MaxValue;
        }
    }

    /// <summary>Takes over what waits in another track, and whom it reports to.</summary>
    public void TakeOver(ControlTimeline other)
    {
        Applied = other.Applied;
        for (var i = 0; i < other.count && count < Capacity; i++)
        {
            Insert(other.waiting[i], other.concerns[i] & owned);
        }
    }

    /// <summary>Takes changes out of their queue.</summary>
    public void Drain(SpscQueue<ControlChange> inbox)
    {
        while (count < Capacity && inbox.TryDequeue(out var change))
        {
            if (change.DropsSeeds)
            {
                DoomSeeds(change.Time);
            }

            Insert(change, Concern(change) & owned);
        }
    }

    /// <summary>Begins a piece with a seed.</summary>
    /// <param name="level">Index of the level.</param>
    /// <param name="time">Time of the piece's first sample.</param>
    /// <param name="piece">Number of resets before it.</param>
    /// <param name="seed">The seed.</param>
    public void BeginPiece(int level, long time, int piece, ulong seed)
    {
        for (var i = 0; i < count; i++)
        {
            if (ends[i] <= time)
            {
                concerns[i] = 0;
            }
        }

        Compact();
        // What was due in the piece before comes first, also at a level that rested.
        At(level, time - 1, piece).Seed = seed;
    }

    /// <summary>The controls of a level for a code, after the changes due by its time.</summary>
    /// <param name="level">Index of the level.</param>
    /// <param name="time">Time of the code, in samples.</param>
    /// <param name="piece">Number of resets before it.</param>
    public ref LevelControls At(int level, long time, int piece)
    {
        if (time >= next[level])
        {
            Advance(level, time, piece);
        }

        return ref controls[level];
    }

    /// <summary>Takes the first change that concerns ticks and is due.</summary>
    /// <param name="tick">Time of the tick, by which changes of detail are due.</param>
    /// <param name="following">Time of the tick after it, by which a reset between the two is due.</param>
    /// <param name="piece">Number of resets before the tick.</param>
    /// <param name="change">The change.</param>
    public bool TryTakeTick(long tick, long following, int piece, out ControlChange change)
    {
        for (var i = 0; i < count; i++)
        {
            if ((concerns[i] & TickBit) == 0 || waiting[i].Piece > piece)
            {
                continue;
            }

            var time = waiting[i].Kind == ControlKind.Reset ? following : tick;
            if (waiting[i].Time <= time)
            {
                change = waiting[i];
                Report(change, ControlChange.AllLevels, time, piece);
                concerns[i] = 0;
                Compact();
                return true;
            }
        }

        change = default;
        return false;
    }

    /// <summary>Says that something took effect that did not come through the queue.</summary>
    public void Report(in ControlChange change, int level, long time, int piece)
    {
        var effective = change.ForScore() with { Level = level, Time = time, Piece = piece };
        if (!Applied.TryEnqueue(new AppliedChange(effective, change.Time)))
        {
            Volatile.Write(ref lost, lost + 1);
        }
    }

    private static uint Concern(in ControlChange change) =>
        change.Kind switch
        {
            ControlKind.Detail or ControlKind.DetailLimit or ControlKind.Reset => TickBit,
            ControlKind.Freeze or ControlKind.FreezeLength or ControlKind.CoarseCode => 1,
            _ when change.Level is >= 0 and < 31 => 1u << change.Level,
            _ when change.Level == ControlChange.AllLevels => ~TickBit,
            _ => 0,
        };

    private void Insert(in ControlChange change, uint concern)
    {
        if (concern == 0)
        {
            return;
        }

        // Among equal times the order of arrival stays.
        var at = count;
        while (at > 0 && waiting[at - 1].Time > change.Time)
        {
            waiting[at] = waiting[at - 1];
            concerns[at] = concerns[at - 1];
            ends[at] = ends[at - 1];
            at--;
        }

        waiting[at] = change;
        concerns[at] = concern;
        ends[at] = long.MaxValue;
        count++;
        for (var level = 0; level < next.Length; level++)
        {
            if ((concern & (1u << level)) != 0)
            {
                next[level] = Math.Min(next[level], change.Time);
            }
        }
    }

    private void Advance(int level, long time, int piece)
    {
        var bit = 1u << level;
        var spent = false;
        var surplus = GivenCodesDue(bit, time, piece) - MaximumGivenCodes;
        next[level] = long.MaxValue;
        for (var i = 0; i < count; i++)
        {
            if ((concerns[i] & bit) == 0)
            {
                continue;
            }

            if (waiting[i].Time > time || waiting[i].Piece > piece)
            {
                next[level] = Math.Min(next[level], waiting[i].Time);
                continue;
            }

            if (waiting[i].Kind == ControlKind.CoarseCode && controls[level].GivenCode >= 0)
            {
                // One for each code.
                next[level] = Math.Min(next[level], waiting[i].Time);
                continue;
            }

            if (waiting[i].Kind != ControlKind.CoarseCode || surplus-- <= 0)
            {
                controls[level].Apply(waiting[i]);
                Report(waiting[i], level, time, piece);
            }

            concerns[i] &= ~bit;
            spent |= concerns[i] == 0;
        }

        if (spent)
        {
            Compact();
        }
    }

    private int GivenCodesDue(uint bit, long time, int piece)
    {
        var due = 0;
        for (var i = 0; i < count && (bit & 1) != 0; i++)
        {
            var change = waiting[i];
            due += change.Kind == ControlKind.CoarseCode && change.Time <= time && change.Piece <= piece ? 1 : 0;
        }

        return due;
    }

    // The piece that ends is generated somewhat past its end, with the seeds that were meant for it; the next one begins without them.
    private void DoomSeeds(long end)
    {
        for (var i = 0; i < count; i++)
        {
            if (waiting[i].Kind == ControlKind.Seed && waiting[i].Time >= end)
            {
                ends[i] = Math.Min(ends[i], end);
            }
        }
    }

    private void Compact()
    {
        var kept = 0;
        for (var i = 0; i < count; i++)
        {
            if (concerns[i] != 0)
            {
                waiting[kept] = waiting[i];
                concerns[kept] = concerns[i];
                ends[kept] = ends[i];
                kept++;
            }
        }

        count = kept;
    }
}
