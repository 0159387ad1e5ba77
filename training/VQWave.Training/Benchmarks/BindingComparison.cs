using System.Diagnostics;
using VQWave.Torch;

namespace VQWave.Training.Benchmarks;

/// <summary>The same training step through the binding and in C++.</summary>
/// <param name="Name">What was stepped.</param>
/// <param name="OursMilliseconds">Median time of a step through the binding.</param>
/// <param name="TheirsMilliseconds">Median time of a step in C++.</param>
/// <param name="Ratio">Median over pairs of neighbouring steps of ours over theirs.</param>
/// <param name="CpuRatio">Processor time of all our steps over that of all theirs: what else runs on the machine counts less in it.</param>
/// <param name="LargestLossDifference">Largest difference of the two losses at a step.</param>
/// <param name="TensorsLeft">Tensors alive after our steps that were not before.</param>
public sealed record BindingComparison(
    string Name,
    double OursMilliseconds,
    double TheirsMilliseconds,
    double Ratio,
    double CpuRatio,
    double LargestLossDifference,
    long TensorsLeft
)
{
    /// <summary>Steps both sides in turn, the order changing from step to step, after one step of each that is not counted.</summary>
    /// <param name="name">What is stepped.</param>
    /// <param name="steps">How often.</param>
    /// <param name="ours">Our step, told its number from 1; gives the loss.</param>
    /// <param name="theirs">The step in C++.</param>
    /// <param name="cancellation">Stops between steps.</param>
    public static BindingComparison Run(
        string name,
        int steps,
        Func<int, double> ours,
        Func<int, double> theirs,
        CancellationToken cancellation
    )
    {
        var difference = Math.Abs(ours(1) - theirs(1));
        var (ourTimes, theirTimes) = (new double[steps], new double[steps]);
        double ourCpu = 0,
            theirCpu = 0;
        var before = torch.live_tensors;
        for (var i = 0; i < steps; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            var first = i % 2 == 0;
            double a = 0,
                b = 0;
            if (first)
            {
                a = Timed(ours, i + 2, ref ourTimes[i], ref ourCpu);
            }

            b = Timed(theirs, i + 2, ref theirTimes[i], ref theirCpu);
            if (!first)
            {
                a = Timed(ours, i + 2, ref ourTimes[i], ref ourCpu);
            }

            difference = Math.Max(difference, Math.Abs(a - b));
        }

        var left = torch.live_tensors - before;
        var ratios = ourTimes.Zip(theirTimes, (a, b) => a / b).ToArray();
        return new BindingComparison(name, Median(ourTimes), Median(theirTimes), Median(ratios), ourCpu / theirCpu, difference, left);
    }

    private static double Timed(Func<int, double> step, int number, ref double milliseconds, ref double cpu)
    {
        var busy = Environment.CpuUsage.TotalTime;
        var start = Stopwatch.GetTimestamp();
        var loss = step(number);
        milliseconds = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        cpu += (Environment.CpuUsage.TotalTime - busy).TotalMilliseconds;
        return loss;
    }

    private static double Median(double[] values)
    {
        var sorted = values.Order().ToArray();
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
