namespace VQWave.Analysis.Tests;

public sealed class ImageTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("vqwave-test-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Picture_survives_its_png()
    {
        Picture picture = new(7, 5, new Colour(1, 2, 3));
        picture.Set(6, 4, new Colour(200, 100, 50));
        picture.Set(7, 4, new Colour(9, 9, 9));

        Png png = Png.Read(picture.EncodePng());

        Assert.Equal((7, 5), (png.Width, png.Height));
        Assert.Equal((1, 2, 3), png[0, 0]);
        Assert.Equal((200, 100, 50), png[6, 4]);
        Assert.Equal((1, 2, 3), png[0, 4]);
    }

    [Fact]
    public void Crc_of_the_empty_end_chunk_is_the_published_one()
    {
        byte[] file = new Picture(1, 1, default).EncodePng();
        Assert.Equal([0, 0, 0, 0, 0x49, 0x45, 0x4E, 0x44, 0xAE, 0x42, 0x60, 0x82], file[^12..]);
    }

    [Fact]
    public void Spectrogram_is_bright_where_the_sine_is()
    {
        string path = Path.Combine(folder, "a.png");
        float[] low = Signals.Sine(2205, 22050);
        float[] high = Signals.Sine(8820, 22050);

        SpectrogramImage.WritePng(path, [("low", low), ("high", high)], Signals.Rate, columns: 2, 200, 100);

        Png png = Png.Read(File.ReadAllBytes(path));
        Assert.Equal(2 * (52 + 200 + 14), png.Width);
        Assert.Equal(28 + 100 + 34, png.Height);
        // 2205 Hz is a fifth of the Nyquist frequency, 8820 Hz four fifths.
        Assert.Equal(80, BrightestRow(png, 52 + 100), 1.0);
        Assert.Equal(20, BrightestRow(png, 52 + 200 + 14 + 52 + 100), 1.0);
        Assert.Single(Directory.GetFiles(folder));
    }

    [Fact]
    public void Colours_rise_in_luminance()
    {
        double last = -1;
        for (int i = 0; i <= 255; i++)
        {
            Colour colour = Colour.OfHeat(i / 255.0);
            double luminance = (0.2126 * colour.Red) + (0.7152 * colour.Green) + (0.0722 * colour.Blue);
            Assert.True(luminance > last - 0.5, $"At {i}.");
            last = Math.Max(last, luminance);
        }

        Assert.True(last > 240);
    }

    [Fact]
    public void Every_character_has_dots_of_its_own()
    {
        HashSet<string> shapes = [];
        for (char c = ' '; c <= '~'; c++)
        {
            int[] rows = [.. Enumerable.Range(0, BitmapFont.Height).Select(row => BitmapFont.Row(c, row))];
            Assert.All(rows, row => Assert.InRange(row, 0, 31));
            Assert.True(shapes.Add(string.Join(',', rows)), $"'{c}' looks like another.");
        }

        Assert.Equal(BitmapFont.Row('?', 0), BitmapFont.Row('\u4E00', 0));
    }

    [Theory]
    [InlineData(0, 10, 5, "0 2 4 6 8 10")]
    [InlineData(0, 1, 4, "0 0.5 1")]
    [InlineData(-0.3, 0.35, 6, "-0.2 0 0.2")]
    public void Ticks_are_round_numbers(double low, double high, int wanted, string expected) =>
        Assert.Equal(expected, string.Join(' ', AxisTicks.Between(low, high, wanted).Select(AxisTicks.Label)));

    [Theory]
    [InlineData(-0.7, 0.5, "0.2 0.5 1 2")]
    [InlineData(-3.5, 0.2, "0.001 0.01 0.1 1")]
    public void Logarithmic_ticks_are_round_numbers(double low, double high, string expected) =>
        Assert.Equal(expected, string.Join(' ', AxisTicks.Logarithmic(low, high, 5).Select(tick => AxisTicks.Label(Math.Pow(10, tick)))));

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Plot_draws_its_lines(bool logarithmic)
    {
        string path = Path.Combine(folder, "p.png");
        double[] x = [.. Enumerable.Range(0, 100).Select(i => (double)i)];
        double[] y = [.. x.Select(i => Math.Exp(-i / 20))];
        y[50] = double.NaN;

        PlotImage.WritePng(
            path,
            "loss",
            "step",
            [new("training", x, y), new("held out", x, y[..50].Concat(y[..50]).ToArray())],
            logarithmic
        );

        Png png = Png.Read(File.ReadAllBytes(path));
        int blue = 0;
        int orange = 0;
        for (int column = 84; column < 700; column++)
        {
            for (int row = 34; row < 440; row++)
            {
                blue += png[column, row] == (0, 84, 168) ? 1 : 0;
                orange += png[column, row] == (220, 110, 0) ? 1 : 0;
            }
        }

        Assert.True(blue > 100 && orange > 500, $"{blue} {orange}");
    }

    [Fact]
    public void Bad_requests_leave_no_file()
    {
        string path = Path.Combine(folder, "a.png");
        Assert.Throws<ArgumentException>(() => SpectrogramImage.WritePng(path, [], 22050));
        Assert.Throws<ArgumentException>(() => SpectrogramImage.WritePng(path, [("x", [])], 22050));
        Assert.Throws<ArgumentException>(() => PlotImage.WritePng(path, "t", "x", [new("a", [1], [double.NaN])]));
        Assert.Throws<ArgumentException>(() => PlotImage.WritePng(path, "t", "x", [new("a", [1, 2], [1])]));
        string nowhere = Path.Combine(folder, "nowhere", "a.png");
        AnalysisException e = Assert.Throws<AnalysisException>(() => SpectrogramImage.WritePng(nowhere, [("x", new float[5000])], 22050));
        Assert.Contains("does not exist", e.Message, StringComparison.Ordinal);
        Directory.CreateDirectory(path);
        Assert.Throws<AnalysisException>(() => SpectrogramImage.WritePng(path, [("x", new float[5000])], 22050));
        Assert.Empty(Directory.GetFiles(folder));
    }

    private static double BrightestRow(Png png, int column)
    {
        int best = 0;
        int bestSum = -1;
        for (int row = 0; row < 100; row++)
        {
            (int red, int green, int blue) = png[column, 28 + row];
            if (red + green + blue > bestSum)
            {
                (best, bestSum) = (row, red + green + blue);
            }
        }

        return best;
    }
}
