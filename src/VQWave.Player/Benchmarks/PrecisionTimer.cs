using VQWave.Inference;
using VQWave.Models;

namespace VQWave.Player.Benchmarks;

/// <summary>One precision: the hierarchy by threads, each level's step, and the bandwidth that bounds them.</summary>
internal sealed class PrecisionTimer : IDisposable
{
    private const double BandwidthSeconds = 0.03;
    private readonly Windows[][] bandwidth = [];

    public PrecisionTimer(InferenceRuntime runtime, ModelPack pack, InferencePrecision precision, int[] threads)
    {
        Name = precision.ToName();
        try
        {
            for (var level = 0; level < pack.Configuration.Levels.Count; level++)
            {
                Steps.Add(new StepTimer(new GeneratorTimer(runtime, pack, level)));
            }

            if (Steps.TrueForAll(s => s.Generator.WeightBytesPerCode > 0))
            {
                bandwidth = Array.ConvertAll(threads, _ => Steps.Select(_ => new Windows()).ToArray());
            }

            foreach (var count in threads)
            {
                Hierarchy.Add(new HierarchyTimer(runtime, pack, count));
                Hierarchy[^1].Run(0);
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public string Name { get; }

    public string Engine => string.Join(", ", Steps.Select(s => s.Generator.EngineName).Distinct());

    public List<StepTimer> Steps { get; } = [];

    public List<HierarchyTimer> Hierarchy { get; } = [];

    public List<double> Times => Steps.ConvertAll(s => s.Microseconds.Median);

    /// <summary>Bytes a second of a thread, by number of threads and level; empty where it is not known what a step reads.</summary>
    public double[][] Bandwidth => Array.ConvertAll(bandwidth, levels => Array.ConvertAll(levels, w => w.Median));

    public double BytesPerSecond(double[] stepsPerSecond) =>
        Steps.Select((s, i) => s.Generator.WeightBytesPerCode * stepsPerSecond[i]).Sum();

    /// <summary>Times real time that reading alone would allow, with all threads at it.</summary>
    public double Limit(int index, int threads, double[] stepsPerSecond) =>
        Bandwidth.Length == 0
            ? double.NaN
            : threads / Steps.Select((s, i) => s.Generator.WeightBytesPerCode * stepsPerSecond[i] / Bandwidth[index][i]).Sum();

    public void Measure(int[] threads, double seconds, double stepSeconds)
    {
        for (var i = 0; i < bandwidth.Length; i++)
        {
            for (var level = 0; level < Steps.Count; level++)
            {
                bandwidth[i][level].Add(ReadBandwidth.Measure(Steps[level].Generator.WeightBytesPerCode, threads[i], BandwidthSeconds));
            }
        }

        Hierarchy.ForEach(h => h.Run(seconds));
        Steps.ForEach(s => s.Run(stepSeconds));
    }

    public void Dispose()
    {
        Hierarchy.ForEach(h => h.Dispose());
        Steps.ForEach(s => s.Dispose());
    }
}
