using VQWave.Generation;
using VQWave.Inference;
using VQWave.TestSupport;
using VQWave.Training.Data;
using VQWave.Training.Evaluation;

namespace VQWave.Training.Tests.Evaluation;

public sealed class GeneratedEvaluatorTests(EvaluationFixture fixture)
{
    private const int Rate = 22050;

    [Fact]
    public void Clips_are_what_the_player_generates()
    {
        var sampling = new SamplingSettings { Temperature = 0.7f, TopK = 5 };
        var options = new GeneratedOptions
        {
            Seconds = 0.3,
            SkipSeconds = 0,
            Count = 2,
            Seed = 41,
            Sampling = sampling,
        };
        var clips = GeneratedEvaluator.Generate(fixture.Runtime, fixture.Pack, options);
        Assert.Equal([41UL, 42UL], clips.Select(c => c.Seed));
        Assert.All(clips, c => Assert.Equal(6615, c.Samples.Length));
        Assert.NotEqual(clips[0].Samples, clips[1].Samples);

        using var generator = new HierarchicalGenerator(fixture.Runtime, fixture.Pack);
        using var decoder = new DecoderRunner(fixture.Runtime, fixture.Pack, 3);
        var levels = generator.Generate(
            new GenerationRequest
            {
                Seed = 42,
                FinestLevel = 3,
                Length = 827,
                Sampling = sampling,
            }
        );
        Assert.Equal(decoder.Decode(levels[3].Codes)[..6615], clips[1].Samples);
    }

    [Fact]
    public void A_clip_of_the_corpus_is_inside_and_noise_is_not()
    {
        using var folder = new TemporaryFolder();
        for (var i = 0; i < 6; i++)
        {
            U16File.Write(folder[$"{i}.u16"], EvaluationFixture.Music(66150 + (3000 * i), 200 + (20 * i), i));
        }

        using var corpus = new U16Dataset(folder.Path, Rate);
        var random = new Random(1);
        float[] noise = [.. Enumerable.Range(0, 66150).Select(_ => (float)(1.2 * (random.NextDouble() - 0.5)))];

        // A second of silence before the music, as at the beginning of a generated piece, is skipped.
        float[] music = [.. new float[Rate], .. EvaluationFixture.Music(44100, 250, 9)];
        var alike = GeneratedEvaluator.Compare([new GeneratedClip(1, music)], corpus, Rate, 1, 10);
        Assert.Equal(44100, alike.WindowSamples);
        Assert.True(
            alike.Measures.Count(m => m.Inside) >= 7,
            string.Join(", ", alike.Measures.Where(m => !m.Inside).Select(m => m.Measure.Key))
        );
        Assert.Equal(6, alike.CorpusFiles);

        var unlike = GeneratedEvaluator.Compare([new GeneratedClip(1, noise)], corpus, Rate, 0, 10);
        Assert.False(unlike.AllInside);
        foreach (var key in new[] { "rms_dbfs", "centroid_hz", "flatness", "energy_above_4k" })
        {
            var measure = unlike.Measures.Single(m => m.Measure.Key == key);
            Assert.False(measure.Inside, key);
            Assert.True(measure.Generated.Median > measure.Corpus.Maximum, key);
        }

        Assert.Equal(20 * Math.Log10(0.6 / Math.Sqrt(3)), unlike.Measures[0].Clips[0], 0.1);
        Assert.True(unlike.Frechet > 10 * alike.Frechet);
        Assert.Equal(alike.FrechetYardstick, unlike.FrechetYardstick);
    }

    [Fact]
    public void Windows_are_as_long_as_most_files_allow()
    {
        using var folder = new TemporaryFolder();
        int[] seconds = [1, 3, 3, 9];
        for (var i = 0; i < seconds.Length; i++)
        {
            U16File.Write(folder[$"{i}.u16"], EvaluationFixture.Music(Rate * seconds[i], 200, i));
        }

        using var corpus = new U16Dataset(folder.Path, Rate);
        var figures = GeneratedEvaluator.Compare([new GeneratedClip(1, EvaluationFixture.Music(6 * Rate, 220, 4))], corpus, Rate, 1, 10);

        // Three of four files last 3 s or more. Windows begin every 1.5 s: 1, 1 and 5 of them.
        Assert.Equal(3 * Rate, figures.WindowSamples);
        Assert.Equal(7, figures.CorpusWindows);
        Assert.Equal(3, figures.CorpusFiles);
    }

    [Fact]
    public void A_clip_spreads_over_its_windows()
    {
        using var folder = new TemporaryFolder();
        U16File.Write(folder["a.u16"], EvaluationFixture.Music(2 * Rate, 200, 1));
        using var corpus = new U16Dataset(folder.Path, Rate);
        var random = new Random(2);
        float[] noise = [.. Enumerable.Range(0, 5 * Rate).Select(i => (float)((i < 4 * Rate ? 0.2 : 0.4) * (random.NextDouble() - 0.5)))];
        var level = GeneratedEvaluator.Compare([new GeneratedClip(1, noise)], corpus, Rate, 1, 1).Measures[0];

        // Of seven windows of a second, half a second apart, the last is loud: 6.02 dB; the one before it half.
        var quiet = 20 * Math.Log10(0.1 / Math.Sqrt(3));
        Assert.Equal(quiet, level.Generated.Minimum, 0.1);
        Assert.Equal(quiet, level.Generated.Median, 0.1);
        Assert.Equal(quiet, level.Clips[0], 0.1);
        Assert.Equal(quiet + (20 * Math.Log10(2)), level.Generated.Maximum, 0.1);
    }
}
