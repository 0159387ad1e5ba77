using Microsoft.ML.OnnxRuntime;
using VQWave.Models;
using VQWave.OnnxExport;

namespace VQWave.KerasImport.Tests;

/// <summary>Files laid out as Keras lays them, and what comes of them.</summary>
public sealed class LayoutTests : IDisposable
{
    private static readonly HierarchyConfiguration Tiny = TestConfigurations.Tiny;

    private readonly string source = Directory.CreateTempSubdirectory("vqwave-keras-").FullName;

    public void Dispose() => Directory.Delete(source, recursive: true);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Vqvae_comes_out_element_by_element(int index)
    {
        var level = Tiny.Levels[index];
        var weights = RandomWeights.CreateLevel(Tiny, index, 1);
        KerasFiles.Vqvae(At($"vqvae_{level.Name}_encoder"), level.Encoder.Layers, weights.Encoder);
        KerasFiles.Vqvae(At($"vqvae_{level.Name}_decoder"), level.Decoder.Layers, weights.Decoder);
        KerasFiles.Codebook(At($"vqvae_{level.Name}_codebook"), weights.Codebook["codebook"]);

        var (networks, _) = KerasWeightsImporter.Load(source, Tiny);

        AssertSame(weights.Encoder, networks[$"vqvae_{level.Name}_encoder"]);
        AssertSame(weights.Decoder, networks[$"vqvae_{level.Name}_decoder"]);
        AssertSame(weights.Codebook, networks[$"vqvae_{level.Name}_codebook"]);
    }

    [Theory]
    [InlineData("/cell", false)]
    [InlineData("/cell", true)]
    [InlineData("", false)]
    [InlineData("/lstm_cell", true)]
    public void Generator_and_context_come_out_element_by_element(string cell, bool projectionInGenerator)
    {
        var generator = ZeroStateBias(RandomWeights.Create(Tiny, 1, ModelStage.Generator, 2));
        var context = RandomWeights.Create(Tiny, 1, ModelStage.Context, 3);
        var projection = projectionInGenerator ? context["project.weight"] : null;
        KerasFiles.Generator(At("generator_2_generator"), Tiny.Levels[1].Generator, generator, cell, projection);
        KerasFiles.Context(At("generator_2_context"), Tiny.Levels[1].Generator.Context!, context, !projectionInGenerator);

        var (networks, report) = KerasWeightsImporter.Load(source, Tiny);

        AssertSame(generator, networks["generator_2_generator"]);
        AssertSame(context, networks["generator_2_context"]);
        Assert.Equal(["generator_2_context", "generator_2_generator"], report.Imported.Select(i => i.Network));
        Assert.Equal(generator.Values.Sum(w => w.Data.Length), report.Imported[1].Parameters);
    }

    [Fact]
    public void Coarsest_generator_needs_no_context_and_leaves_a_context_file_alone()
    {
        var generator = ZeroStateBias(RandomWeights.Create(Tiny, 0, ModelStage.Generator, 2));
        KerasFiles.Generator(At("generator_6_generator_00003"), Tiny.Levels[0].Generator, generator);
        File.Copy(At("generator_6_generator_00003"), At("generator_6_context"));

        var (networks, report) = KerasWeightsImporter.Load(source, Tiny);

        AssertSame(generator, networks["generator_6_generator"]);
        Assert.Equal(3, Assert.Single(report.Imported).Epoch);
        var skipped = Assert.Single(report.Skipped);
        Assert.EndsWith("generator_6_context.weights.h5", skipped.Source, StringComparison.Ordinal);
        Assert.Contains("'generator_6_context'", skipped.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Imported_generator_computes_what_Keras_defines()
    {
        // Keras: z = x·W + h·R + b, split into i, f, c, o; c' = f·c + i·tanh(c~); h' = o·tanh(c').
        const int units = 6;
        const int inputs = 5;
        var random = new Random(5);
        float[] Values(int count) => [.. Enumerable.Range(0, count).Select(_ => (float)(random.NextDouble() - 0.5) * 2)];
        float[][] kernels = [Values(inputs * 4 * units), Values(units * 4 * units)];
        float[][] recurrent = [Values(units * 4 * units), Values(units * 4 * units)];
        float[][] biases = [Values(4 * units), Values(4 * units)];
        var embedding = Values(15 * inputs);
        var (dense, denseBias) = (Values(units * units), Values(units));
        var (logits, logitsBias) = (Values(units * 15), Values(15));
        using (var file = new Hdf5Writer(At("generator_6_generator")))
        {
            file.Write("/layers/embedding/vars/0", [15, inputs], embedding);
            for (var i = 0; i < 2; i++)
            {
                var group = $"/layers/{KerasFiles.Numbered("lstm", i)}/cell/vars";
                file.Write($"{group}/0", [(ulong)(i == 0 ? inputs : units), 4 * units], kernels[i]);
                file.Write($"{group}/1", [units, 4 * units], recurrent[i]);
                file.Write($"{group}/2", [4 * units], biases[i]);
            }

            file.Write("/layers/dense/vars/0", [units, units], dense);
            file.Write("/layers/dense/vars/1", [units], denseBias);
            file.Write("/layers/dense_1/vars/0", [units, 15], logits);
            file.Write("/layers/dense_1/vars/1", [15], logitsBias);
        }

        var (networks, _) = KerasWeightsImporter.Load(source, Tiny);
        using var options = new SessionOptions { IntraOpNumThreads = 1, LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
        using var session = new InferenceSession(StageGraphs.Generator(Tiny, 0, networks["generator_6_generator"]), options);

        var h = new double[2][] { [.. Values(units)], [.. Values(units)] };
        var c = new double[2][] { [.. Values(units)], [.. Values(units)] };
        var actual = Step(session, 7, h, c);

        var x = Enumerable.Range(0, inputs).Select(d => (double)embedding[(7 * inputs) + d]).ToArray();
        for (var i = 0; i < 2; i++)
        {
            var z = Times(x, kernels[i], 4 * units);
            var r = Times(h[i], recurrent[i], 4 * units);
            x = new double[units];
            for (var u = 0; u < units; u++)
            {
                double Gate(int g) => z[(g * units) + u] + r[(g * units) + u] + biases[i][(g * units) + u];
                static double Sigmoid(double v) => 1 / (1 + Math.Exp(-v));
                var cell = (Sigmoid(Gate(1)) * c[i][u]) + (Sigmoid(Gate(0)) * Math.Tanh(Gate(2)));
                x[u] = Sigmoid(Gate(3)) * Math.Tanh(cell);
            }
        }

        var d = Times(x, dense, units).Select((v, u) => v + denseBias[u]).Select(v => v > 0 ? v : Math.Exp(v) - 1).ToArray();
        var expected = Times(d, logits, 15).Select((v, k) => v + logitsBias[k]).ToArray();
        for (var k = 0; k < 15; k++)
        {
            Assert.Equal(expected[k], actual[k], 1e-5);
        }
    }

    [Fact]
    public void Epoch_is_the_unnumbered_the_highest_or_the_one_that_is_asked_for()
    {
        foreach (var (suffix, seed) in new[] { ("_00002", 2UL), ("_00010", 10UL), ("_00009", 9UL) })
        {
            KerasFiles.Codebook(At($"vqvae_6_codebook{suffix}"), Codebook(seed));
        }

        Assert.Equal(Codebook(10).Data, Loaded(null));
        Assert.Equal(Codebook(9).Data, Loaded(9));
        var e = Assert.Throws<VQWaveException>(() => Loaded(4));
        Assert.Contains("epoch 4", e.Message, StringComparison.Ordinal);

        KerasFiles.Codebook(At("vqvae_6_codebook"), Codebook(1));
        Assert.Equal(Codebook(1).Data, Loaded(null));
        Assert.Equal(Codebook(2).Data, Loaded(2));
        var (_, report) = KerasWeightsImporter.Load(source, Tiny);
        Assert.Equal(3, report.Skipped.Count);
        Assert.All(report.Skipped, s => Assert.Contains("vqvae_6_codebook.weights.h5", s.Reason, StringComparison.Ordinal));

        float[] Loaded(int? epoch) => KerasWeightsImporter.Load(source, Tiny, epoch).Networks["vqvae_6_codebook"]["codebook"].Data;
    }

    [Fact]
    public void Project_folder_has_its_weights_in_two_subfolders()
    {
        Directory.CreateDirectory(Path.Combine(source, "final_weights"));
        Directory.CreateDirectory(Path.Combine(source, "weights"));
        KerasFiles.Codebook(At("final_weights/vqvae_6_codebook"), Codebook(1));
        KerasFiles.Codebook(At("weights/vqvae_6_codebook_00005"), Codebook(2));
        KerasFiles.Codebook(At("weights/vqvae_2_codebook_00005"), Codebook(3));

        var (networks, _) = KerasWeightsImporter.Load(source, Tiny);

        Assert.Equal(Codebook(1).Data, networks["vqvae_6_codebook"]["codebook"].Data);
        Assert.Equal(Codebook(3).Data, networks["vqvae_2_codebook"]["codebook"].Data);
    }

    [Fact]
    public void Doubles_are_narrowed()
    {
        using (var file = new Hdf5Writer(At("vqvae_6_codebook")))
        {
            file.Write("/layers/codebook/vars/0", [15, 4], [.. Codebook(1).Data.Select(v => (double)v)]);
        }

        Assert.Equal(Codebook(1).Data, KerasWeightsImporter.Load(source, Tiny).Networks["vqvae_6_codebook"]["codebook"].Data);
    }

    private static WeightTensor Codebook(ulong seed) => RandomWeights.Create(Tiny, 0, ModelStage.Codebook, seed)["codebook"];

    private static float[] Step(InferenceSession session, long code, double[][] h, double[][] c)
    {
        using var run = new RunOptions();
        using var codes = OrtValue.CreateTensorValueFromMemory(new[] { code }, [1]);
        var values = new List<OrtValue> { codes };
        for (var i = 0; i < 2; i++)
        {
            values.Add(OrtValue.CreateTensorValueFromMemory(Array.ConvertAll(h[i], v => (float)v), [1, h[i].Length]));
            values.Add(OrtValue.CreateTensorValueFromMemory(Array.ConvertAll(c[i], v => (float)v), [1, c[i].Length]));
        }

        using var results = session.Run(run, ["code", "h_0", "c_0", "h_1", "c_1"], values, ["logits"]);
        values.ForEach(v => v.Dispose());
        return results[0].GetTensorDataAsSpan<float>().ToArray();
    }

    private static double[] Times(double[] x, float[] matrix, int columns)
    {
        var y = new double[columns];
        for (var i = 0; i < x.Length; i++)
        {
            for (var o = 0; o < columns; o++)
            {
                y[o] += x[i] * matrix[(i * columns) + o];
            }
        }

        return y;
    }

    private static Dictionary<string, WeightTensor> ZeroStateBias(IReadOnlyDictionary<string, WeightTensor> weights) =>
        weights.ToDictionary(
            w => w.Key,
            w =>
                w.Key.StartsWith("lstm.bias_hh", StringComparison.Ordinal)
                    ? new WeightTensor(w.Value.Shape, new float[w.Value.Data.Length])
                    : w.Value,
            StringComparer.Ordinal
        );

    private static void AssertSame(IReadOnlyDictionary<string, WeightTensor> expected, IReadOnlyDictionary<string, WeightTensor> actual)
    {
        Assert.Equal(expected.Keys.Order(StringComparer.Ordinal), actual.Keys.Order(StringComparer.Ordinal));
        foreach (var (name, weight) in expected)
        {
            Assert.Equal(weight.Shape, actual[name].Shape);
            Assert.Equal(weight.Data, actual[name].Data);
        }
    }

    private string At(string name) => Path.Combine(source, name + ".weights.h5");
}
