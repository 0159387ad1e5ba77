using System.Diagnostics;
using VQWave.Inference;
using VQWave.Models;
using VQWave.Streaming;

namespace VQWave.Player.Benchmarks;

/// <summary>The whole hierarchy (generators, contexts, sampling, decoder) generating as fast as it goes, for windows of music.</summary>
internal sealed class HierarchyTimer : IDisposable
{
    private const int Depth = 16_384;
    private readonly EngineCore? core;
    private readonly LiveEngine? engine;
    private readonly float[] samples;
    private readonly int rate;
    private double speed;

    /// <summary>Loads the pack.</summary>
    /// <param name="runtime">Provider and precision.</param>
    /// <param name="pack">The pack.</param>
    /// <param name="threads">1: one tick after the other on the caller's thread; 2: the coarser levels beside the finest, as in live play.</param>
    public HierarchyTimer(InferenceRuntime runtime, ModelPack pack, int threads)
    {
        var made = new EngineCore(runtime, pack, new EngineOptions { Seed = 1 });
        rate = made.SampleRate;
        samples = new float[made.TickSamples];
        if (threads == 1)
        {
            core = made;
        }
        else
        {
            engine = new LiveEngine(made, new LiveEngineOptions { Depth = Depth, Governor = null });
        }
    }

    /// <summary>Seconds of music for each second of work, window by window.</summary>
    public Windows RealTimeFactor { get; } = new();

    /// <summary>Generates for about a number of seconds of work; the first call, of one tick, only sees how fast it is.</summary>
    public void Run(double seconds)
    {
        var isFirst = speed == 0;
        var ticks = isFirst ? 1 : Math.Max(1, (int)(seconds * speed * rate / samples.Length));
        engine?.Start();
        var start = Stopwatch.GetTimestamp();
        for (var i = 0; i < ticks; i++)
        {
            core?.ProduceTick(samples);
            engine?.ReadExactly(samples, TimeSpan.FromMinutes(5));
        }

        var elapsed = Stopwatch.GetElapsedTime(start).TotalSeconds;
        if (engine is not null)
        {
            engine.Stop();
            // What was generated beyond the window is not the next one's.
            while (engine.Available > 0)
            {
                engine.ReadExactly(samples.AsSpan(0, Math.Min(samples.Length, engine.Available)), TimeSpan.Zero);
            }
        }

        speed = ticks * (double)samples.Length / rate / elapsed;
        if (!isFirst)
        {
            RealTimeFactor.Add(speed);
        }
    }

    public void Dispose()
    {
        engine?.Dispose();
        core?.Dispose();
    }
}
