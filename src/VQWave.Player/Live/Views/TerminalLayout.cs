namespace VQWave.Player.Live.Views;

/// <summary>How the rows of a window are shared out: what must be there first, then what makes it easier to read.</summary>
internal readonly record struct TerminalLayout
{
    /// <summary>The least columns.</summary>
    public const int MinimumWidth = 60;

    /// <summary>The least rows, for a pack of four levels.</summary>
    public const int MinimumHeight = 16;

    private const int FixedRows = 11;
    private const int Lanes = 4;

    /// <summary>Rows of a lane of codes; 0 where it stands in the level's own row.</summary>
    public int LaneRows { get; private init; }

    /// <summary>Blank rows between levels.</summary>
    public int LevelGap { get; private init; }

    /// <summary>Rows of the grid of settings.</summary>
    public int GridRows { get; private init; }

    /// <summary>Columns of the grid of settings.</summary>
    public int GridColumns { get; private init; }

    /// <summary>Rows of messages.</summary>
    public int MessageRows { get; private init; }

    /// <summary>Whether MIDI has a row of its own.</summary>
    public bool HasMidiRow { get; private init; }

    /// <summary>Blank rows between sections: as many of the four as there is room for.</summary>
    public int Gaps { get; private init; }

    /// <summary>Rows of the output meter's bar.</summary>
    public int MeterRows { get; private init; }

    /// <summary>Whether the meter has a scale below it.</summary>
    public bool HasScale { get; private init; }

    /// <summary>The least rows for a number of levels.</summary>
    public static int RowsFor(int levels) => Math.Max(MinimumHeight, FixedRows + levels + 1);

    /// <summary>Shares a window out.</summary>
    public static TerminalLayout For(int width, int height, int levels, int settings)
    {
        var columns = Math.Clamp(width / GridCell, 1, 8);
        var fullGrid = (settings + columns - 1) / columns;
        TerminalLayout layout = new()
        {
            GridRows = 1,
            GridColumns = columns,
            MessageRows = 1,
            MeterRows = 1,
        };
        var free = height - FixedRows - levels - layout.GridRows;
        // In the order in which a performer misses it. Each takes its rows only where all of them are there.
        Take(ref free, 1, layout with { HasMidiRow = true }, ref layout);
        Take(ref free, 1, layout with { GridRows = Math.Min(2, fullGrid) }, ref layout);
        Take(ref free, levels, layout with { LaneRows = 1 }, ref layout);
        Take(ref free, Math.Max(0, fullGrid - layout.GridRows), layout with { GridRows = fullGrid }, ref layout);
        Take(ref free, 1, layout with { Gaps = 1 }, ref layout);
        Take(ref free, 1, layout with { MessageRows = 2 }, ref layout);
        Take(ref free, 1, layout with { Gaps = layout.Gaps + 1 }, ref layout);
        Take(ref free, 1, layout with { Gaps = layout.Gaps + 1 }, ref layout);
        Take(ref free, 1, layout with { HasScale = true }, ref layout);
        Take(ref free, levels, layout with { LaneRows = layout.LaneRows + 1 }, ref layout);
        Take(ref free, 2, layout with { MessageRows = 4 }, ref layout);
        Take(ref free, levels - 1, layout with { LevelGap = 1 }, ref layout);
        Take(ref free, 1, layout with { MeterRows = 2 }, ref layout);
        Take(ref free, 1, layout with { Gaps = layout.Gaps + 1 }, ref layout);
        for (var i = 0; i < Lanes; i++)
        {
            Take(ref free, levels, layout with { LaneRows = layout.LaneRows + 1 }, ref layout);
            Take(ref free, 2, layout with { MessageRows = layout.MessageRows + 2 }, ref layout);
        }

        return layout;
    }

    /// <summary>Columns of a setting.</summary>
    public const int GridCell = 20;

    private static void Take(ref int free, int rows, TerminalLayout better, ref TerminalLayout layout)
    {
        if (rows <= free)
        {
            free -= rows;
            layout = better;
        }
    }
}
