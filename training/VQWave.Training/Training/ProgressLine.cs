using System.Diagnostics;

namespace VQWave.Training.Training;

/// <summary>
/// One line of progress on standard error: redrawn in place on a terminal, written every few seconds where there is none.
/// </summary>
public sealed class ProgressLine(string title, long total) : IDisposable
{
    private const int BarWidth = 24;
    private readonly bool _terminal = !Console.IsErrorRedirected;
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private double _nextAt;
    private int _lastLength;

    /// <summary>Seconds since the line was made.</summary>
    public double Seconds => _clock.Elapsed.TotalSeconds;

    /// <summary>Shows how far the work is, if the last showing is long enough ago.</summary>
    /// <param name="done">Units done.</param>
    /// <param name="text">Figures to show, asked for only when something is shown.</param>
    /// <param name="fraction">Share done, where it is not <paramref name="done"/> over the total.</param>
    public void Report(long done, Func<string> text, double? fraction = null)
    {
        var now = Seconds;
        if (now < _nextAt && done < total)
        {
            return;
        }

        _nextAt = now + (_terminal ? 0.1 : 10);
        var share = Math.Clamp(fraction ?? ((double)done / Math.Max(total, 1)), 0, 1);
        var rate = done / Math.Max(now, 1e-9);
        var left = share > 0 ? TimeSpan.FromSeconds(Math.Min(now * (1 - share) / share, 1e6)) : TimeSpan.Zero;
        var filled = (int)(share * BarWidth);
        var bar = new string('#', filled) + new string('.', BarWidth - filled);
        Write($"{title} [{bar}] {done}/{total} {text()} {rate:0.0}/s {left:h\\:mm\\:ss} left");
    }

    /// <summary>Writes a line that stays.</summary>
    public void WriteLine(string line)
    {
        Clear();
        Console.Error.WriteLine(line);
    }

    /// <inheritdoc/>
    public void Dispose() => Clear();

    private void Write(string line)
    {
        if (!_terminal)
        {
            Console.Error.WriteLine(line);
            return;
        }

        int width;
        try
        {
            width = Math.Max(Console.WindowWidth - 1, 20);
        }
        catch (IOException)
        {
            width = 120;
        }

        var shown = line.Length > width ? line[..width] : line;
        Console.Error.Write('\r' + shown.PadRight(Math.Min(_lastLength, width)));
        _lastLength = shown.Length;
    }

    private void Clear()
    {
        if (_terminal && _lastLength > 0)
        {
            Console.Error.Write('\r' + new string(' ', _lastLength) + '\r');
            _lastLength = 0;
        }
    }
}
