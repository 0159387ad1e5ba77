using System.Globalization;
using System.Text;

namespace VQWave.Player.Tests.Live;

/// <summary>A small terminal: applies what the view writes (cursor positions, styles, letters) to a grid, and refuses what it does not know.</summary>
internal sealed class Emulator(int width, int height)
{
    private readonly string[,] cells = Blank(width, height);
    private readonly string[,] styles = Blank(width, height);
    private string style = "";
    private int x;
    private int y;

    public bool IsOtherScreen { get; private set; }

    public bool IsCursorHidden { get; private set; }

    public bool Wraps { get; private set; } = true;

    public IReadOnlyList<string> Lines =>
        [.. Enumerable.Range(0, height).Select(row => string.Concat(Enumerable.Range(0, width).Select(column => cells[row, column])))];

    public string Text => string.Join('\n', Lines);

    public string StyleAt(int row, int column) => styles[row, column];

    public void Write(ReadOnlySpan<byte> bytes)
    {
        var text = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\e')
            {
                Assert.Equal('[', text[i + 1]);
                var start = i + 2;
                i = start;
                while (!char.IsAsciiLetter(text[i]))
                {
                    i++;
                }

                Control(text[i], text[start..i]);
                continue;
            }

            Assert.False(char.IsControl(text[i]), $"a control character 0x{(int)text[i]:X2} reached the terminal");
            var length = char.IsHighSurrogate(text[i]) ? 2 : 1;
            Letter(text.Substring(i, length));
            i += length - 1;
        }
    }

    private static string[,] Blank(int width, int height)
    {
        var grid = new string[height, width];
        for (var row = 0; row < height; row++)
        {
            for (var column = 0; column < width; column++)
            {
                grid[row, column] = " ";
            }
        }

        return grid;
    }

    private void Letter(string letter)
    {
        Assert.InRange(x, 0, width - 1);
        Assert.InRange(y, 0, height - 1);
        cells[y, x] = letter;
        styles[y, x] = style;
        x++;
        // Of the wide characters only those that the tests use.
        if (letter[0] is >= '\u4e00' and <= '\u9fff')
        {
            Assert.InRange(x, 0, width - 1);
            cells[y, x] = "";
            x++;
        }
    }

    private void Control(char final, string parameters)
    {
        switch (final)
        {
            case 'H':
                var place = parameters.Split(';').Select(p => int.Parse(p, CultureInfo.InvariantCulture)).ToArray();
                (y, x) = (place[0] - 1, place[1] - 1);
                break;
            case 'm':
                style = parameters.StartsWith('0') ? parameters : $"{style}|{parameters}";
                break;
            case 'J':
                Assert.Equal("2", parameters);
                Array.Copy(Blank(width, height), cells, cells.Length);
                break;
            case 'h' or 'l' when parameters is "?2026":
                break;
            case 'h' or 'l' when parameters is "?1049":
                IsOtherScreen = final == 'h';
                break;
            case 'h' or 'l' when parameters is "?25":
                IsCursorHidden = final == 'l';
                break;
            case 'h' or 'l' when parameters is "?7":
                Wraps = final == 'h';
                break;
            default:
                Assert.Fail($"unknown sequence ESC[{parameters}{final}");
                break;
        }
    }
}
