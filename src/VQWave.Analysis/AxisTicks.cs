using System.Globalization;

namespace VQWave.Analysis;

/// <summary>Round numbers for an axis.</summary>
internal static class AxisTicks
{
    /// <summary>The multiples of 1, 2 or 5 times a power of ten within a range, about as many as wanted.</summary>
    public static List<double> Between(double low, double high, int wanted)
    {
        double raw = (high - low) / Math.Max(1, wanted);
        double power = Math.Pow(10, Math.Floor(Math.Log10(raw)));
        double step = (raw / power) switch
        {
            <= 1.001 => power,
            <= 2.001 => 2 * power,
            <= 5.001 => 5 * power,
            _ => 10 * power,
        };
        List<double> ticks = [];
        for (long i = (long)Math.Ceiling((low / step) - 1e-9); i * step <= high + (1e-9 * step); i++)
        {
            ticks.Add(i * step);
        }

        return ticks;
    }

    /// <summary>
    /// Base-10 logarithms of the round numbers (1, 2 and 5 times a power of ten; over many decades the powers alone) in a range of
    /// such logarithms; of other numbers where there are not two round ones.
    /// </summary>
    public static List<double> Logarithmic(double low, double high, int wanted)
    {
        double[] mantissas = high - low > 3 ? [1] : [1, 2, 5];
        List<double> ticks = [];
        for (int decade = (int)Math.Floor(low); decade <= high; decade++)
        {
            ticks.AddRange(mantissas.Select(mantissa => decade + Math.Log10(mantissa)).Where(t => t >= low && t <= high));
        }

        return ticks.Count >= 2 ? ticks : Between(low, high, wanted);
    }

    /// <summary>A tick's label without the noise of binary fractions.</summary>
    public static string Label(double value) => Math.Round(value, 9).ToString("0.#########", CultureInfo.InvariantCulture);
}
