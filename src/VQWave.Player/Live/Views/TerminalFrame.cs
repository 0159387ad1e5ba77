using VQWave.Controls;

namespace VQWave.Player.Live.Views;

/// <summary>Draws live play onto a canvas. Allocates nothing.</summary>
/// <remarks>Threading: one thread.</remarks>
internal sealed partial class TerminalFrame
{
    private const double LowestDecibels = -60;
    private const double AmberDecibels = -12;
    private const double RedDecibels = -3;
    private const double Late = 0.9;
    private const int TemperatureBarWidth = 96;
    private const string Eighths = " ▏▎▍▌▋▊▉█";
    private const string CodeLetters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    private static readonly int[] Marks = [-60, -50, -40, -30, -24, -18, -12, -6, -3, 0];

    private readonly Canvas canvas;
    private readonly ILivePlayer player;
    private readonly TerminalController controller;
    private readonly MessageLog log;
    private readonly CodeLane[] lanes;
    private readonly LineText line = new();

    /// <summary>Binds what is drawn to where.</summary>
    public TerminalFrame(Canvas canvas, ILivePlayer player, TerminalController controller, MessageLog log, CodeLane[] lanes)
    {
        this.canvas = canvas;
        this.player = player;
        this.controller = controller;
        this.log = log;
        this.lanes = lanes;
    }

    private int Width => canvas.Width;

    private ParameterValues Values => player.Values;

    /// <summary>Draws everything as it stands.</summary>
    /// <param name="status">How play stands.</param>
    /// <param name="levels">How many levels are shown.</param>
    public void Draw(LiveStatus status, int levels)
    {
        canvas.Clear();
        var rows = TerminalLayout.RowsFor(levels);
        if (canvas.Width < TerminalLayout.MinimumWidth || canvas.Height < rows)
        {
            DrawTooSmall(rows);
            return;
        }

        if (controller.HelpPage >= 0)
        {
            DrawHelp(status);
            return;
        }

        var layout = TerminalLayout.For(canvas.Width, canvas.Height, levels, TerminalController.Settings.Count);
        DrawTitle(status);
        DrawDevice(status, levels);
        var y = 2 + (layout.Gaps > 0 ? 1 : 0);
        y = DrawLevels(y, status, levels, layout);
        y += layout.Gaps > 1 ? 1 : 0;
        y = DrawMeter(y, status, layout);
        DrawTick(y++, status);
        DrawCounts(y++, status);
        DrawDelays(y++, status, levels);
        y = DrawNotes(y, status, layout);
        y += layout.Gaps > 2 ? 1 : 0;
        y = DrawSettings(y, layout);
        y += layout.Gaps > 3 ? 1 : 0;
        DrawSelected(y++);
        DrawMessages(y, canvas.Height - 1 - y, status);
        DrawBottom(canvas.Height - 1, status);
    }

    private void DrawTooSmall(int rows)
    {
        canvas.PutText(0, 0, Stage.Warning, "Make the window larger:");
        canvas.Put(0, 1, Stage.Plain, $"{canvas.Width}x{canvas.Height} now, {TerminalLayout.MinimumWidth}x{rows} needed.");
        canvas.PutText(0, 2, Stage.Plain, "Play goes on. q quits.");
    }

    private void DrawTitle(LiveStatus status)
    {
        canvas.Fill(0, 0, Width, Stage.Title);
        var end = Width;
        if (status.IsRecording)
        {
            line.Clear().Add(" ● REC ").AddTime(status.TakeSeconds);
            if (status.TakeLostFrames > 0)
            {
                line.Add(" LOSSY");
            }

            end = PutFlag(end, Stage.Alarm, line.Add(' ').Span);
        }

        end = status.IsSounding ? end : PutFlag(end, Stage.Alarm, " NO SOUND ");
        end = status.Learning is null ? end : PutFlag(end, Stage.Selected, " LEARN ");
        end = Values[ParameterId.Freeze] > 0 ? PutFlag(end, Stage.Flag, " FREEZE ") : end;
        end = Values[ParameterId.Bypass] > 0 ? PutFlag(end, Stage.Selected, " BYPASS ") : end;
        end = controller.AreNoteKeysOn ? PutFlag(end, Stage.Flag, " KEYS ") : end;

        var x = canvas.PutText(1, 0, Stage.Title with { Foreground = Stage.Amber }, "VQWave", end);
        x = canvas.PutText(x + 2, 0, Stage.Title, status.Pack, end);
        x = status.IsChangingPack ? canvas.PutText(x, 0, Stage.Warning.On(Stage.Bar), " (changing)", end) : x;
        x = canvas.PutText(x + 2, 0, Stage.TitleQuiet, "preset ", end);
        x = canvas.PutText(x, 0, Stage.Title, player.PresetName ?? "none", end);
        if (player.IsPresetChanged)
        {
            canvas.PutText(x, 0, Stage.Warning.On(Stage.Bar), "*", end);
        }
    }

    private int PutFlag(int end, Style style, ReadOnlySpan<char> text)
    {
        var start = Math.Max(0, end - text.Length);
        canvas.PutText(start, 0, style, text, end);
        return start - 1;
    }

    private void DrawDevice(LiveStatus status, int levels)
    {
        line.Clear().Add("seed ").AddValue(Values.Table[ParameterId.Seed], Values[ParameterId.Seed]);
        line.Add("  ").AddValue(Values.Table[ParameterId.Mode], Values[ParameterId.Mode]);
        line.Add("  detail ");
        AddLevelName(status, AskedDetail(levels));
        line.Add("  ").AddValue(Values.Table[ParameterId.Gain], Values[ParameterId.Gain]);
        line.Add("  ").AddTime(status.Seconds).Add(' ');
        var start = Math.Max(0, Width - line.Length);
        canvas.PutText(start, 1, Stage.Plain, line.Span);

        line.Clear().Add(status.Device).Write($"  {status.SampleRate} Hz");
        if (status.BlockFrames > 0)
        {
            line.Write($" {status.BlockFrames} fr");
        }

        canvas.PutText(1, 1, status.IsSounding ? Stage.Label : Stage.Problem, line.Span, start - 1);
    }

    private int AskedDetail(int levels)
    {
        var detail = (int)Values[ParameterId.Detail];
        return detail >= ParameterTable.LevelSlots ? levels - 1 : Math.Min(levels - 1, detail - 1);
    }

    private void AddLevelName(LiveStatus status, int level)
    {
        var compressions = status.Compressions.Count > 0 ? status.Compressions : Values.Table.Compressions;
        if (level >= 0 && level < compressions.Count)
        {
            line.Write($"{compressions[level]}x");
        }
        else
        {
            line.Add('-');
        }
    }

    private int DrawMeter(int y, LiveStatus status, in TerminalLayout layout)
    {
        const int start = 6;
        canvas.PutText(1, y, Stage.Label, "OUT");
        var peak = LiveText.Decibels(status.Peak);
        var rms = LiveText.Decibels(status.Rms);
        var hold = LiveText.Decibels(status.PeakHold);
        line.Clear().Add(' ');
        if (Width >= 100)
        {
            line.Add("rms ");
            AddDecibelsRight(status.Rms);
            line.Add("  peak ");
        }

        AddDecibelsRight(status.Peak);
        line.Add("  hold ");
        AddDecibelsRight(status.PeakHold);
        line.Add(" dB ");
        const int clipWidth = 8;
        var width = Math.Max(8, Width - start - line.Length - clipWidth - 1);
        var x = start + width;
        canvas.PutText(x, y, hold > RedDecibels ? Stage.Problem : Stage.Strong, line.Span);
        x += line.Length;
        line.Clear();
        if (status.Clipped > 0)
        {
            line.Add(" CLIP ");
            line.Add(Math.Min(status.Clipped, 9999), default).Add(' ');
        }
        else
        {
            line.Add(" clip 0 ");
        }

        canvas.PutText(x, y, status.Clipped > 0 ? Stage.Alarm : Stage.Label, line.Span);
        for (var row = 0; row < layout.MeterRows; row++)
        {
            DrawMeterBar(start, y + row, width, rms, peak, hold);
        }

        y += layout.MeterRows;
        if (layout.HasScale)
        {
            DrawScale(start, y++, width);
        }

        return y;
    }

    private void AddDecibelsRight(double level)
    {
        var start = line.Length;
        line.AddDecibels(level).AlignRight(start, 5);
    }

    // RMS as a full bar, peak as a thinner one, the held peak as a stroke.
    private void DrawMeterBar(int start, int y, int width, double rms, double peak, double hold)
    {
        var rmsEnd = Place(rms, width);
        var peakEnd = Place(peak, width);
        var holdAt = double.IsNegativeInfinity(hold) ? -1 : Math.Min(width - 1, (int)Place(hold, width));
        for (var i = 0; i < width; i++)
        {
            var decibels = LowestDecibels - (LowestDecibels * (i + 0.5) / width);
            var colour =
                decibels >= RedDecibels ? Stage.Red
                : decibels >= AmberDecibels ? Stage.Amber
                : Stage.Green;
            var style = new Style(colour, Stage.Track);
            if (i == holdAt)
            {
                canvas.Set(start + i, y, '┃', style with { Foreground = hold >= RedDecibels ? Stage.Red : Stage.White, IsBold = true });
            }
            else if (i + 1 <= rmsEnd)
            {
                canvas.Set(start + i, y, '█', style);
            }
            else if (i + 0.5 <= peakEnd)
            {
                canvas.Set(start + i, y, '▒', style);
            }
            else
            {
                canvas.Set(start + i, y, Empty, new Style(Stage.Quiet, Stage.Track));
            }
        }
    }

    private static double Place(double decibels, int width) =>
        double.IsFinite(decibels) ? Math.Clamp((decibels - LowestDecibels) / -LowestDecibels, 0, 1) * width : 0;

    private void DrawScale(int start, int y, int width)
    {
        var free = start;
        foreach (var mark in Marks)
        {
            line.Clear().Add(mark, default);
            var x = start + (int)Math.Round(Place(mark, width) - (mark == 0 ? 1 : line.Length / 2.0));
            x = Math.Max(start, x);
            if (x >= free)
            {
                free = canvas.PutText(x, y, Stage.Label, line.Span) + 1;
            }
        }
    }

    // Without colours a track must be seen by its letters.
    private char Empty => canvas.Depth == ColorDepth.None ? '·' : ' ';

    private void DrawBar(int start, int y, int width, double share, Style style)
    {
        var eighths = double.IsFinite(share) ? (int)Math.Round(Math.Clamp(share, 0, 1) * width * 8) : 0;
        for (var i = 0; i < width; i++)
        {
            var part = Math.Clamp(eighths - (8 * i), 0, 8);
            canvas.Set(start + i, y, part == 0 ? Empty : Eighths[part], style.On(Stage.Track));
        }
    }

    private void DrawTick(int y, LiveStatus status)
    {
        const int start = 6;
        var engine = status.Engine;
        canvas.PutText(1, y, Stage.Label, "TICK");
        line.Clear().Add(' ');
        if (Width >= 100)
        {
            line.Write($"median {engine.Median * 1000:F1}  p99 {engine.Percentile99 * 1000:F1}  worst {engine.Worst * 1000:F1}");
            line.Write($"  of {engine.Budget * 1000:F1} ms  load {engine.Load * 100, 3:F0} % ");
        }
        else
        {
            line.Write($"med {engine.Median * 1000:F1} p99 {engine.Percentile99 * 1000:F1} worst {engine.Worst * 1000:F1}");
            line.Write($" of {engine.Budget * 1000:F1} ms {engine.Load * 100, 3:F0}% ");
        }

        var width = Math.Max(6, Width - start - line.Length);
        var colour =
            engine.Load >= 1 ? Stage.Red
            : engine.Load >= Late ? Stage.Amber
            : Stage.Cyan;
        DrawBar(start, y, width, engine.Load, new Style(colour));
        if (engine.Budget > 0)
        {
            Mark(start, y, width, engine.Percentile99 / engine.Budget, Stage.White);
            Mark(start, y, width, engine.Worst / engine.Budget, Stage.Amber);
        }

        canvas.PutText(start + width, y, engine.Percentile99 > engine.Budget && engine.Budget > 0 ? Stage.Warning : Stage.Plain, line.Span);
    }

    private void Mark(int start, int y, int width, double share, int colour)
    {
        if (double.IsFinite(share))
        {
            var at = Math.Clamp((int)(share * width), 0, width - 1);
            canvas.Set(start + at, y, '│', new Style(colour, Stage.Track, IsBold: true));
        }
    }

    private void DrawCounts(int y, LiveStatus status)
    {
        var engine = status.Engine;
        var gap = Width >= 76 ? 3 : 2;
        var x = PutCount(1, y, "late", engine.LateTicks, gap);
        x = PutCount(x, y, "drops", engine.Drops, gap);
        x = PutCount(x, y, "starved", engine.StarvedBlocks, gap);
        x = PutCount(x, y, "xruns", status.Xruns, gap);
        x = PutCount(x, y, Width >= 76 ? "device lost" : "lost", status.Losses, gap);
        x = PutCount(x, y, Width >= 76 ? "MIDI lost" : "mlost", status.MidiDropped, gap);
        if (Width >= 90)
        {
            _ = PutCount(x, y, "collections", status.Collections, gap);
        }
    }

    private int PutCount(int x, int y, string name, long count, int gap)
    {
        x = canvas.PutText(x, y, Stage.Label, name);
        return canvas.Put(x + 1, y, count > 0 ? Stage.Warning : Stage.Strong, $"{count}") + gap;
    }

    private void DrawDelays(int y, LiveStatus status, int levels)
    {
        var delays = status.Delays;
        var isWide = Width >= 110;
        var x = canvas.PutText(1, y, Stage.Label, "DELAY");
        x = canvas.Put(x + 1, y, Stage.Strong, $"{delays.Total * 1000:F0} ms");
        line.Clear().Write($" = ring {delays.Ring * 1000:F0} + {(isWide ? "decoder" : "dec")} {delays.Decoder * 1000:F0}");
        line.Write($" + {(isWide ? "context" : "ctx")} {delays.Context * 1000:F0}");
        line.Write(
            $" + {(isWide ? "resampler" : "res")} {delays.Resampler * 1000:F0} + {(isWide ? "device" : "dev")} {delays.Device * 1000:F0}"
        );
        x = canvas.PutText(x, y, Stage.Plain, line.Span);
        if (Width < 76)
        {
            return;
        }

        line.Clear().Add(isWide ? "   control to sound: " : "  ");
        AddLevelName(status, levels - 1);
        line.Write($" {delays.Finest * 1000:F0} ");
        AddLevelName(status, 0);
        line.Write($" {delays.Coarsest * 1000:F0} ms");
        canvas.PutText(x, y, Stage.Label, line.Span);
    }

    private int DrawNotes(int y, LiveStatus status, in TerminalLayout layout)
    {
        var end = layout.HasMidiRow ? Width : Width / 2;
        var x = canvas.PutText(1, y, Stage.Label, "NOTES", end) + 1;
        line.Clear().AddSigned(status.Bend, "F2").Add(" st");
        var bendStart = end - line.Length - "  bend ".Length - 1;
        canvas.PutText(bendStart, y, Stage.Label, "  bend ", end);
        canvas.PutText(bendStart + "  bend ".Length, y, Stage.Plain, line.Span, end);
        line.Clear().AddNotes(status);
        canvas.PutText(x, y, status.NoteCount > 0 ? Stage.Strong with { Foreground = Stage.Violet } : Stage.Label, line.Span, bendStart);
        (x, y) = layout.HasMidiRow ? (1, y + 1) : (end + 1, y);
        x = canvas.PutText(x, y, Stage.Label, "MIDI") + 1;
        if (status.LastMidi.Kind == MidiMessageKind.None)
        {
            canvas.Put(x, y, Stage.Label, $"nothing yet; {status.MidiInputs} inputs");
            return y + 1;
        }

        line.Clear().AddMidi(status.LastMidi);
        if (!layout.HasMidiRow && line.Span.IndexOf(',') is var comma and > 0)
        {
            // No room for the channel.
            line.Truncate(comma);
        }

        x = canvas.PutText(x, y, Stage.Plain, line.Span) + 1;
        x = layout.HasMidiRow ? canvas.PutText(x, y, Stage.Label, "from ") : x;
        line.Clear().Write($"  {status.MidiMessages} of {status.MidiInputs} inputs ");
        var countStart = layout.HasMidiRow ? Width - line.Length : Width;
        if (countStart < Width)
        {
            canvas.PutText(countStart, y, Stage.Label, line.Span);
        }

        canvas.PutText(x, y, Stage.Plain, status.LastMidiSource, countStart);
        return y + 1;
    }
}
