using VQWave.Inference;
using VQWave.Inference.Kernels;
using VQWave.Models;
using VQWave.OnnxExport;
using VQWave.TestSupport;

namespace VQWave.Tests.Inference.Kernels;

/// <summary>Whole generators on kernels of our own against ONNX Runtime on the same file.</summary>
public class KernelGeneratorTests(TinyPackFixture tiny)
{
    [Theory]
    [InlineData(12, 5, 48, 1, true)]
    [InlineData(12, 5, 48, 3, false)]
    [InlineData(37, 9, 101, 2, true)]
    [InlineData(64, 32, 128, 4, true)]
    [InlineData(130, 3, 1024, 1, true)]
    public void Float_kernels_equal_ONNX_Runtime(int units, int embedding, int codes, int layers, bool toOutput)
    {
        using var folder = new TemporaryFolder();
        var pack = Write(folder["pack"], units, embedding, codes, layers, toOutput, WeightStorage.Float16);
        for (var level = 0; level < 2; level++)
        {
            using var reference = GeneratorStepper.OnOnnxRuntime(tiny.Runtime, pack, level, 2);
            using var kernels = GeneratorStepper.OnKernels(pack, level, InferencePrecision.Float32, KernelPaths.Best, 2);
            Assert.Equal(InferencePrecision.Float32, kernels.Precision);
            AssertNear(Trace(reference, 20), Trace(kernels, 20), 1e-4);
        }
    }

    /// <summary>The tolerance is of the root mean square of the logits.</summary>
    [Theory]
    [InlineData(InferencePrecision.Int8, 0.03)]
    [InlineData(InferencePrecision.Int4, 0.2)]
    public void Quantised_kernels_are_near_ONNX_Runtime_and_equal_on_every_path(InferencePrecision precision, double tolerance)
    {
        using var folder = new TemporaryFolder();
        var pack = Write(folder["pack"], 75, 19, 90, 2, true, WeightStorage.Float32);
        for (var level = 0; level < 2; level++)
        {
            using var reference = GeneratorStepper.OnOnnxRuntime(tiny.Runtime, pack, level);
            var expected = Trace(reference, 15);
            var traces = new List<List<float[]>>();
            foreach (var path in KernelMatrixTests.Paths())
            {
                using var kernels = GeneratorStepper.OnKernels(pack, level, precision, path);
                Assert.Equal(precision, kernels.Precision);
                traces.Add(Trace(kernels, 15));
            }

            Assert.InRange(RelativeError(expected, traces[0]), 1e-6, tolerance);
            Assert.NotEqual(expected, traces[0]);
            Assert.All(traces, t => Assert.Equal(traces[0], t));
        }
    }

    [Theory]
    [InlineData(InferencePrecision.Float32)]
    [InlineData(InferencePrecision.Int8)]
    [InlineData(InferencePrecision.Int4)]
    public void A_batch_gives_the_bits_of_each_voice_alone(InferencePrecision precision)
    {
        using var batch = GeneratorStepper.OnKernels(tiny.Pack, 3, precision, KernelPaths.Best, 5);
        using var single = GeneratorStepper.OnKernels(tiny.Pack, 3, precision, KernelPaths.Best);
        var together = Trace(batch, 12);
        for (var voice = 0; voice < 5; voice++)
        {
            single.Reset();
            for (var i = 0; i < 12; i++)
            {
                Fill(single, 0, i, voice);
                Assert.Equal(together[i].AsSpan(voice * single.CodebookSize, single.CodebookSize).ToArray(), single.Step().ToArray());
            }
        }
    }

    [Theory]
    [InlineData(InferencePrecision.Float32)]
    [InlineData(InferencePrecision.Int8)]
    [InlineData(InferencePrecision.Int4)]
    public void A_step_allocates_nothing_and_a_reset_begins_anew(InferencePrecision precision)
    {
        using var stepper = GeneratorStepper.OnKernels(tiny.Pack, 2, precision, KernelPaths.Best);
        var first = Trace(stepper, 9);
        for (var i = 0; i < 100; i++)
        {
            stepper.Step();
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 500; i++)
        {
            stepper.Codes[0] = i % stepper.CodebookSize;
            stepper.Step();
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        stepper.Reset();
        Assert.Equal(0, stepper.Position);
        Assert.Equal(first, Trace(stepper, 9));
    }

    [Fact]
    public void Steppers_of_a_pack_share_its_weights()
    {
        using var folder = new TemporaryFolder();
        var pack = Write(folder["pack"], 20, 6, 30, 2, true, WeightStorage.Float32);
        var first = GeneratorStepper.OnKernels(pack, 0, InferencePrecision.Int8, KernelPaths.Best);
        var second = GeneratorStepper.OnKernels(pack, 0, InferencePrecision.Int8, KernelPaths.Best, 3);
        Assert.Equal(1, KernelWeights.CountIn(pack.Directory));
        using (GeneratorStepper.OnKernels(pack, 0, InferencePrecision.Int4, KernelPaths.Best))
        {
            Assert.Equal(2, KernelWeights.CountIn(pack.Directory));
        }

        first.Dispose();
        first.Dispose();
        Assert.Throws<ObjectDisposedException>(() => first.Step().Length);
        Assert.Equal(1, KernelWeights.CountIn(pack.Directory));
        second.Step();
        second.Dispose();
        Assert.Equal(0, KernelWeights.CountIn(pack.Directory));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(48)]
    public void A_code_outside_the_codebook_is_refused(long code)
    {
        using var stepper = GeneratorStepper.OnKernels(tiny.Pack, 0, InferencePrecision.Int8, KernelPaths.Best);
        stepper.Codes[0] = code;
        Assert.Contains("48", Assert.Throws<VQWaveException>(() => stepper.Step().Length).Message, StringComparison.Ordinal);
    }

    /// <summary>Matrices that are quantised in the file, some of them or all, against ONNX Runtime's own kernels, which quantise activations likewise.</summary>
    [Theory]
    [InlineData(8, 32, "lstm.0 lstm.1 dense logits")]
    [InlineData(8, 128, "lstm.0 lstm.1 dense logits")]
    [InlineData(4, 32, "lstm.0 lstm.1 dense logits")]
    [InlineData(4, 128, "lstm.0 lstm.1")]
    [InlineData(4, 64, "lstm.1 logits")]
    public void Quantised_graphs_run_as_they_are(int bits, int block, string matrices)
    {
        using var folder = new TemporaryFolder();
        var pack = Write(folder["pack"], 75, 19, 90, 2, true, WeightStorage.Float16);
        var path = pack.PathOf(ModelStage.Generator, 1);
        File.WriteAllBytes(path, QuantizedGraphs.Quantize(File.ReadAllBytes(path), matrices.Split(' '), bits, block));
        var graph = KernelWeights.ReadGraph(path, pack, 1);
        Assert.False(graph.IsFloat);
        Assert.Equal(matrices.Split(' ').Length, graph.Layers.Count(l => l.Blocks is { } b && b.Bits == bits));
        using var reference = GeneratorStepper.OnOnnxRuntime(tiny.Runtime, pack, 1, 2);
        var expected = Trace(reference, 10);
        var traces = new List<List<float[]>>();
        foreach (var kernels in KernelMatrixTests.Paths())
        {
            using var stepper = GeneratorStepper.OnKernels(pack, 1, InferencePrecision.Float32, kernels, 2);
            traces.Add(Trace(stepper, 10));
        }

        AssertNear(expected, traces[0], 0.01);
        Assert.All(traces, t => Assert.Equal(traces[0], t));
    }

    /// <summary>A graph with one operator of another name is not known, and ONNX Runtime keeps it.</summary>
    [Theory]
    [InlineData("Sigmoid", "Softplu")]
    [InlineData("Gather", "Gather2")]
    [InlineData("Concat", "Konkat")]
    public void An_unknown_graph_is_refused(string operation, string other)
    {
        var bytes = File.ReadAllBytes(tiny.Pack.PathOf(ModelStage.Generator, 1));
        Assert.NotNull(GeneratorGraphReader.Read(bytes, tiny.Pack.Configuration.Levels[1]));
        var name = System.Text.Encoding.ASCII.GetBytes(operation);
        var replacement = System.Text.Encoding.ASCII.GetBytes(other)[..name.Length];
        replacement[0] = (byte)'X';

        // The operator's field: number 4, its length, its name.
        byte[] field = [0x22, (byte)name.Length, .. name];
        var at = bytes.AsSpan().IndexOf(field);
        Assert.True(at > 0);
        replacement.CopyTo(bytes.AsSpan(at + 2));
        Assert.Throws<InvalidDataException>(() => GeneratorGraphReader.Read(bytes, tiny.Pack.Configuration.Levels[1]));
    }

    [Fact]
    public void A_graph_of_another_configuration_is_refused()
    {
        var bytes = File.ReadAllBytes(tiny.Pack.PathOf(ModelStage.Generator, 1));
        var level = tiny.Pack.Configuration.Levels[1];
        var larger = level with { Generator = level.Generator with { Units = 13 } };
        Assert.Throws<InvalidDataException>(() => GeneratorGraphReader.Read(bytes, larger));
        var deeper = level with { Generator = level.Generator with { Layers = 3 } };
        Assert.Throws<InvalidDataException>(() => GeneratorGraphReader.Read(bytes, deeper));
    }

    [Fact]
    public void The_precision_chooses_the_engine()
    {
        foreach (
            var (precision, expected) in new[]
            {
                (InferencePrecision.Float32, InferencePrecision.Float32),
                (InferencePrecision.Int8, InferencePrecision.Int8),
                (InferencePrecision.Int4, InferencePrecision.Int4),
                (InferencePrecision.Auto, KernelPaths.IsFast ? InferencePrecision.Int8 : InferencePrecision.Float32),
            }
        )
        {
            var runtime = InferenceRuntime.Create(new InferenceOptions { Device = InferenceDevice.Cpu, Precision = precision }, tiny.Pack);
            using var stepper = new GeneratorStepper(runtime, tiny.Pack, 1);
            Assert.Equal(expected, stepper.Precision);
            Assert.Null(runtime.Notice);
            Assert.Equal(
                KernelPaths.IsFast || precision is InferencePrecision.Int8 or InferencePrecision.Int4,
                stepper.WeightBytesPerStep > 0
            );
        }
    }

    [Fact]
    public void The_shipped_pack_in_8_bits_is_as_good_as_in_float()
    {
        var pack = ModelPack.Open(ModelPackLocator.FromEnvironment().Find("live-keys"));
        using var reference = GeneratorStepper.OnOnnxRuntime(tiny.Runtime, pack, 0);
        using var kernels = GeneratorStepper.OnKernels(pack, 0, InferencePrecision.Int8, KernelPaths.Best);
        var random = new Random(1);
        double divergence = 0;
        const int Steps = 200;
        reference.Codes[0] = pack.Manifest.StartCodes[0];
        for (var i = 0; i < Steps; i++)
        {
            kernels.Codes[0] = reference.Codes[0];
            var p = Probabilities(reference.Step());
            var q = Probabilities(kernels.Step());
            divergence += p.Zip(q, (a, b) => a > 0 ? a * Math.Log2(a / b) : 0).Sum();

            // The next code as the reference draws it.
            var target = random.NextDouble();
            var code = 0;
            while (code < p.Length - 1 && (target -= p[code]) > 0)
            {
                code++;
            }

            reference.Codes[0] = code;
        }

        Assert.InRange(divergence / Steps, 0, 0.005);
    }

    internal static ModelPack Write(string folder, int units, int embedding, int codes, int layers, bool toOutput, WeightStorage storage)
    {
        var tinyConfiguration = TinyModel.Configuration();
        var configuration = tinyConfiguration with
        {
            Levels =
            [
                .. tinyConfiguration.Levels.Select(l =>
                    l with
                    {
                        CodebookSize = codes,
                        Generator = l.Generator with
                        {
                            Units = units,
                            EmbeddingDimension = embedding,
                            Layers = layers,
                            Context = l.Generator.Context is null ? null : l.Generator.Context with { ToOutput = toOutput },
                        },
                    }
                ),
            ],
        };
        ModelPackWriter.Write(
            folder,
            new ModelPackContents
            {
                Name = "Kernels",
                License = "MIT",
                Configuration = configuration,
                Levels = [.. configuration.Levels.Select((_, i) => RandomWeights.CreateLevel(configuration, i, 5))],
                Options = new ExportOptions { Storage = storage },
            }
        );
        return ModelPack.Open(folder);
    }

    private static double[] Probabilities(ReadOnlySpan<float> logits)
    {
        var weights = new double[logits.Length];
        for (var i = 0; i < weights.Length; i++)
        {
            weights[i] = Math.Exp(logits[i]);
        }

        var sum = weights.Sum();
        return Array.ConvertAll(weights, w => w / sum);
    }

    private static List<float[]> Trace(GeneratorStepper stepper, int steps)
    {
        var logits = new List<float[]>();
        for (var i = 0; i < steps; i++)
        {
            for (var voice = 0; voice < stepper.Batch; voice++)
            {
                Fill(stepper, voice, i, voice);
            }

            logits.Add(stepper.Step().ToArray());
        }

        return logits;
    }

    private static void Fill(GeneratorStepper stepper, int row, int step, int voice)
    {
        stepper.Codes[row] = ((step * 5) + (voice * 3)) % stepper.CodebookSize;
        for (var c = 0; c < stepper.ContextWidth; c++)
        {
            stepper.Context[(row * stepper.ContextWidth) + c] = MathF.Sin(step + voice + (0.7f * c));
        }
    }

    private static double RelativeError(List<float[]> expected, List<float[]> actual)
    {
        var pairs = expected.SelectMany(e => e).Zip(actual.SelectMany(a => a)).ToList();
        return Math.Sqrt(pairs.Sum(p => Math.Pow(p.First - p.Second, 2)) / pairs.Sum(p => (double)p.First * p.First));
    }

    private static void AssertNear(List<float[]> expected, List<float[]> actual, double tolerance)
    {
        Assert.Equal(expected.Count, actual.Count);
        for (var i = 0; i < expected.Count; i++)
        {
            for (var k = 0; k < expected[i].Length; k++)
            {
                Assert.Equal(expected[i][k], actual[i][k], tolerance);
            }
        }
    }
}
