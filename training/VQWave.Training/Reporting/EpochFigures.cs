using System.Globalization;

namespace VQWave.Training.Reporting;

/// <summary>One row of a run's metrics, for reports and advice; NaN where a figure is not there.</summary>
/// <param name="Epoch">The epoch, from 1.</param>
/// <param name="Seconds">Seconds of training by then.</param>
/// <param name="Loss">Mean training loss of a VQ-VAE, training bits per code of a generator.</param>
/// <param name="HeldOut">The same on held-out music.</param>
/// <param name="CodesUsed">Codes that the epoch's batches chose.</param>
/// <param name="Perplexity">2 to the entropy of these codes.</param>
/// <param name="EntropyBits">Effective bits per code.</param>
/// <param name="SiSdrDecibels">Held-out SI-SDR in dB.</param>
/// <param name="Steps">Steps of the epoch: fewer than others' where a time limit ended it.</param>
internal sealed record EpochFigures(
    int Epoch,
    double Seconds,
    double Loss,
    double HeldOut,
    double CodesUsed,
    double Perplexity,
    double EntropyBits,
    double SiSdrDecibels,
    double Steps
)
{
    /// <summary>Reads the metrics of a VQ-VAE or generator.</summary>
    /// <param name="path">The CSV file that <see cref="Training.MetricsLog"/> writes.</param>
    public static IReadOnlyList<EpochFigures> Read(string path)
    {
        var lines = File.ReadAllLines(path);
        var columns = lines[0].Split(',');
        double steps = 0;
        return
        [
            .. lines
                .Skip(1)
                .Select(line => line.Split(','))
                .Where(cells => cells.Length == columns.Length)
                .Select(cells =>
                {
                    double Cell(params string[] names)
                    {
                        var index = Array.FindIndex(columns, names.Contains);
                        return index >= 0 && double.TryParse(cells[index], CultureInfo.InvariantCulture, out var value)
                            ? value
                            : double.NaN;
                    }

                    var (before, step) = (steps, Cell("step"));
                    steps = step;
                    return new EpochFigures(
                        (int)Cell("epoch"),
                        Cell("seconds"),
                        Cell("loss", "bits_per_code"),
                        Cell("validation_loss", "validation_bits_per_code"),
                        Cell("codes_used"),
                        Cell("perplexity"),
                        Cell("entropy_bits"),
                        Cell("validation_si_sdr_db"),
                        step > before ? step - before : step
                    );
                }),
        ];
    }
}
