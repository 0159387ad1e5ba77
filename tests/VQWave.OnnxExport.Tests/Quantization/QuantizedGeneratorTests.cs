using VQWave.Models;
using VQWave.OnnxExport.Onnx;
using VQWave.OnnxExport.Quantization;

namespace VQWave.OnnxExport.Tests.Quantization;

/// <summary>Quantised generators in ONNX Runtime against <see cref="QuantizedReference"/>.</summary>
public sealed class QuantizedGeneratorTests
{
    private const int Batch = 2;
    private const int Steps = 4;

    public static TheoryData<string, int, GeneratorPrecision, WeightStorage> Cases
    {
        get
        {
            var data = new TheoryData<string, int, GeneratorPrecision, WeightStorage>();
            foreach (var (name, index) in TestConfigurations.AllLevels.Select(r => r.Data))
            {
                data.Add(name, index, GeneratorPrecision.Int8, WeightStorage.Float32);
                data.Add(name, index, GeneratorPrecision.Int4, WeightStorage.Float16);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Steps_are_those_of_the_weights_in_the_file(string name, int index, GeneratorPrecision precision, WeightStorage storage)
    {
        var level = TestConfigurations.Get(name).Levels[index];
        Compare(level, Quantize(name, index, QuantizationPlan.For(precision), storage));
    }

    /// <summary>Widths that are no multiple of a block (5, 6, 7, 9 and their sums) in blocks of every size, with other formats side by side.</summary>
    [Theory]
    [InlineData(4, 32, 8, 32)]
    [InlineData(8, 64, 4, 64)]
    [InlineData(4, 128, 8, 128)]
    [InlineData(8, 16, 4, 16)]
    public void Any_format_of_any_matrix_is_run(int bits, int block, int otherBits, int otherBlock)
    {
        var plan = new QuantizationPlan
        {
            Precision = GeneratorPrecision.Int4,
            FirstLayer = new(bits, block),
            Layers = new(otherBits, otherBlock),
            Dense = new(otherBits, block),
            Logits = new(bits, otherBlock),
        };
        foreach (var index in new[] { 0, 1 })
        {
            Compare(TestConfigurations.Get("tiny-same").Levels[index], Quantize("tiny-same", index, plan, WeightStorage.Float32));
        }

        Compare(Presets.Live.Levels[3], Quantize("live", 3, plan, WeightStorage.Float32));
    }

    [Fact]
    public void A_matrix_that_is_left_out_stays_as_it_was()
    {
        var plan = QuantizationPlan.For(GeneratorPrecision.Int4) with { Logits = null };
        var before = ModelProto.Parser.ParseFrom(Float("tiny-same", 1, WeightStorage.Float16));
        var after = ModelProto.Parser.ParseFrom(Quantize("tiny-same", 1, plan, WeightStorage.Float16));
        foreach (var name in new[] { "logits.weight", "logits.bias", "embedding.weight", "dense.bias", "gate_sizes" })
        {
            Assert.Equal(before.Graph.Initializer.Single(t => t.Name == name), after.Graph.Initializer.Single(t => t.Name == name));
        }

        foreach (var name in new[] { "logits.matmul", "logits.add", "logits.weight.float32" })
        {
            Assert.Equal(before.Graph.Node.Single(n => n.Name == name), after.Graph.Node.Single(n => n.Name == name));
        }
    }

    [Theory]
    [InlineData(WeightStorage.Float32)]
    [InlineData(WeightStorage.Float16)]
    public void The_file_is_laid_out_as_documented(WeightStorage storage)
    {
        var model = ModelProto.Parser.ParseFrom(Quantize("tiny-same", 1, QuantizationPlan.For(GeneratorPrecision.Int4), storage));
        Assert.Equal(8, model.IrVersion);
        Assert.Equal([("", 17L), ("com.microsoft", 1L)], model.OpsetImport.Select(o => (o.Domain, o.Version)));
        Assert.Equal("int4", model.MetadataProps.Single(p => p.Key == "vqwave.precision").Value);
        Assert.Equal("generator", model.MetadataProps.Single(p => p.Key == "vqwave.stage").Value);
        var graph = model.Graph;
        var products = graph.Node.Where(n => n.OpType == "MatMulNBits").ToArray();
        Assert.Equal(["lstm.0", "lstm.1", "lstm.2", "dense", "logits"], products.Select(n => n.Name[..^".matmul".Length]));
        Assert.Equal(["lstm.0.gates", "lstm.1.gates", "lstm.2.gates", "dense", "logits"], products.Select(n => n.Output.Single()));
        foreach (var node in products)
        {
            var name = node.Name[..^".matmul".Length];
            Assert.Equal("com.microsoft", node.Domain);
            Assert.Equal([$"{name}.weight_q", $"{name}.weight_scales", "", "", $"{name}.bias"], node.Input.Skip(1));
            Assert.Equal(4, node.Attribute.Single(a => a.Name == "accuracy_level").I);
        }

        // 17 codes of 9 inputs, in one block of 32 columns of 8 bits; 36 gates of 15 inputs, in 4 bits.
        Assert.Equal([17L, 1, 32], graph.Initializer.Single(t => t.Name == "logits.weight_q").Dims);
        Assert.Equal([17L, 1], graph.Initializer.Single(t => t.Name == "logits.weight_scales").Dims);
        Assert.Equal([36L, 1, 16], graph.Initializer.Single(t => t.Name == "lstm.0.weight_q").Dims);
        Assert.DoesNotContain(graph.Node, n => n.OpType == "MatMul");
        Assert.DoesNotContain(graph.Initializer, t => t.Name is "lstm.0.weight" or "dense.weight" or "logits.weight");
        Assert.Equal(storage == WeightStorage.Float16 ? 1 : 0, graph.Node.Count(n => n.OpType == "Cast"));
        Assert.Equal(graph.Node.Count, graph.Node.Select(n => n.Name).Distinct(StringComparer.Ordinal).Count());
        var values = graph.Node.SelectMany(n => n.Output).Concat(graph.Initializer.Select(i => i.Name)).ToArray();
        Assert.Equal(values.Length, values.Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public void Eight_bits_are_nearer_than_four_and_both_are_what_the_file_says()
    {
        var level = Presets.Live.Levels[3];
        var weights = RandomWeights.Create(Presets.Live, 3, ModelStage.Generator, 11);
        var distances = new List<double>();
        foreach (var bits in new[] { 8, 4 })
        {
            var format = new QuantizedMatrixFormat(bits, 128);
            var plan = new QuantizationPlan
            {
                Precision = GeneratorPrecision.Int4,
                FirstLayer = format,
                Layers = format,
                Dense = format,
                Logits = format,
            };
            var bytes = Quantize("live", 3, plan, WeightStorage.Float32);
            var meant = new QuantizedReference(bytes, level.Generator).Weights();
            using var graph = new Graph(bytes);
            var run = new Voice(level, graph, 5);
            var (own, original, meaning) = (0.0, 0.0, 0.0);
            for (var step = 0; step < 8; step++)
            {
                double[][] State(float[][] s) => [.. s.Select(l => Array.ConvertAll(l, v => (double)v))];
                var (h, c) = (run.H[0], run.C[0]);
                var (code, context, logits) = run.Step(step);
                var asMeant = Reference.Step(level.Generator, meant, code, context, State(h), State(c));
                var asTrained = Reference.Step(level.Generator, weights, code, context, State(h), State(c));
                own += logits.Select((l, i) => Math.Pow(l - asMeant[i], 2)).Sum();
                original += logits.Select((l, i) => Math.Pow(l - asTrained[i], 2)).Sum();
                meaning += asMeant.Select((l, i) => Math.Pow(l - asTrained[i], 2)).Sum();
            }

            // What ONNX Runtime adds by rounding its inputs is well less than what the weights have lost with 4 bits.
            Assert.True(bits == 8 || own < 0.5 * original, $"{own} of {original} is not the weights");
            distances.Add(meaning);
        }

        // Steps are 16 times finer, squared errors 256 times smaller.
        Assert.True(distances[0] < 0.02 * distances[1], $"{distances[0]} with 8 bits, {distances[1]} with 4");
    }

    [Fact]
    public void A_voice_sounds_the_same_alone_and_beside_others()
    {
        var level = Presets.Live.Levels[3];
        var bytes = Quantize("live", 3, QuantizationPlan.For(GeneratorPrecision.Int4), WeightStorage.Float32);
        using var graph = new Graph(bytes);
        var alone = new Voice(level, graph, 5, 1);
        var together = new Voice(level, graph, 5, 3);
        for (var step = 0; step < Steps; step++)
        {
            var (_, _, a) = alone.Step(step);
            var (_, _, b) = together.Step(step);
            TestData.AssertClose(Array.ConvertAll(a, v => (double)v), b, 1e-4);
        }
    }

    [Fact]
    public void A_generator_is_quantised_once()
    {
        var bytes = Quantize("tiny-same", 0, QuantizationPlan.For(GeneratorPrecision.Int8), WeightStorage.Float32);
        var level = TestConfigurations.Get("tiny-same").Levels[0];
        var e = Assert.Throws<VQWaveException>(() => GeneratorGraph.Parse(bytes, level, "generator_12.onnx"));
        Assert.Contains("generator_12.onnx is quantised already", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_graph_that_is_laid_out_otherwise_is_refused()
    {
        var level = TestConfigurations.Get("tiny-same").Levels[0];
        void Refused(string part, Action<ModelProto> change)
        {
            var model = ModelProto.Parser.ParseFrom(Float("tiny-same", 0, WeightStorage.Float32));
            change(model);
            using var stream = new MemoryStream();
            using (var output = new Google.Protobuf.CodedOutputStream(stream, leaveOpen: true))
            {
                model.WriteTo(output);
            }

            Assert.Contains(part, Assert.Throws<VQWaveException>(() => GeneratorGraph.Parse(stream.ToArray(), level, "x.onnx")).Message);
        }

        Refused("'dense' is missing", m => m.Graph.Node.Single(n => n.Name == "dense.matmul").Name = "other");
        Refused("'lstm.0' is (3, 20)", m => m.Graph.Initializer.Single(t => t.Name == "lstm.0.weight").Dims[0] = 3);
        Refused("not float32 or float16", m => m.Graph.Initializer.Single(t => t.Name == "logits.weight").DataType = 11);
        Assert.Contains("x.onnx", Assert.Throws<VQWaveException>(() => GeneratorGraph.Parse([1, 2, 3], level, "x.onnx")).Message);
    }

    private static byte[] Float(string name, int index, WeightStorage storage)
    {
        var configuration = TestConfigurations.Get(name);
        var weights = RandomWeights.Create(configuration, index, ModelStage.Generator, 11);
        return StageGraphs.Generator(configuration, index, weights, new ExportOptions { Storage = storage });
    }

    private static byte[] Quantize(string name, int index, QuantizationPlan plan, WeightStorage storage)
    {
        var graph = GeneratorGraph.Parse(Float(name, index, storage), TestConfigurations.Get(name).Levels[index], name);
        return PackQuantizer.QuantizeGenerator(graph, plan, null).Bytes;
    }

    private static void Compare(LevelConfiguration level, byte[] bytes)
    {
        var reference = new QuantizedReference(bytes, level.Generator);
        var weights = reference.Weights();
        using var graph = new Graph(bytes);
        var run = new Voice(level, graph, 20, Batch);
        for (var step = 0; step < Steps; step++)
        {
            var (h, c) = (run.H[0], run.C[0]);
            var (code, context, logits) = run.Step(step);
            var expected = reference.Step(code, context, h, c);
            AssertWithin(expected.Logits, logits);
            for (var i = 0; i < level.Generator.Layers; i++)
            {
                AssertWithin(expected.H[i], run.H[0][i]);
                AssertWithin(expected.C[i], run.C[0][i]);
            }

            // The reference itself is that of float generators with the weights that the file means.
            double[][] State(float[][] s) => [.. s.Select(l => Array.ConvertAll(l, v => (double)v))];
            var plain = Reference.Step(level.Generator, weights, code, context, State(h), State(c));
            for (var i = 0; i < plain.Length; i++)
            {
                Assert.Equal(plain[i], expected.Logits[i].Value, 1e-5);
            }
        }
    }

    private static void AssertWithin(QuantizedReference.Bounded[] expected, float[] found)
    {
        Assert.Equal(expected.Length, found.Length);
        for (var i = 0; i < found.Length; i++)
        {
            var difference = Math.Abs(found[i] - expected[i].Value);
            Assert.True(
                difference <= expected[i].Error,
                $"value {i} is {found[i]}, {difference} from {expected[i].Value}, and at most {expected[i].Error} is explained"
            );
        }
    }

    /// <summary>A generator stepped in ONNX Runtime on random codes and contexts; the voices are different, the first is the same in any batch.</summary>
    private sealed class Voice(LevelConfiguration level, Graph graph, int seed, int batch = 1)
    {
        private readonly GeneratorNetwork network = level.Generator;

        public float[][][] H { get; private set; } = Zeros(level.Generator, batch);

        public float[][][] C { get; private set; } = Zeros(level.Generator, batch);

        public (long Code, float[] Context, float[] Logits) Step(int step)
        {
            var codes = Enumerable
                .Range(0, batch)
                .Select(b => TestData.Codes(1, level.CodebookSize, seed + step + (1000 * b))[0])
                .ToArray();
            var contexts = Enumerable.Range(0, batch).Select(b => TestData.Audio(network.ContextWidth, seed + step + (1000 * b))).ToArray();
            var inputs = new List<(string, Array, long[])> { ("code", codes, [batch]) };
            if (network.ContextWidth > 0)
            {
                inputs.Add(("context", contexts.SelectMany(c => c).ToArray(), [batch, network.ContextWidth]));
            }

            for (var i = 0; i < network.Layers; i++)
            {
                var layer = i;
                inputs.Add(($"h_{i}", H.SelectMany(s => s[layer]).ToArray(), [batch, network.Units]));
                inputs.Add(($"c_{i}", C.SelectMany(s => s[layer]).ToArray(), [batch, network.Units]));
            }

            var outputs = graph.Run([.. inputs]);
            float[][][] Next(string name) =>
                [
                    .. Enumerable
                        .Range(0, batch)
                        .Select(b =>
                            Enumerable
                                .Range(0, network.Layers)
                                .Select(i => ((float[])outputs[$"{name}_{i}_out"])[(b * network.Units)..((b + 1) * network.Units)])
                                .ToArray()
                        ),
                ];
            (H, C) = (Next("h"), Next("c"));
            return (codes[0], contexts[0], ((float[])outputs["logits"])[..level.CodebookSize]);
        }

        private static float[][][] Zeros(GeneratorNetwork network, int batch) =>
            [
                .. Enumerable
                    .Range(0, batch)
                    .Select(_ => Enumerable.Range(0, network.Layers).Select(_ => new float[network.Units]).ToArray()),
            ];
    }
}
