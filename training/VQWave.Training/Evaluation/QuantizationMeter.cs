using VQWave.Inference;
using VQWave.Models;
using VQWave.Training.Data;
using VQWave.Training.Training;

namespace VQWave.Training.Evaluation;

/// <summary>Measures on held-out files what quantising the generators of a pack costs.</summary>
/// <param name="original">The float pack.</param>
/// <param name="dataDirectory">Folder of <c>.u16</c> files; all of each is encoded.</param>
/// <param name="maxCodes">Codes that each generator is asked for.</param>
internal sealed class QuantizationMeter(ModelPack original, string dataDirectory, long maxCodes)
{
    // An excerpt is held in memory.
    private const int MaximumSeconds = 3600;

    /// <summary>Compares all levels.</summary>
    /// <param name="quantizedDirectory">The quantised pack, of which only the generators differ.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <returns>What each generator loses, by the level's name.</returns>
    /// <exception cref="VQWaveException">The data cannot be read, or are too short.</exception>
    public IReadOnlyDictionary<string, QuantizationLoss> Measure(string quantizedDirectory, CancellationToken cancellation)
    {
        var configuration = original.Configuration;
        var quantized = ModelPack.Open(quantizedDirectory);
        var runtime = InferenceRuntime.Create(new InferenceOptions { Device = InferenceDevice.Cpu });
        using var data = new U16Dataset(dataDirectory, configuration.Coarsest.Compression);
        var excerpts = Excerpt.Of(data, configuration.Coarsest.Compression, (long)MaximumSeconds * configuration.SampleRate);
        var losses = new Dictionary<string, QuantizationLoss>(StringComparer.Ordinal);
        int[][]? coarser = null;
        for (var i = 0; i < configuration.Levels.Count; i++)
        {
            var level = configuration.Levels[i];
            var codes = Encode(runtime, i, excerpts, cancellation);
            ProgressLine? line = null;
            try
            {
                losses[level.Name] = new GeneratorComparison(runtime, original, quantized, i).Compare(
                    codes,
                    coarser,
                    maxCodes,
                    (done, total) => (line ??= new ProgressLine(level.GeneratorName, total)).Report(done, () => "codes"),
                    cancellation
                );
            }
            finally
            {
                line?.Dispose();
            }

            coarser = codes;
        }

        return losses;
    }

    private int[][] Encode(InferenceRuntime runtime, int index, IReadOnlyList<Excerpt> excerpts, CancellationToken cancellation)
    {
        using var codec = new PackCodec(runtime, original, index);
        using var line = new ProgressLine(codec.Level.VqvaeName, excerpts.Count);
        var codes = new int[excerpts.Count][];
        for (var i = 0; i < codes.Length; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            var name = excerpts[i].Name;
            line.Report(i, () => name);
            codes[i] = codec.Encode(excerpts[i].Read());
        }

        return codes;
    }
}
