namespace VQWave.Player.Live.Views;

/// <summary>What the terminal view shows, without a terminal: looks at live play, takes keys, gives the bytes of frames.</summary>
/// <remarks>Threading: one thread. <see cref="Observe"/> and <see cref="Render"/> allocate nothing while the window keeps its size.</remarks>
internal sealed class TerminalScreen
{
    private readonly ILivePlayer player;
    private readonly Canvas canvas;
    private readonly TerminalFrame frame;
    private readonly MessageLog log = new();
    private readonly CodeLane[] lanes = [.. Enumerable.Range(0, Streaming.EngineSnapshot.MaximumLevels).Select(_ => new CodeLane())];
    private readonly MessageFeed.Reader messages;
    private string pack = "";
    private long ticks = -1;
    private int piece = -1;
    private int levels = 1;

    /// <summary>Looks at live play for the first time.</summary>
    /// <param name="player">What is played.</param>
    /// <param name="depth">The terminal's colours.</param>
    /// <param name="time">The clock; the system's by default.</param>
    public TerminalScreen(ILivePlayer player, ColorDepth depth, TimeProvider? time = null)
    {
        this.player = player;
        messages = player.Messages.Read();
        canvas = new Canvas(depth);
        Controller = new TerminalController(player, time);
        frame = new TerminalFrame(canvas, player, Controller, log, lanes);
        Observe();
    }

    /// <summary>What keys do.</summary>
    public TerminalController Controller { get; }

    /// <summary>How play stood at the last look.</summary>
    public LiveStatus Status { get; } = new();

    /// <summary>Looks at live play: its figures, the codes of the latest tick, its messages.</summary>
    public void Observe()
    {
        player.ReadStatus(Status);
        while (messages.TryRead(out var message))
        {
            log.Add(message);
        }

        while (Controller.TryTakeNotice(out var notice))
        {
            log.Add(notice);
        }

        ObserveLevels();
        ObserveCodes();
    }

    /// <summary>Draws a frame.</summary>
    /// <param name="width">Columns of the window.</param>
    /// <param name="height">Its rows.</param>
    /// <returns>The bytes for the terminal; empty where nothing has changed. Valid until the next call.</returns>
    public ReadOnlySpan<byte> Render(int width, int height)
    {
        canvas.Resize(width, height);
        Controller.HelpPages = frame.HelpPages;
        frame.Draw(Status, levels);
        return canvas.Encode();
    }

    /// <summary>Draws the next frame whole.</summary>
    public void Invalidate() => canvas.Invalidate();

    private void ObserveLevels()
    {
        var count = Status.Compressions.Count > 0 ? Status.Compressions.Count : player.Values.Table.Compressions.Count;
        count = Math.Clamp(count, 1, lanes.Length);
        if (count == levels && ReferenceEquals(pack, Status.Pack))
        {
            return;
        }

        if (count != levels || pack != Status.Pack)
        {
            foreach (var lane in lanes)
            {
                lane.Clear();
            }
        }

        (levels, pack) = (count, Status.Pack);
        Controller.Levels = count;
    }

    private void ObserveCodes()
    {
        var engine = Status.Engine;
        if (engine.Ticks == ticks)
        {
            return;
        }

        ticks = engine.Ticks;
        var isNewPiece = engine.Piece != piece && piece >= 0;
        piece = engine.Piece;
        for (var level = 0; level < Math.Min(levels, engine.Levels); level++)
        {
            if (isNewPiece)
            {
                lanes[level].AddGap();
            }

            lanes[level].Add(engine.Codes(level));
        }
    }
}
