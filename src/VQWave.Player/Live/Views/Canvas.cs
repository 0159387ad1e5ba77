using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;

namespace VQWave.Player.Live.Views;

/// <summary>
/// The cells of a terminal's window: a frame is drawn into them, and what differs from the frame before becomes one piece of bytes for the
/// terminal.
/// </summary>
/// <remarks>
/// Threading: one thread. Nothing allocates but <see cref="Resize"/>. Nothing drawn can leave the window: what does not fit is cut, control
/// characters (in a device's name, say) become a mark, and wide characters take two cells.
/// </remarks>
internal sealed class Canvas
{
    // The longest that a cell can take: a cursor position, a style with two 24-bit colours, a rune.
    private const int BytesPerCell = 64;
    private const int Continuation = -1;
    private const int Replacement = 0xFFFD;

    private Cell[] cells = [];
    private Cell[] shown = [];
    private byte[] bytes = [];
    private int length;
    private bool isAllNew = true;

    /// <summary>Creates a canvas without cells.</summary>
    /// <param name="depth">The colours of the terminal.</param>
    public Canvas(ColorDepth depth) => Depth = depth;

    /// <summary>The colours of the terminal.</summary>
    public ColorDepth Depth { get; }

    /// <summary>Columns.</summary>
    public int Width { get; private set; }

    /// <summary>Rows.</summary>
    public int Height { get; private set; }

    /// <summary>A line to put text together in.</summary>
    public LineText Scratch { get; } = new();

    /// <summary>Takes the window's size; the next frame is drawn whole where it has changed.</summary>
    public void Resize(int width, int height)
    {
        if (width == Width && height == Height)
        {
            return;
        }

        (Width, Height) = (width, height);
        cells = new Cell[width * height];
        shown = new Cell[width * height];
        bytes = new byte[(width * height * BytesPerCell) + 64];
        isAllNew = true;
    }

    /// <summary>Draws the next frame whole, whatever the terminal shows now.</summary>
    public void Invalidate() => isAllNew = true;

    /// <summary>Empties all cells.</summary>
    public void Clear() => Array.Fill(cells, new Cell(' ', Stage.Plain));

    /// <summary>Empties a row and gives it a style.</summary>
    public void Fill(int x, int y, int width, Style style, char letter = ' ')
    {
        if (y < 0 || y >= Height)
        {
            return;
        }

        for (var i = Math.Max(0, x); i < Math.Min(x + width, Width); i++)
        {
            Set(i, y, letter, style);
        }
    }

    /// <summary>Puts one letter of one cell's width.</summary>
    public void Set(int x, int y, char letter, Style style)
    {
        if (x >= 0 && x < Width && y >= 0 && y < Height)
        {
            cells[(y * Width) + x] = new Cell(letter, style);
        }
    }

    /// <summary>Puts text with values in it.</summary>
    /// <returns>The column after it.</returns>
    public int Put(int x, int y, Style style, [InterpolatedStringHandlerArgument("")] ref LineTextHandler text)
    {
        _ = text;
        return PutText(x, y, style, Scratch.Span);
    }

    /// <summary>Puts text.</summary>
    /// <param name="x">The first column.</param>
    /// <param name="y">The row.</param>
    /// <param name="style">How it looks.</param>
    /// <param name="text">The text.</param>
    /// <param name="end">The column before which it must end; what is longer is cut with an ellipsis.</param>
    /// <returns>The column after it.</returns>
    public int PutText(int x, int y, Style style, ReadOnlySpan<char> text, int end = int.MaxValue)
    {
        end = Math.Min(end, Width);
        if (y < 0 || y >= Height || x < 0)
        {
            return x;
        }

        foreach (var rune in text.EnumerateRunes())
        {
            var width = CellWidth(rune);
            if (width == 0)
            {
                continue;
            }

            if (x + width > end)
            {
                if (end - 1 >= 0 && end > 0 && x > 0)
                {
                    Set(Math.Min(x, end - 1), y, '…', style);
                }

                return end;
            }

            cells[(y * Width) + x] = new Cell(Rune.IsControl(rune) ? Replacement : rune.Value, style);
            if (width == 2)
            {
                cells[(y * Width) + x + 1] = new Cell(Continuation, style);
            }

            x += width;
        }

        return x;
    }

    /// <summary>The bytes that turn what the terminal shows into what was drawn since; empty where nothing has changed. Valid until the next call.</summary>
    public ReadOnlySpan<byte> Encode()
    {
        length = 0;
        // Terminals that know it show the frame in one go (synchronised update); others ignore it.
        Add("\e[?2026h"u8);
        var start = length;
        if (isAllNew)
        {
            Add("\e[0m\e[2J"u8);
        }

        var isFirst = true;
        Style current = default;
        for (var y = 0; y < Height; y++)
        {
            var expected = -1;
            for (var x = 0; x < Width; x++)
            {
                var index = (y * Width) + x;
                ref readonly var cell = ref cells[index];
                if (cell.Rune == Continuation || (!isAllNew && cell.Equals(shown[index]) && !IsTornWide(index, x)))
                {
                    continue;
                }

                if (x != expected)
                {
                    MoveTo(x, y);
                }

                AddStyle(cell.Style, current, isFirst);
                (current, isFirst) = (cell.Style, false);
                AddRune(cell.Rune);
                expected = x + (x + 1 < Width && cells[index + 1].Rune == Continuation ? 2 : 1);
            }
        }

        isAllNew = false;
        cells.AsSpan().CopyTo(shown);
        if (length == start)
        {
            return default;
        }

        Add("\e[?2026l"u8);
        return bytes.AsSpan(0, length);
    }

    /// <summary>The cells that a character takes in a terminal: 0, 1 or 2.</summary>
    public static int CellWidth(Rune rune)
    {
        var value = rune.Value;
        if (value < 0x300)
        {
            return 1;
        }

        if (
            Rune.GetUnicodeCategory(rune)
            is UnicodeCategory.NonSpacingMark
                or UnicodeCategory.EnclosingMark
                or UnicodeCategory.Format
                or UnicodeCategory.LineSeparator
                or UnicodeCategory.ParagraphSeparator
        )
        {
            return 0;
        }

        // East Asian wide and fullwidth, and what terminals draw as emoji (Unicode's EastAsianWidth.txt, in coarse blocks).
        return
            value
                is >= 0x1100
                    and <= 0x115F
                    or >= 0x2E80
                    and <= 0x303E
                    or >= 0x3041
                    and <= 0xA4CF
                    or >= 0xA960
                    and <= 0xA97F
                    or >= 0xAC00
                    and <= 0xD7A3
                    or >= 0xF900
                    and <= 0xFAFF
                    or >= 0xFE30
                    and <= 0xFE6F
                    or >= 0xFF00
                    and <= 0xFF60
                    or >= 0xFFE0
                    and <= 0xFFE6
                    or >= 0x1F300
                    and <= 0x1F64F
                    or >= 0x1F680
                    and <= 0x1F6FF
                    or >= 0x1F900
                    and <= 0x1F9FF
                    or >= 0x20000
                    and <= 0x3FFFD
            ? 2
            : 1;
    }

    // A cell that keeps its letter must be drawn again where its other half has changed.
    private bool IsTornWide(int index, int x) =>
        (x + 1 < Width && (cells[index + 1].Rune == Continuation) != (shown[index + 1].Rune == Continuation))
        || shown[index].Rune == Continuation;

    private void MoveTo(int x, int y)
    {
        Add("\e["u8);
        AddNumber(y + 1);
        Add(";"u8);
        AddNumber(x + 1);
        Add("H"u8);
    }

    private void AddStyle(in Style style, in Style current, bool isFirst)
    {
        var isReset = isFirst || style.IsBold != current.IsBold || (Depth == ColorDepth.None && style.IsReversed != current.IsReversed);
        if (Depth == ColorDepth.None)
        {
            if (isReset)
            {
                Add(style.IsBold ? "\e[0;1"u8 : "\e[0"u8);
                Add(style.IsReversed ? ";7m"u8 : "m"u8);
            }

            return;
        }

        if (!isReset && style.Foreground == current.Foreground && style.Background == current.Background)
        {
            return;
        }

        Add("\e["u8);
        if (isReset)
        {
            Add(style.IsBold ? "0;1"u8 : "0"u8);
        }

        var separate = isReset;
        if (isReset || style.Foreground != current.Foreground)
        {
            AddColour(style.Foreground, 38, separate);
            separate = true;
        }

        if (isReset || style.Background != current.Background)
        {
            AddColour(style.Background, 48, separate);
        }

        Add("m"u8);
    }

    private void AddColour(int rgb, int kind, bool separate)
    {
        if (separate)
        {
            Add(";"u8);
        }

        AddNumber(kind);
        if (Depth == ColorDepth.Indexed)
        {
            Add(";5;"u8);
            AddNumber(Stage.Indexed(rgb));
            return;
        }

        Add(";2;"u8);
        AddNumber((rgb >> 16) & 0xFF);
        Add(";"u8);
        AddNumber((rgb >> 8) & 0xFF);
        Add(";"u8);
        AddNumber(rgb & 0xFF);
    }

    private void AddRune(int value) => length += new Rune(value).EncodeToUtf8(bytes.AsSpan(length));

    private void AddNumber(int value)
    {
        value.TryFormat(bytes.AsSpan(length), out var count, default, CultureInfo.InvariantCulture);
        length += count;
    }

    private void Add(ReadOnlySpan<byte> text)
    {
        text.CopyTo(bytes.AsSpan(length));
        length += text.Length;
    }

    private readonly record struct Cell(int Rune, Style Style);
}
