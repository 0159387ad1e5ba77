namespace VQWave.Training.Evaluation;

/// <summary>A table as text: the first column to the left, figures to the right.</summary>
internal sealed class FigureTable
{
    private readonly List<string[]> _rows = [];

    /// <summary>Begins a table with its headings.</summary>
    public FigureTable(params string[] headings) => _rows.Add(headings);

    /// <summary>Adds a row with as many cells as there are headings.</summary>
    public void Add(params string[] cells)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(cells.Length, _rows[0].Length);
        _rows.Add(cells);
    }

    /// <summary>Writes the table.</summary>
    public void Write(TextWriter writer)
    {
        var widths = Enumerable.Range(0, _rows[0].Length).Select(i => _rows.Max(r => r[i].Length)).ToArray();
        foreach (var row in _rows)
        {
            var cells = row.Select((cell, i) => i == 0 ? cell.PadRight(widths[i]) : cell.PadLeft(widths[i]));
            writer.WriteLine(string.Join("  ", cells).TrimEnd());
        }
    }

    /// <summary>A figure to some places; a dash for one that is not there, a word for one that is not finite.</summary>
    public static string Cell(double? value, int places)
    {
        if (value is not { } v)
        {
            return "-";
        }

        if (double.IsNaN(v))
        {
            return "none";
        }

        return double.IsInfinity(v) ? (v > 0 ? "inf" : "-inf") : v.ToString($"F{places}");
    }
}
