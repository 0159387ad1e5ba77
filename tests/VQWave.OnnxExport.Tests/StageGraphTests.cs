using VQWave.Models;

namespace VQWave.OnnxExport.Tests;

/// <summary>Every stage in ONNX Runtime against <see cref="Reference"/>.</summary>
public sealed class StageGraphTests
{
    private const int Batch = 2;
    private const int Codes = 5;

    public static TheoryData<string, int> AllLevels => TestConfigurations.AllLevels;

    public static TheoryData<string, int> FinerLevels
    {
        get
        {
            var data = new TheoryData<string, int>();
            foreach (var (name, index) in AllLevels.Select(r => r.Data).Where(r => r.Item2 > 0))
            {
                data.Add(name, index);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(AllLevels))]
    public void Encoder_matches_the_reference(string name, int index)
    {
        var configuration = TestConfigurations.Get(name);
        var level = configuration.Levels[index];
        var weights = RandomWeights.Create(configuration, index, ModelStage.Encoder, 1);
        var samples = Codes * level.Compression;
        var audio = TestData.Audio(Batch * samples, 2);

        using var graph = new Graph(StageGraphs.Encoder(configuration, index, weights));
        var latents = (float[])graph.Run(("audio", audio, [Batch, samples]))["latents"];

        var width = Codes * level.CodebookDimension;
        for (var b = 0; b < Batch; b++)
        {
            var expected = Reference.Encode(level, weights, audio[(b * samples)..((b + 1) * samples)]);
            TestData.AssertClose(TimeMajor(expected), latents.AsSpan(b * width, width));
        }
    }

    [Theory]
    [MemberData(nameof(AllLevels))]
    public void Codebook_gives_the_nearest_vector(string name, int index)
    {
        var configuration = TestConfigurations.Get(name);
        var level = configuration.Levels[index];
        var weights = RandomWeights.Create(configuration, index, ModelStage.Codebook, 3);
        var codebook = weights["codebook"];
        var latents = TestData.Audio(Batch * 50 * level.CodebookDimension, 4);

        using var graph = new Graph(StageGraphs.Codebook(configuration, index, weights));
        var outputs = graph.Run(("latents", latents, [Batch, 50, level.CodebookDimension]));

        var codes = (long[])outputs["codes"];
        Assert.Equal(Reference.NearestCodes(codebook, latents), codes);
        Assert.True(codes.Distinct().Count() > 3);
        var expected = codes.SelectMany(c => codebook.Data.Skip((int)c * level.CodebookDimension).Take(level.CodebookDimension));
        Assert.Equal(expected, (float[])outputs["quantized"]);
    }

    [Fact]
    public void Codebook_takes_the_lowest_of_equal_vectors()
    {
        var configuration = TestConfigurations.Get("tiny-same");
        var level = configuration.Levels[0];
        var vector = TestData.Audio(level.CodebookDimension, 5);
        var data = Enumerable.Repeat(vector, level.CodebookSize).SelectMany(v => v).ToArray();
        Array.Fill(data, 9f, 0, level.CodebookDimension);
        var weights = new Dictionary<string, WeightTensor>(StringComparer.Ordinal)
        {
            ["codebook"] = new([level.CodebookSize, level.CodebookDimension], data),
        };

        using var graph = new Graph(StageGraphs.Codebook(configuration, 0, weights));
        var outputs = graph.Run(("latents", vector, [1, 1, level.CodebookDimension]));

        Assert.Equal([1L], (long[])outputs["codes"]);
    }

    [Theory]
    [MemberData(nameof(AllLevels))]
    public void Decoder_matches_the_reference(string name, int index)
    {
        var configuration = TestConfigurations.Get(name);
        var level = configuration.Levels[index];
        var weights = RandomWeights.Create(configuration, index, ModelStage.Decoder, 6);
        var codebook = RandomWeights.Create(configuration, index, ModelStage.Codebook, 7);
        var codes = TestData.Codes(Batch * Codes, level.CodebookSize, 8);

        using var graph = new Graph(StageGraphs.Decoder(configuration, index, weights, codebook));
        var audio = (float[])graph.Run(("codes", codes, [Batch, Codes]))["audio"];

        var samples = Codes * level.Compression;
        for (var b = 0; b < Batch; b++)
        {
            var expected = Reference.Decode(level, weights, codebook["codebook"], codes.AsSpan(b * Codes, Codes));
            TestData.AssertClose(expected, audio.AsSpan(b * samples, samples));
        }

        Assert.All(audio, v => Assert.InRange(v, -1, 1));
    }

    [Theory]
    [MemberData(nameof(FinerLevels))]
    public void Context_matches_the_reference(string name, int index)
    {
        var configuration = TestConfigurations.Get(name);
        var width = configuration.Levels[index].Generator.ContextWidth * Codes * configuration.Ratio(index);
        var weights = RandomWeights.Create(configuration, index, ModelStage.Context, 9);
        var codes = TestData.Codes(Batch * Codes, configuration.Levels[index - 1].CodebookSize, 10);

        using var graph = new Graph(StageGraphs.Context(configuration, index, weights));
        var context = (float[])graph.Run(("codes", codes, [Batch, Codes]))["context"];

        for (var b = 0; b < Batch; b++)
        {
            var expected = Reference.Context(configuration, index, weights, codes.AsSpan(b * Codes, Codes));
            TestData.AssertClose(TimeMajor(expected), context.AsSpan(b * width, width));
        }
    }

    [Theory]
    [MemberData(nameof(AllLevels))]
    public void Generator_matches_the_reference_over_steps(string name, int index)
    {
        var configuration = TestConfigurations.Get(name);
        var level = configuration.Levels[index];
        var network = level.Generator;
        var weights = RandomWeights.Create(configuration, index, ModelStage.Generator, 11);
        using var graph = new Graph(StageGraphs.Generator(configuration, index, weights));
        var h = States(network);
        var c = States(network);
        var states = new Dictionary<string, float[]>(StringComparer.Ordinal);
        for (var i = 0; i < network.Layers; i++)
        {
            states[$"h_{i}"] = new float[Batch * network.Units];
            states[$"c_{i}"] = new float[Batch * network.Units];
        }

        for (var step = 0; step < 4; step++)
        {
            var code = TestData.Codes(Batch, level.CodebookSize, 12 + step);
            var context = TestData.Audio(Batch * network.ContextWidth, 20 + step);
            var inputs = new List<(string, Array, long[])> { ("code", code, [Batch]) };
            if (network.ContextWidth > 0)
            {
                inputs.Add(("context", context, [Batch, network.ContextWidth]));
            }

            inputs.AddRange(states.Select(s => (s.Key, (Array)s.Value, new long[] { Batch, network.Units })));
            var outputs = graph.Run([.. inputs]);

            for (var b = 0; b < Batch; b++)
            {
                var part = context[(b * network.ContextWidth)..((b + 1) * network.ContextWidth)];
                var expected = Reference.Step(network, weights, code[b], part, h[b], c[b]);
                TestData.AssertClose(expected, Row(outputs["logits"], b, level.CodebookSize));
                for (var i = 0; i < network.Layers; i++)
                {
                    TestData.AssertClose(h[b][i], Row(outputs[$"h_{i}_out"], b, network.Units));
                    TestData.AssertClose(c[b][i], Row(outputs[$"c_{i}_out"], b, network.Units));
                }
            }

            foreach (var state in states.Keys.ToArray())
            {
                states[state] = (float[])outputs[$"{state}_out"];
            }
        }
    }

    private static double[][][] States(GeneratorNetwork network) =>
        [.. Enumerable.Range(0, Batch).Select(_ => Enumerable.Range(0, network.Layers).Select(_ => new double[network.Units]).ToArray())];

    private static ReadOnlySpan<float> Row(Array values, int row, int width) => ((float[])values).AsSpan(row * width, width);

    private static double[] TimeMajor(double[][] x) => [.. Enumerable.Range(0, x[0].Length).SelectMany(t => x.Select(ch => ch[t]))];
}
