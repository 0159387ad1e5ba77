using System.Diagnostics;

namespace VQWave.Training.Training;

/// <summary>
/// One line of progress on standard error: redrawn in place on a terminal, written every few seconds where there is none.
/// </summary>
/// <param name="title">What is going on.</param>
/// <param name="total">Units in all.</param>
/// <param name="start">Units that an earlier run has done.</param>
/// <param name="quiet">Shows nothing: another process of the run does.</param>
public sealed class ProgressLine(string title, long total, long start = 0, bool quiet = false) : IDisposable
{
    private const int BarWidth = 24;
    private readonly bool _terminal = !Console.IsErrorRedirected;
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private double _nextAt;
    private double? _startShare;
    private bool _finished;
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
        var share = Math.Clamp(fraction ?? ((double)done / Math.Max(total, 1)), 0, 1);
        _startShare ??= start > 0 ? share : 0;
        if (quiet || (now < _nextAt && (done < total || _finished)))
        {
            return;
        }

        _nextAt = now + (_terminal ? 0.1 : 10);
        _finished = done >= total;

        // A resumed run is as fast as its own steps.
        var rate = (done - start) / Math.Max(now, 1e-9);
        var gained = share - _startShare.Value;
        var left = gained > 0 ? TimeSpan.FromSeconds(Math.Min(now * (1 - share) / gained, 1e6)) : TimeSpan.Zero;
        var filled = (int)(share * BarWidth);
        var bar = new string('#', filled) + new string('.', BarWidth - filled);
        Write($"{title} [{bar}] {done}/{total} {text()} {rate:0.0}/s {left:h\\:mm\\:ss} left");
    }

    /// <summary>Writes a line that stays.</summary>
    public void WriteLine(string line)
    {
        if (quiet)
        {
            return;
        }

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
