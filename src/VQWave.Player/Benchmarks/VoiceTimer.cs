using System.Diagnostics;
using VQWave.Generation;
using VQWave.Inference;
using VQWave.Models;

namespace VQWave.Player.Benchmarks;

/// <summary>Several voices at once, which share each read of the weights: a generator's step, and whole pieces.</summary>
internal sealed class VoiceTimer : IDisposable
{
    // A piece of less is mostly its beginning.
    private const double ShortestSeconds = 0.2;
    private readonly List<StepTimer> steps;
    private readonly PieceGenerator generator;
    private readonly DecoderRunner decoder;
    private readonly HierarchyConfiguration configuration;
    private double speed;

    /// <summary>Loads the pack.</summary>
    /// <param name="runtime">Provider and precision.</param>
    /// <param name="pack">The pack.</param>
    /// <param name="precision">The precision's name.</param>
    /// <param name="count">Voices.</param>
    public VoiceTimer(InferenceRuntime runtime, ModelPack pack, string precision, int count)
    {
        Precision = precision;
        Count = count;
        configuration = pack.Configuration;
        steps = [.. configuration.Levels.Select((_, level) => new StepTimer(new GeneratorTimer(runtime, pack, level, count)))];
        generator = new PieceGenerator(runtime, pack);
        decoder = new DecoderRunner(runtime, pack, configuration.Levels.Count - 1);
        MeasurePieces(0);
    }

    /// <summary>The precision's name.</summary>
    public string Precision { get; }

    /// <summary>Voices.</summary>
    public int Count { get; }

    /// <summary>What steps the generators.</summary>
    public string Engine => steps[0].Generator.EngineName;

    /// <summary>Microseconds of a step of all voices, by level.</summary>
    public List<double> StepMicroseconds => steps.ConvertAll(s => s.Microseconds.Median);

    /// <summary>Seconds of music of all pieces together for each second of work, as <c>generate --count</c> makes them, on all processors.</summary>
    public Windows RealTimeFactor { get; } = new();

    /// <summary>One window.</summary>
    /// <param name="seconds">Of whole pieces.</param>
    /// <param name="stepSeconds">Of each level's steps.</param>
    public void Measure(double seconds, double stepSeconds)
    {
        steps.ForEach(s => s.Run(stepSeconds));
        MeasurePieces(seconds);
    }

    public void Dispose()
    {
        steps.ForEach(s => s.Dispose());
        generator.Dispose();
        decoder.Dispose();
    }

    // The first call, of the shortest pieces, only sees how fast it is.
    private void MeasurePieces(double seconds)
    {
        var isFirst = speed == 0;
        var rate = configuration.CodeRate(configuration.Finest);
        var length = (int)(Math.Max(ShortestSeconds, seconds * speed / Count) * rate);
        var start = Stopwatch.GetTimestamp();
        var levels = generator.Generate(
            new GenerationRequest
            {
                Seed = 1,
                Count = Count,
                FinestLevel = configuration.Levels.Count - 1,
                Length = length,
            }
        );
        foreach (var codes in levels[^1].Pieces)
        {
            decoder.Decode(codes);
        }

        speed = Count * length / rate / Stopwatch.GetElapsedTime(start).TotalSeconds;
        if (!isFirst)
        {
            RealTimeFactor.Add(speed);
        }
    }
}
