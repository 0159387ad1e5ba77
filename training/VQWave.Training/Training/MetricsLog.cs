using System.Globalization;

namespace VQWave.Training.Training;

/// <summary>A CSV file that grows by a row at a time; the first row names the columns.</summary>
public sealed class MetricsLog : IDisposable
{
    private readonly StreamWriter _writer;
    private readonly int _columns;

    /// <summary>Opens the file: anew, or going on after what is there.</summary>
    public MetricsLog(string path, bool append, params string[] columns)
    {
        _columns = columns.Length;
        var goOn = append && File.Exists(path);
        try
        {
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
        _writer.WriteLine(string.Join(',', values.Select(v => double.IsNaN(v) ? "" : v.ToString("G6", CultureInfo.InvariantCulture))));
        _writer.Flush();
    }

    /// <inheritdoc/>
    public void Dispose() => _writer.Dispose();
}
