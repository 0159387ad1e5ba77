using System.Globalization;
using VQWave.Training.Data;

namespace VQWave.Training.Training;

/// <summary>A CSV file that grows by a row at a time; the first row names the columns.</summary>
public sealed class MetricsLog : IDisposable
{
    private readonly StreamWriter _writer;
    private readonly int _columns;

    /// <summary>Opens the file: anew, or going on after what is there.</summary>
    /// <param name="path">The file.</param>
    /// <param name="steps">Steps done: rows beyond them (the first column) are of steps that will be taken again; 0 begins anew.</param>
    /// <param name="columns">Names of the columns, the first being <c>step</c>.</param>
    /// <exception cref="VQWaveException">The file cannot be written.</exception>
    public MetricsLog(string path, long steps, params string[] columns)
    {
        _columns = columns.Length;
        var goOn = steps > 0 && File.Exists(path);
        try
        {
            if (goOn)
            {
                var header = string.Join(',', columns);
                var rows = File.ReadLines(path)
                    .Skip(1)
                    .Where(row =>
                        row.Count(c => c == ',') == _columns - 1
                        && double.TryParse(
                            row.AsSpan(0, row.IndexOf(',', StringComparison.Ordinal)),
                            CultureInfo.InvariantCulture,
                            out var step
                        )
                        && step <= steps
                    );
                AtomicFile.WriteText(path, string.Join('\n', [header, .. rows]) + "\n");
            }

            _writer = new StreamWriter(path, goOn);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new VQWaveException($"{path} cannot be written: {e.Message}", e);
        }

        if (!goOn)
        {
            _writer.WriteLine(string.Join(',', columns));
            _writer.Flush();
        }
    }

    /// <summary>Adds a row; NaN becomes an empty field.</summary>
    public void Add(params double[] values)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(values.Length, _columns);
        try
        {
            _writer.WriteLine(string.Join(',', values.Select(v => double.IsNaN(v) ? "" : v.ToString("G9", CultureInfo.InvariantCulture))));
            _writer.Flush();
        }
        catch (IOException e)
        {
            throw new VQWaveException(
                $"The metrics cannot be written ({e.Message.TrimEnd('.')}); '--resume' goes on from the checkpoint.",
                e
            );
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _writer.Dispose();
}
