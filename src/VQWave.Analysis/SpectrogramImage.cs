namespace VQWave.Analysis;

/// <summary>Pictures of spectrograms with titles and axes, several beside or above each other on one scale of colours.</summary>
public static class SpectrogramImage
{
    private const int FftSize = 2048;
    private const int Left = 52;
    private const int Right = 14;
    private const int Top = 28;
    private const int Bottom = 34;

    // At most so many frames are looked at for one column of pixels; longer ones are sampled evenly.
    private const int FramesPerColumn = 4;

    private static readonly Colour Ink = new(30, 30, 36);
    private static readonly Colour Paper = new(255, 255, 255);

    /// <summary>
    /// Writes a PNG: time in seconds from left to right, frequency in kHz from bottom to top, levels from 0 dBFS (bright) down.
    /// </summary>
    /// <param name="path">The file; one that exists is replaced, whole or not at all.</param>
    /// <param name="panels">A title and mono samples for each panel; each panel spans its own duration.</param>
    /// <param name="sampleRate">Samples per second of all panels.</param>
    /// <param name="columns">Panels side by side in a row; 1 stacks them.</param>
    /// <param name="panelWidth">The width of each spectrogram in pixels.</param>
    /// <param name="panelHeight">The height of each spectrogram in pixels.</param>
    /// <param name="maxHertz">The highest frequency shown, or null for the Nyquist frequency.</param>
    /// <param name="rangeDecibels">Levels this far under 0 dBFS, and below, are dark.</param>
    /// <exception cref="ArgumentException">There is no panel, or one is empty.</exception>
    /// <exception cref="AnalysisException">The file cannot be written.</exception>
    public static void WritePng(
        string path,
        IReadOnlyList<(string Title, float[] Samples)> panels,
        int sampleRate,
        int columns = 1,
        int panelWidth = 720,
        int panelHeight = 220,
        double? maxHertz = null,
        double rangeDecibels = 100
    )
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(panels);
        ArgumentOutOfRangeException.ThrowIfLessThan(sampleRate, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(panelWidth, 16);
        ArgumentOutOfRangeException.ThrowIfLessThan(panelHeight, 16);
        ArgumentOutOfRangeException.ThrowIfLessThan(rangeDecibels, 1);
        if (panels.Count == 0 || panels.Any(panel => panel.Samples.Length == 0))
        {
            throw new ArgumentException("Each panel needs samples, and the picture a panel.", nameof(panels));
        }

        columns = Math.Min(columns, panels.Count);
        int rows = (panels.Count + columns - 1) / columns;
        int cellWidth = Left + panelWidth + Right;
        int cellHeight = Top + panelHeight + Bottom;
        double top = Math.Clamp(maxHertz ?? sampleRate / 2.0, 1, sampleRate / 2.0);
        Picture picture = new(columns * cellWidth, rows * cellHeight, Paper);
        for (int index = 0; index < panels.Count; index++)
        {
            int x = (index % columns * cellWidth) + Left;
            int y = (index / columns * cellHeight) + Top;
            (string title, float[] samples) = panels[index];
            DrawLevels(picture, x, y, panelWidth, panelHeight, samples, sampleRate, top, rangeDecibels);
            picture.Frame(x, y, panelWidth, panelHeight, Ink);
            DrawAxes(picture, x, y, panelWidth, panelHeight, (double)samples.Length / sampleRate, top / 1000);
            picture.Text(x, y - 20, title, Ink, scale: 2);
        }

        picture.WritePng(path);
    }

    private static void DrawLevels(
        Picture picture,
        int x,
        int y,
        int width,
        int height,
        float[] samples,
        int sampleRate,
        double maxHertz,
        double rangeDecibels
    )
    {
        float[] strongest = new float[(FftSize / 2) + 1];
        double columnSamples = (double)samples.Length / width;
        int looks = (int)Math.Clamp(Math.Ceiling(columnSamples / (FftSize / 4)), 1, FramesPerColumn);
        float[] padded = new float[FftSize * looks];
        double binsPerPixel = maxHertz * FftSize / sampleRate / height;
        for (int column = 0; column < width; column++)
        {
            strongest.AsSpan().Clear();
            for (int look = 0; look < looks; look++)
            {
                // Windows are centred on their column, with silence beyond both ends.
                double centre = (column + ((look + 0.5) / looks)) * columnSamples;
                Copy(samples, (int)centre - (FftSize / 2), padded.AsSpan(look * FftSize, FftSize));
            }

            Spectrogram spectrogram = Spectrogram.Of(padded, FftSize, FftSize);
            for (int look = 0; look < looks; look++)
            {
                KeepStrongest(strongest, spectrogram[look]);
            }

            for (int row = 0; row < height; row++)
            {
                // A row shows the strongest of its bins, so that thin partials survive a small picture.
                int low = (int)Math.Round((height - 1 - row) * binsPerPixel);
                int high = Math.Max(low + 1, (int)Math.Round((height - row) * binsPerPixel));
                float magnitude = 0;
                for (int bin = low; bin < Math.Min(high, strongest.Length); bin++)
                {
                    magnitude = Math.Max(magnitude, strongest[bin]);
                }

                double decibels = 20 * Math.Log10(Math.Max(magnitude, 1e-12f));
                picture.Set(x + column, y + row, Colour.OfHeat(1 + (decibels / rangeDecibels)));
            }
        }
    }

    private static void KeepStrongest(float[] strongest, ReadOnlySpan<float> magnitudes)
    {
        for (int bin = 0; bin < strongest.Length; bin++)
        {
            strongest[bin] = Math.Max(strongest[bin], magnitudes[bin]);
        }
    }

    private static void Copy(float[] samples, int start, Span<float> target)
    {
        target.Clear();
        int from = Math.Max(0, start);
        int to = Math.Min(samples.Length, start + target.Length);
        if (to > from)
        {
            samples.AsSpan(from, to - from).CopyTo(target[(from - start)..]);
        }
    }

    private static void DrawAxes(Picture picture, int x, int y, int width, int height, double seconds, double kilohertz)
    {
        foreach (double tick in AxisTicks.Between(0, seconds, width / 80))
        {
            int at = x + (int)Math.Round(tick / seconds * (width - 1));
            string label = AxisTicks.Label(tick);
            picture.Fill(at, y + height, 1, 5, Ink);
            picture.Text(at - (BitmapFont.Measure(label) / 2), y + height + 8, label, Ink);
        }

        picture.Text(x + (width / 2) - (BitmapFont.Measure("time, s") / 2), y + height + 20, "time, s", Ink);
        foreach (double tick in AxisTicks.Between(0, kilohertz, Math.Max(1, height / 40)))
        {
            int at = y + height - 1 - (int)Math.Round(tick / kilohertz * (height - 1));
            string label = AxisTicks.Label(tick);
            picture.Fill(x - 6, at, 5, 1, Ink);
            picture.Text(x - 10 - BitmapFont.Measure(label), at - 3, label, Ink);
        }

        picture.Text(x - Left + 4, y - 14, "kHz", Ink);
    }
}
