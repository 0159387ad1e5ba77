namespace VQWave.Analysis;

/// <summary>Line plots, such as loss curves, as PNG files.</summary>
public static class PlotImage
{
    private const int Left = 84;
    private const int Right = 20;
    private const int Top = 34;
    private const int Bottom = 40;

    private static readonly Colour Ink = new(30, 30, 36);
    private static readonly Colour Grid = new(226, 226, 230);
    private static readonly Colour Paper = new(255, 255, 255);

    // Told apart also by those who do not see red and green alike, and in grey.
    private static readonly Colour[] Lines =
    [
        new(0, 84, 168),
        new(220, 110, 0),
        new(0, 140, 110),
        new(170, 40, 110),
        new(110, 170, 220),
        new(90, 90, 90),
    ];

    /// <summary>Writes a PNG of lines over one pair of axes, with a legend.</summary>
    /// <param name="path">The file; one that exists is replaced, whole or not at all.</param>
    /// <param name="title">What the plot shows.</param>
    /// <param name="xLabel">The quantity and unit from left to right.</param>
    /// <param name="series">The lines.</param>
    /// <param name="logarithmic">Whether values are laid out by their logarithm.</param>
    /// <param name="width">Pixels across.</param>
    /// <param name="height">Pixels down.</param>
    /// <exception cref="ArgumentException">No series has a point that can be drawn, or one has unequal lengths.</exception>
    /// <exception cref="AnalysisException">The file cannot be written.</exception>
    public static void WritePng(
        string path,
        string title,
        string xLabel,
        IReadOnlyList<PlotSeries> series,
        bool logarithmic = false,
        int width = 960,
        int height = 480
    )
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(title);
        ArgumentNullException.ThrowIfNull(xLabel);
        ArgumentNullException.ThrowIfNull(series);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 200);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 150);
        (double xLow, double xHigh, double yLow, double yHigh) = Range(series, logarithmic);
        int plotWidth = width - Left - Right;
        int plotHeight = height - Top - Bottom;
        double MapX(double x) => Left + ((x - xLow) / (xHigh - xLow) * (plotWidth - 2));
        double MapY(double y) => Top + plotHeight - 2 - ((y - yLow) / (yHigh - yLow) * (plotHeight - 2));

        Picture picture = new(width, height, Paper);
        foreach (double tick in AxisTicks.Between(xLow, xHigh, plotWidth / 100))
        {
            string label = AxisTicks.Label(tick);
            picture.Fill((int)Math.Round(MapX(tick)), Top, 1, plotHeight, Grid);
            int at = (int)Math.Round(MapX(tick)) - (BitmapFont.Measure(label) / 2);
            picture.Text(at, Top + plotHeight + 8, label, Ink);
        }

        List<double> values = logarithmic
            ? AxisTicks.Logarithmic(yLow, yHigh, plotHeight / 50)
            : AxisTicks.Between(yLow, yHigh, plotHeight / 50);
        foreach (double tick in values)
        {
            string label = logarithmic ? $"{Math.Pow(10, tick):g3}" : AxisTicks.Label(tick);
            picture.Fill(Left, (int)Math.Round(MapY(tick)), plotWidth, 1, Grid);
            picture.Text(Left - 8 - BitmapFont.Measure(label), (int)Math.Round(MapY(tick)) - 3, label, Ink);
        }

        for (int index = 0; index < series.Count; index++)
        {
            Colour colour = Lines[index % Lines.Length];
            (double X, double Y)? last = null;
            for (int i = 0; i < series[index].X.Count; i++)
            {
                (double X, double Y)? point = Point(series[index], i, logarithmic);
                if (point is (double x, double y))
                {
                    (double fromX, double fromY) = last ?? (x, y);
                    picture.Line(MapX(fromX), MapY(fromY), MapX(x), MapY(y), colour);
                }

                last = point;
            }
        }

        picture.Frame(Left, Top, plotWidth, plotHeight, Ink);
        picture.Text(Left, 10, title, Ink, scale: 2);
        picture.Text(Left + (plotWidth / 2) - (BitmapFont.Measure(xLabel) / 2), Top + plotHeight + 24, xLabel, Ink);
        DrawLegend(picture, series, width);
        picture.WritePng(path);
    }

    private static void DrawLegend(Picture picture, IReadOnlyList<PlotSeries> series, int width)
    {
        int longest = series.Max(line => BitmapFont.Measure(line.Name));
        int x = width - Right - 12 - longest;
        picture.Fill(x - 30, Top + 6, longest + 36, (series.Count * 14) + 6, Paper);
        for (int index = 0; index < series.Count; index++)
        {
            int y = Top + 12 + (index * 14);
            picture.Fill(x - 24, y + 2, 18, 3, Lines[index % Lines.Length]);
            picture.Text(x, y, series[index].Name, Ink);
        }
    }

    private static (double XLow, double XHigh, double YLow, double YHigh) Range(IReadOnlyList<PlotSeries> series, bool logarithmic)
    {
        double xLow = double.PositiveInfinity;
        double xHigh = double.NegativeInfinity;
        double yLow = double.PositiveInfinity;
        double yHigh = double.NegativeInfinity;
        foreach (PlotSeries line in series)
        {
            if (line.X.Count != line.Y.Count)
            {
                throw new ArgumentException($"The line '{line.Name}' has {line.X.Count} places and {line.Y.Count} values.", nameof(series));
            }

            for (int i = 0; i < line.X.Count; i++)
            {
                if (Point(line, i, logarithmic) is (double x, double y))
                {
                    (xLow, xHigh) = (Math.Min(xLow, x), Math.Max(xHigh, x));
                    (yLow, yHigh) = (Math.Min(yLow, y), Math.Max(yHigh, y));
                }
            }
        }

        if (double.IsInfinity(xLow))
        {
            throw new ArgumentException("There is no point to draw.", nameof(series));
        }

        // A single place or a constant still needs an axis of some length.
        double xRoom = xHigh > xLow ? 0 : 0.5;
        double yRoom = yHigh > yLow ? 0.05 * (yHigh - yLow) : Math.Max(1e-6, 0.05 * Math.Abs(yHigh));
        return (xLow - xRoom, xHigh + xRoom, yLow - yRoom, yHigh + yRoom);
    }

    private static (double X, double Y)? Point(PlotSeries line, int index, bool logarithmic)
    {
        double y = logarithmic ? Math.Log10(line.Y[index]) : line.Y[index];
        return double.IsFinite(y) && double.IsFinite(line.X[index]) ? (line.X[index], y) : null;
    }
}
