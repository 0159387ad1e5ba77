using Microsoft.ML.OnnxRuntime;
using VQWave.Models;
using VQWave.OnnxExport.Onnx;

namespace VQWave.OnnxExport.Tests;

/// <summary>What the files say about themselves, and how they store weights.</summary>
public sealed class StageFileTests
{
    [Fact]
    public void Inputs_and_outputs_are_those_of_the_documentation()
    {
        var configuration = Presets.Live;
        var weights = RandomWeights.CreateLevel(configuration, 3, 1);

        string Describe(ModelStage stage)
        {
            using var graph = new Graph(StageGraphs.Build(stage, configuration, 3, weights));
            return Join(graph.Session.InputMetadata) + " -> " + Join(graph.Session.OutputMetadata);
        }

        Assert.Equal("audio Single[batch,samples] -> latents Single[batch,n,32]", Describe(ModelStage.Encoder));
        Assert.Equal("latents Single[batch,n,32] -> codes Int64[batch,n]; quantized Single[batch,n,32]", Describe(ModelStage.Codebook));
        Assert.Equal("codes Int64[batch,n] -> audio Single[batch,samples]", Describe(ModelStage.Decoder));
        Assert.Equal("codes Int64[batch,n] -> context Single[batch,n_fine,288]", Describe(ModelStage.Context));
        Assert.Equal(
            "code Int64[batch]; context Single[batch,288]; h_0 Single[batch,256]; c_0 Single[batch,256]; h_1 Single[batch,256]; c_1 Single[batch,256]"
                + " -> logits Single[batch,1024]; h_0_out Single[batch,256]; c_0_out Single[batch,256]; h_1_out Single[batch,256]; c_1_out Single[batch,256]",
            Describe(ModelStage.Generator)
        );
    }

    [Fact]
    public void Coarsest_generator_takes_no_context()
    {
        var weights = RandomWeights.Create(Presets.Live, 0, ModelStage.Generator, 1);
        using var graph = new Graph(StageGraphs.Generator(Presets.Live, 0, weights));
        Assert.DoesNotContain("context", graph.Session.InputNames);
    }

    [Fact]
    public void Metadata_names_stage_level_and_format_and_keeps_what_is_added()
    {
        var options = new ExportOptions
        {
            ProducerName = "a test",
            ProducerVersion = "1.2.3",
            Metadata = new Dictionary<string, string>(StringComparer.Ordinal) { ["pack"] = "x", ["vqwave.stage"] = "wrong" },
        };
        var bytes = StageGraphs.Encoder(Presets.Live, 2, RandomWeights.Create(Presets.Live, 2, ModelStage.Encoder, 1), options);
        using var graph = new Graph(bytes);
        var metadata = graph.Session.ModelMetadata;
        Assert.Equal("encoder", metadata.CustomMetadataMap["vqwave.stage"]);
        Assert.Equal("32", metadata.CustomMetadataMap["vqwave.level"]);
        Assert.Equal("1", metadata.CustomMetadataMap["vqwave.format"]);
        Assert.Equal("x", metadata.CustomMetadataMap["pack"]);
        Assert.Equal("a test", metadata.ProducerName);
        Assert.Equal("vqvae_32_encoder", metadata.GraphName);

        var model = ModelProto.Parser.ParseFrom(bytes);
        Assert.Equal(8, model.IrVersion);
        Assert.Equal("1.2.3", model.ProducerVersion);
        var opset = Assert.Single(model.OpsetImport);
        Assert.Equal((17L, ""), (opset.Version, opset.Domain));
    }

    [Fact]
    public void Every_value_has_one_name_and_one_origin()
    {
        var configuration = TestConfigurations.Get("tiny-lookahead");
        var weights = RandomWeights.CreateLevel(configuration, 1, 1);
        foreach (var storage in Enum.GetValues<WeightStorage>())
        {
            foreach (var stage in Enum.GetValues<ModelStage>())
            {
                var options = new ExportOptions { Storage = storage };
                var graph = ModelProto.Parser.ParseFrom(StageGraphs.Build(stage, configuration, 1, weights, options)).Graph;
                Assert.All(graph.Node, n => Assert.NotEmpty(n.Name));
                Assert.Equal(graph.Node.Count, graph.Node.Select(n => n.Name).Distinct(StringComparer.Ordinal).Count());
                var values = graph.Node.SelectMany(n => n.Output).Concat(graph.Initializer.Select(i => i.Name)).ToArray();
                Assert.Equal(values.Length, values.Distinct(StringComparer.Ordinal).Count());
                var used = graph.Node.SelectMany(n => n.Input).ToHashSet(StringComparer.Ordinal);
                Assert.All(graph.Initializer, i => Assert.Contains(i.Name, used));
            }
        }
    }

    /// <summary>Nothing bounds the scale of latents that pass unquantised: a codebook may have grown beyond float16.</summary>
    [Fact]
    public void What_float16_cannot_hold_stays_float32()
    {
        var configuration = TestConfigurations.Get("tiny-same");
        var weights = RandomWeights.CreateLevel(configuration, 1, 5);
        var grown = new WeightTensor(
            weights.Codebook["codebook"].Shape,
            Array.ConvertAll(weights.Codebook["codebook"].Data, v => v * 1e8f)
        );
        Assert.Contains(grown.Data, v => Math.Abs(v) > 65504);
        weights = weights with { Codebook = new Dictionary<string, WeightTensor>(StringComparer.Ordinal) { ["codebook"] = grown } };
        using var graph = new Graph(
            StageGraphs.Build(ModelStage.Codebook, configuration, 1, weights, new ExportOptions { Storage = WeightStorage.Float16 })
        );

        // Each vector is nearest to itself, and not only roughly.
        var size = configuration.Levels[1].CodebookSize;
        var codes = (long[])graph.Run(("latents", grown.Data, [1, size, configuration.Levels[1].CodebookDimension]))["codes"];
        Assert.Equal(Enumerable.Range(0, size).Select(i => (long)i), codes);
    }

    [Fact]
    public void Float16_halves_the_file_and_stays_close()
    {
        var configuration = Presets.Live;
        var weights = RandomWeights.CreateLevel(configuration, 3, 5);
        var half = new ExportOptions { Storage = WeightStorage.Float16 };
        var codes = TestData.Codes(20, 1024, 6);
        float[] Decode(byte[] bytes)
        {
            using var graph = new Graph(bytes);
            return (float[])graph.Run(("codes", codes, [1, 20]))["audio"];
        }

        var wide = StageGraphs.Build(ModelStage.Decoder, configuration, 3, weights);
        var narrow = StageGraphs.Build(ModelStage.Decoder, configuration, 3, weights, half);
        Assert.InRange((double)narrow.Length / wide.Length, 0.49, 0.52);
        var (a, b) = (Decode(wide), Decode(narrow));
        TestData.AssertClose(Array.ConvertAll(a, v => (double)v), b, 2e-2);
        Assert.NotEqual(a, b);

        // What it computes is exactly the float32 graph of the rounded weights.
        var rounded = weights with
        {
            Decoder = Round(weights.Decoder),
            Codebook = Round(weights.Codebook),
        };
        Assert.Equal(Decode(StageGraphs.Build(ModelStage.Decoder, configuration, 3, rounded)), b);

        // The norms of the codebook are those of the rounded vectors.
        var latents = TestData.Audio(50 * 32, 8);
        using var book = new Graph(StageGraphs.Build(ModelStage.Codebook, configuration, 3, weights, half));
        var chosen = (long[])book.Run(("latents", latents, [1, 50, 32]))["codes"];
        Assert.Equal(Reference.NearestCodes(rounded.Codebook["codebook"], latents), chosen);

        var big = StageGraphs.Build(ModelStage.Generator, configuration, 3, weights).Length;
        var small = StageGraphs.Build(ModelStage.Generator, configuration, 3, weights, half).Length;
        Assert.InRange((double)small / big, 0.49, 0.52);
    }

    [Fact]
    public void Missing_weight_is_named_with_its_shape()
    {
        var weights = Tiny(ModelStage.Encoder);
        weights.Remove("conv.1.bias");
        AssertRefused(ModelStage.Encoder, weights, "vqvae_4_encoder", "'conv.1.bias'", "(5)", "tiny-same");
    }

    [Fact]
    public void Unknown_weight_is_named()
    {
        var weights = Tiny(ModelStage.Generator);
        weights["lstm.weight_ih_l9"] = new WeightTensor([1, 2], [0, 0]);
        AssertRefused(ModelStage.Generator, weights, "generator_4_generator", "'lstm.weight_ih_l9'", "(1, 2)");
    }

    [Fact]
    public void Wrong_shape_is_named_with_both_shapes()
    {
        var weights = Tiny(ModelStage.Context);
        weights["upsample.weight"] = new WeightTensor([8, 8, 4], new float[256]);
        AssertRefused(ModelStage.Context, weights, "generator_4_context", "'upsample.weight'", "(8, 8, 4)", "(8, 8, 3)");
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void Weight_that_is_not_finite_is_refused(float value)
    {
        var weights = Tiny(ModelStage.Decoder);
        weights["conv.2.weight"].Data[5] = value;
        AssertRefused(ModelStage.Decoder, weights, "vqvae_4_decoder", "'conv.2.weight'", "value 5");
    }

    [Fact]
    public void Coarsest_level_has_no_context_network()
    {
        var configuration = TestConfigurations.Get("tiny-same");
        Assert.Throws<VQWaveException>(() =>
            StageGraphs.Context(configuration, 0, new Dictionary<string, WeightTensor>(StringComparer.Ordinal))
        );
    }

    [Fact]
    public void Values_that_do_not_fill_the_shape_are_refused() =>
        Assert.Throws<ArgumentException>(() => new WeightTensor([2, 3], new float[5]));

    private static void AssertRefused(ModelStage stage, Dictionary<string, WeightTensor> weights, params string[] parts)
    {
        var configuration = TestConfigurations.Get("tiny-same");
        var level = RandomWeights.CreateLevel(configuration, 1, 1);
        level = stage switch
        {
            ModelStage.Encoder => level with { Encoder = weights },
            ModelStage.Codebook => level with { Codebook = weights },
            ModelStage.Decoder => level with { Decoder = weights },
            ModelStage.Context => level with { Context = weights },
            _ => level with { Generator = weights },
        };
        var e = Assert.Throws<VQWaveException>(() => StageGraphs.Build(stage, configuration, 1, level));
        Assert.All(parts, p => Assert.Contains(p, e.Message, StringComparison.Ordinal));
    }

    private static Dictionary<string, WeightTensor> Tiny(ModelStage stage) =>
        new(RandomWeights.Create(TestConfigurations.Get("tiny-same"), 1, stage, 1), StringComparer.Ordinal);

    private static Dictionary<string, WeightTensor> Round(IReadOnlyDictionary<string, WeightTensor> weights) =>
        weights.ToDictionary(
            w => w.Key,
            w => w.Value.Shape.Length < 2 ? w.Value : new WeightTensor(w.Value.Shape, Array.ConvertAll(w.Value.Data, v => (float)(Half)v)),
            StringComparer.Ordinal
        );

    private static string Join(IReadOnlyDictionary<string, NodeMetadata> values) =>
        string.Join(
            "; ",
            values.Select(v =>
                $"{v.Key} {v.Value.ElementType.Name}["
                + string.Join(",", v.Value.Dimensions.Zip(v.Value.SymbolicDimensions, (d, s) => d >= 0 ? $"{d}" : s))
                + "]"
            )
        );
}
