using System.Diagnostics;
using System.Globalization;

namespace VQWave.Player.Commands;

/// <summary>What the machine did besides, for the conditions of a measurement: from <c>/proc/stat</c>, where there is one.</summary>
/// <param name="All">Time of all processors, in ticks.</param>
/// <param name="Idle">Of it, time without work.</param>
/// <param name="Stolen">Of it, time that the machine's host gave to others.</param>
/// <param name="Own">Time of this process, in seconds.</param>
/// <param name="Moment">When.</param>
internal sealed record MachineLoad(long All, long Idle, long Stolen, double Own, long Moment)
{
    /// <summary>The share of all processors' time that was used or stolen; NaN where it is not known.</summary>
    public double Busy => All > 0 ? 1 - ((double)Idle / All) : double.NaN;

    /// <summary>The state now.</summary>
    public static MachineLoad Read()
    {
        var own = Environment.CpuUsage.TotalTime.TotalSeconds;
        try
        {
            // "cpu user nice system idle iowait irq softirq steal …"
            var fields = File.ReadLines("/proc/stat").First().Split(' ', StringSplitOptions.RemoveEmptyEntries);
            var times = Array.ConvertAll(fields[1..9], f => long.Parse(f, CultureInfo.InvariantCulture));
            return new MachineLoad(times.Sum(), times[3] + times[4], times[7], own, Stopwatch.GetTimestamp());
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException or IndexOutOfRangeException)
        {
            return new MachineLoad(0, 0, 0, own, Stopwatch.GetTimestamp());
        }
    }

    /// <summary>What happened since an earlier state.</summary>
    public MachineLoad Since(MachineLoad earlier) =>
        new(All - earlier.All, Idle - earlier.Idle, Stolen - earlier.Stolen, Own - earlier.Own, Moment - earlier.Moment);

    /// <inheritdoc/>
    public override string ToString()
    {
        var seconds = (double)Moment / Stopwatch.Frequency;
        var own = $"this program used {Own / seconds:F2} processors of {Environment.ProcessorCount}";
        return All > 0 ? $"{own}; all were {Busy:P0} busy, {(double)Stolen / All:P0} taken by the host" : own;
    }
}
