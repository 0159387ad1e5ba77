using System.Diagnostics;
using VQWave.Inference;

namespace VQWave.Player.Benchmarks;

/// <summary>A generator of one level, run for windows of time.</summary>
internal sealed class StepTimer(GeneratorTimer generator) : IDisposable
{
    /// <summary>Microseconds of one code of all its voices, window by window.</summary>
    public Windows Microseconds { get; } = new();

    /// <summary>The generator.</summary>
    public GeneratorTimer Generator => generator;

    /// <summary>Writes codes for a window.</summary>
    public void Run(double seconds)
    {
        var codes = 0;
        var start = Stopwatch.GetTimestamp();
        double elapsed;
        do
        {
            generator.Run();
            codes += generator.CodesPerRun;
            elapsed = Stopwatch.GetElapsedTime(start).TotalSeconds;
        } while (elapsed < seconds);
        Microseconds.Add(elapsed * 1e6 / codes);
    }

    public void Dispose() => generator.Dispose();
}
