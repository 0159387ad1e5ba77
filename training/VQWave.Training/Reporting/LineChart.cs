using System.Globalization;
using System.Net;
using System.Text;

namespace VQWave.Training.Reporting;

/// <summary>Line charts as inline SVG.</summary>
internal static class LineChart
{
    private const int Width = 560;
    private const int Height = 240;
    private const int Left = 56;
    private const int Right = 14;
    private const int Top = 34;
    private const int Bottom = 34;

    // Told apart also by those who do not see red and green alike, and in grey.
    private static readonly string[] Colours = ["#0054a8", "#dc6e00", "#008c6e"];

    /// <summary>Draws lines over the epochs.</summary>
    /// <param name="title">What is shown, with its unit.</param>
    /// <param name="epochs">The epochs, from left to right.</param>
    /// <param name="series">A name and a value for each epoch; NaN leaves a gap.</param>
    /// <returns>An svg element; empty where there is nothing to draw.</returns>
    public static string Svg(string title, IReadOnlyList<int> epochs, params (string Name, double[] Values)[] series)
    {
        var drawn = series.Where(s => s.Values.Any(double.IsFinite)).ToArray();
        if (drawn.Length == 0)
        {
            return "";
        }

        var values = drawn.SelectMany(s => s.Values).Where(double.IsFinite).ToArray();
        var (low, high, step) = Scale(values.Min(), values.Max());
        var (first, last) = (epochs[0], Math.Max(epochs[^1], epochs[0] + 1));
        double X(double epoch) => Left + ((epoch - first) / (last - first) * (Width - Left - Right));
        double Y(double value) => Height - Bottom - ((value - low) / (high - low) * (Height - Top - Bottom));
        var svg = new StringBuilder(
            $"<svg viewBox=\"0 0 {Width} {Height}\" role=\"img\" aria-label=\"{WebUtility.HtmlEncode(title)}\"><text class=\"title\" x=\"{Left}\" y=\"16\">{WebUtility.HtmlEncode(title)}</text>"
        );
        for (var i = 0; low + (i * step) <= high + (step / 2); i++)
        {
            var value = low + (i * step);
            svg.Append(
                CultureInfo.InvariantCulture,
                $"<line class=\"grid\" x1=\"{Left}\" x2=\"{Width - Right}\" y1=\"{Y(value):0.#}\" y2=\"{Y(value):0.#}\"/>"
            );
            svg.Append(
                CultureInfo.InvariantCulture,
                $"<text class=\"y\" x=\"{Left - 6}\" y=\"{Y(value) + 4:0.#}\">{value:0.######}</text>"
            );
        }

        var every = Math.Max(1, (int)Math.Ceiling((last - first) / 10.0));
        for (var epoch = first; epoch <= epochs[^1]; epoch += every)
        {
            svg.Append(CultureInfo.InvariantCulture, $"<text class=\"x\" x=\"{X(epoch):0.#}\" y=\"{Height - Bottom + 16}\">{epoch}</text>");
        }

        svg.Append($"<text class=\"x\" x=\"{(Left + Width - Right) / 2}\" y=\"{Height - 4}\">epoch</text>");
        double legend = Width - Right;
        for (var i = drawn.Length - 1; i >= 0; i--)
        {
            Line(svg, drawn[i].Values, epochs, X, Y, Colours[i]);
            if (drawn.Length > 1)
            {
                svg.Append(
                    CultureInfo.InvariantCulture,
                    $"<text class=\"legend\" x=\"{legend:0.#}\" y=\"16\" fill=\"{Colours[i]}\">{WebUtility.HtmlEncode(drawn[i].Name)}</text>"
                );
                legend -= 14 + (6.6 * drawn[i].Name.Length);
            }
        }

        return svg.Append("</svg>").ToString();
    }

    private static void Line(
        StringBuilder svg,
        double[] values,
        IReadOnlyList<int> epochs,
        Func<double, double> x,
        Func<double, double> y,
        string colour
    )
    {
        var path = new StringBuilder();
        var pen = 'M';
        for (var i = 0; i < values.Length; i++)
        {
            if (!double.IsFinite(values[i]))
            {
                pen = 'M';
                continue;
            }

            path.Append(CultureInfo.InvariantCulture, $"{pen}{x(epochs[i]):0.#} {y(values[i]):0.#}");
            pen = 'L';
            if (values.Length <= 40)
            {
                svg.Append(
                    CultureInfo.InvariantCulture,
                    $"<circle cx=\"{x(epochs[i]):0.#}\" cy=\"{y(values[i]):0.#}\" r=\"2.5\" fill=\"{colour}\"><title>epoch {epochs[i]}: {values[i]:G5}</title></circle>"
                );
            }
        }

        svg.Append($"<path d=\"{path}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"1.8\"/>");
    }

    // Four to eight lines at round values.
    private static (double Low, double High, double Step) Scale(double minimum, double maximum)
    {
        var range = maximum > minimum ? maximum - minimum : Math.Max(Math.Abs(maximum) * 0.1, 1e-6);
        var power = Math.Pow(10, Math.Floor(Math.Log10(range)));
        var step = (range / power) switch
        {
            < 1.5 => 0.25 * power,
            < 3 => 0.5 * power,
            < 6 => power,
            _ => 2 * power,
        };
        var low = Math.Floor(minimum / step) * step;
        var high = Math.Ceiling(maximum / step) * step;
        return (low, high > low ? high : low + step, step);
    }
}
