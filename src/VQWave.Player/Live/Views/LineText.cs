namespace VQWave.Player.Live.Views;

/// <summary>A line of text that is written again and again without an allocation: <c>text.Write($"late {count}")</c>.</summary>
/// <remarks>Threading: one thread at a time. The buffer grows where a line is longer than any before; from then on nothing is allocated.</remarks>
internal sealed class LineText
{
    private char[] buffer = new char[1024];

    /// <summary>Letters of the line.</summary>
    public int Length { get; private set; }

    /// <summary>The line; valid until the next change.</summary>
    public ReadOnlySpan<char> Span => buffer.AsSpan(0, Length);

    /// <summary>Empties the line.</summary>
    public LineText Clear()
    {
        Length = 0;
        return this;
    }

    /// <summary>Adds text.</summary>
    public LineText Add(ReadOnlySpan<char> text)
    {
        Reserve(text.Length);
        text.CopyTo(buffer.AsSpan(Length));
        Length += text.Length;
        return this;
    }

    /// <summary>Adds a letter.</summary>
    public LineText Add(char letter)
    {
        Reserve(1);
        buffer[Length++] = letter;
        return this;
    }

    /// <summary>Adds a letter several times.</summary>
    public LineText Add(char letter, int count)
    {
        Reserve(Math.Max(0, count));
        for (var i = 0; i < count; i++)
        {
            buffer[Length++] = letter;
        }

        return this;
    }

    /// <summary>Adds a value in its format.</summary>
    public LineText Add<T>(T value, ReadOnlySpan<char> format)
        where T : ISpanFormattable
    {
        int count;
        while (!value.TryFormat(buffer.AsSpan(Length), out count, format, System.Globalization.CultureInfo.InvariantCulture))
        {
            Reserve(buffer.Length - Length + 1);
        }

        Length += count;
        return this;
    }

    /// <summary>Adds text with values in it.</summary>
    public LineText Write([System.Runtime.CompilerServices.InterpolatedStringHandlerArgument("")] ref LineTextHandler text)
    {
        _ = text;
        return this;
    }

    /// <summary>Shortens the line.</summary>
    public LineText Truncate(int length)
    {
        Length = Math.Min(Length, length);
        return this;
    }

    /// <summary>Takes the last letter away, a surrogate pair whole.</summary>
    public void RemoveLast()
    {
        if (Length > 1 && char.IsLowSurrogate(buffer[Length - 1]))
        {
            Length--;
        }

        Length = Math.Max(0, Length - 1);
    }

    /// <summary>Moves what was added since a position to the right end of a field: blanks come before it.</summary>
    /// <param name="start">The <see cref="Length"/> before it was added.</param>
    /// <param name="width">The field's width; what is longer stays as it is.</param>
    public void AlignRight(int start, int width)
    {
        var count = Length - start;
        var blanks = width - count;
        if (blanks > 0)
        {
            Reserve(blanks);
            buffer.AsSpan(start, count).CopyTo(buffer.AsSpan(start + blanks));
            buffer.AsSpan(start, blanks).Fill(' ');
            Length += blanks;
        }
    }

    /// <summary>Fills a field that began at a position with blanks.</summary>
    /// <param name="start">The <see cref="Length"/> where it began.</param>
    /// <param name="width">The field's width.</param>
    public LineText PadTo(int start, int width) => Add(' ', start + width - Length);

    /// <inheritdoc/>
    public override string ToString() => Span.ToString();

    private void Reserve(int count)
    {
        if (Length + count > buffer.Length)
        {
            Array.Resize(ref buffer, Math.Max(Length + count, 2 * buffer.Length));
        }
    }
}
