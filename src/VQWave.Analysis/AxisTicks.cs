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

    /// <summary>A tick's label without the noise of binary fractions.</summary>
    public static string Label(double value) => Math.Round(value, 9).ToString("0.#########", CultureInfo.InvariantCulture);
}
