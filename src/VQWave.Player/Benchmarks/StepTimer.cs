using System.Diagnostics;
using VQWave.Inference;

namespace VQWave.Player.Benchmarks;

/// <summary>A generator of one level, stepped for windows of time.</summary>
internal sealed class StepTimer : IDisposable
{
    private readonly GeneratorStepper stepper;
    private long code;

    public StepTimer(GeneratorStepper stepper)
    {
        this.stepper = stepper;
        var random = new Random(1);
        foreach (ref var value in stepper.Context)
        {
            value = (float)(random.NextDouble() - 0.5);
        }
    }

    /// <summary>Microseconds of one step of all its voices, window by window.</summary>
    public Windows Microseconds { get; } = new();

    /// <summary>The stepper.</summary>
    public GeneratorStepper Stepper => stepper;

    /// <summary>Steps for a window; the codes wander through the codebook.</summary>
    public void Run(double seconds)
    {
        const int Chunk = 16;
        var steps = 0;
        var start = Stopwatch.GetTimestamp();
        double elapsed;
        do
        {
            for (var i = 0; i < Chunk; i++)
            {
                foreach (ref var value in stepper.Codes)
                {
                    code = (code + 389) % stepper.CodebookSize;
                    value = code;
                }

                stepper.Step();
            }

            steps += Chunk;
            elapsed = Stopwatch.GetElapsedTime(start).TotalSeconds;
        } while (elapsed < seconds);
        Microseconds.Add(elapsed * 1e6 / steps);
    }

    public void Dispose() => stepper.Dispose();
}
