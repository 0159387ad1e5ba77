using System.Runtime.CompilerServices;

namespace VQWave.Player.Live.Views;

/// <summary>What the compiler makes of an interpolated string that is written into a <see cref="LineText"/>: no string, no boxes.</summary>
[InterpolatedStringHandler]
internal readonly ref struct LineTextHandler
{
    private readonly LineText line;

    /// <summary>Adds to a line.</summary>
    public LineTextHandler(int literalLength, int formattedCount, LineText line)
    {
        _ = (literalLength, formattedCount);
        this.line = line;
    }

    /// <summary>Begins the scratch line of a canvas.</summary>
    public LineTextHandler(int literalLength, int formattedCount, Canvas canvas)
        : this(literalLength, formattedCount, canvas.Scratch.Clear()) { }

    public void AppendLiteral(string text) => line.Add(text);

    public void AppendFormatted(string? text) => line.Add(text);

    public void AppendFormatted(string? text, int alignment) => Align(alignment, line.Length, line.Add(text));

    public void AppendFormatted(scoped ReadOnlySpan<char> text) => line.Add(text);

    public void AppendFormatted(char letter) => line.Add(letter);

    public void AppendFormatted<T>(T value)
        where T : ISpanFormattable => line.Add(value, default);

    public void AppendFormatted<T>(T value, string? format)
        where T : ISpanFormattable => line.Add(value, format);

    public void AppendFormatted<T>(T value, int alignment)
        where T : ISpanFormattable => Align(alignment, line.Length, line.Add(value, default));

    public void AppendFormatted<T>(T value, int alignment, string? format)
        where T : ISpanFormattable => Align(alignment, line.Length, line.Add(value, format));

    private static void Align(int alignment, int start, LineText line)
    {
        if (alignment > 0)
        {
            line.AlignRight(start, alignment);
        }
        else
        {
            line.PadTo(start, -alignment);
        }
    }
}
