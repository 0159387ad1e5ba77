namespace VQWave.Streaming;

/// <summary>All that the stage of the finest level must know of a tick: the codes of the coarser levels and what is to be heard.</summary>
/// <remarks>Made once and used again and again; one thread at a time, handed over by a queue.</remarks>
internal sealed class TickMessage
{
    public TickMessage(EngineSchedule schedule)
    {
        Levels = new LevelCodes[schedule.Finest];
        for (var level = 0; level < Levels.Length; level++)
        {
            Levels[level] = new LevelCodes(schedule.CodesPerTick[level] + schedule.MaximumLead[level] + 1);
        }
    }

    /// <summary>Number of the tick in its piece.</summary>
    public long Tick { get; set; }

    /// <summary>Engine time of the piece's first sample.</summary>
    public long PieceTime { get; set; }

    /// <summary>Number of resets before the tick.</summary>
    public int Piece { get; set; }

    /// <summary>Whether it is the piece's first tick.</summary>
    public bool Begins { get; set; }

    /// <summary>The seed that the piece begins with, in its first tick; null where the seed stays.</summary>
    public ulong? Seed { get; set; }

    /// <summary>Whether it is the piece's last tick.</summary>
    public bool Ends { get; set; }

    /// <summary>The level that is heard.</summary>
    public int Sound { get; set; }

    /// <summary>The level that is crossfaded from, or −1.</summary>
    public int Previous { get; set; }

    /// <summary>The level that the controls ask for.</summary>
    public int Detail { get; set; }

    /// <summary>Codes that the finest level needs; 0 where it rests.</summary>
    public long NeedFinest { get; set; }

    /// <summary>What the coarse stage took, in units of the stopwatch.</summary>
    public long CoarseTime { get; set; }

    /// <summary>The new codes of all levels but the finest, and their controls.</summary>
    public LevelCodes[] Levels { get; }

    internal sealed class LevelCodes(int capacity)
    {
        public int[] Codes { get; } = new int[capacity];

        public int Count { get; set; }

        /// <summary>Whether the first of the codes begins anew, at <see cref="From"/>.</summary>
        public bool Restarted { get; set; }

        public long From { get; set; }

        public float Temperature { get; set; }

        public int TopK { get; set; }

        public bool Frozen { get; set; }
    }
}
