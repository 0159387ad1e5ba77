using System.Diagnostics;
using VQWave.Torch;
using VQWave.Training.Data;
using VQWave.Training.Networks;
using VQWave.Training.Training;

namespace VQWave.Training.Benchmarks;

/// <summary>A generator's batch of codes, read from the memory-mapped codes of the corpus, beside the same batch encoded from audio.</summary>
/// <param name="OnceSeconds">Time that encoding the whole corpus at the level and the next coarser one took.</param>
/// <param name="ReadMilliseconds">Mean time to read a batch.</param>
/// <param name="EncodeMilliseconds">Mean time to encode one, without the audio around it that exact codes would need.</param>
/// <param name="Codes">Codes of the level in the corpus.</param>
public sealed record CodeReadingBench(double OnceSeconds, double ReadMilliseconds, double EncodeMilliseconds, long Codes)
{
    /// <summary>Encodes into a temporary folder, then reads and encodes batches in turn.</summary>
    /// <exception cref="VQWaveException">The options, data or weights are not usable.</exception>
    public static CodeReadingBench Run(GeneratorTrainingOptions options, int steps, CancellationToken cancellation)
    {
        options.Validate();
        torch.set_num_threads(options.Threads);
        var (configuration, index, level) = (options.Configuration, options.LevelIndex, options.Level);
        using var audio = new U16Dataset(options.DataDirectory, 2 * options.InputLength);
        var cache = Directory.CreateTempSubdirectory("vqwave-codes-");
        try
        {
            var clock = Stopwatch.StartNew();
            using var corpus = CodeCorpus.Open(
                configuration,
                index,
                options.VqvaeWeightsDirectory,
                audio,
                cache.FullName,
                Device.CPU,
                cancellation
            );
            var once = clock.Elapsed.TotalSeconds;
            var random = new Xoshiro(1);
            var streams = new CodeStreams(
                corpus,
                level.Generator.Context,
                options.BatchSize,
                options.ChunkCodes,
                options.ChunkCodes,
                random
            );
            var encoders = configuration.Levels.Skip(Math.Max(index - 1, 0)).Take(index > 0 ? 2 : 1).Select(l => new Vqvae(l)).ToArray();
            var crops = new float[options.BatchSize * options.InputLength];
            TimeSpan reading = default,
                encoding = default;
            for (var i = -1; i < steps; i++)
            {
                cancellation.ThrowIfCancellationRequested();
                clock.Restart();
                streams.Next();
                reading += i < 0 ? default : clock.Elapsed;
                clock.Restart();
                Encode(encoders, audio, random, crops, options);
                encoding += i < 0 ? default : clock.Elapsed;
            }

            Array.ForEach(encoders, e => e.Dispose());
            return new CodeReadingBench(once, reading.TotalMilliseconds / steps, encoding.TotalMilliseconds / steps, corpus.TotalCodes);
        }
        finally
        {
            cache.Delete(recursive: true);
        }
    }

    private static void Encode(Vqvae[] encoders, U16Dataset audio, Xoshiro random, float[] crops, GeneratorTrainingOptions options)
    {
        using var scope = torch.NewDisposeScope();
        for (var row = 0; row < options.BatchSize; row++)
        {
            audio.ReadRandom(random, crops.AsSpan(row * options.InputLength, options.InputLength));
        }

        var batch = torch.tensor(crops, options.BatchSize, options.InputLength);
        foreach (var encoder in encoders)
        {
            _ = encoder.EncodeCodes(batch).ToArray<long>();
        }
    }
}
