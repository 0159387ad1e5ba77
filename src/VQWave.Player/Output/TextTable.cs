namespace VQWave.Player.Output;

/// <summary>A plain table with aligned columns, the same on a terminal and in a pipe.</summary>
internal sealed class TextTable(params string[] headings)
{
    private readonly List<string[]> rows = [headings];

    public void Add(params string[] cells) => rows.Add(cells);

    public void Write(TextWriter writer)
    {
        var widths = Enumerable.Range(0, headings.Length).Select(c => rows.Max(r => r[c].Length)).ToArray();
        foreach (var row in rows)
        {
            writer.WriteLine(
                string.Join("  ", row.Select((cell, c) => IsNumber(c) ? cell.PadLeft(widths[c]) : cell.PadRight(widths[c]))).TrimEnd()
            );
        }
    }

    // Columns of figures stand right.
    private bool IsNumber(int column) =>
        rows.Skip(1)
            .All(r => r[column].Length == 0 || char.IsAsciiDigit(r[column][^1]) && r[column][0] is '-' or '–' or (>= '0' and <= '9'));
}
