using System.Text;
using Microsoft.ML.OnnxRuntime;
using VQWave.Inference;
using VQWave.Inference.Kernels;
using VQWave.Models;
using VQWave.Tests.Streaming;
using VQWave.TestSupport;

namespace VQWave.Tests.Inference.Kernels;

/// <summary>Streams of convolutions against ONNX Runtime, which runs the same files over whole sequences.</summary>
public sealed class ConvolutionStreamTests(TinyPackFixture tiny) : IClassFixture<TinyPackFixture>, IDisposable
{
    private readonly TemporaryFolder folder = new();

    public static MatrixTheoryData<string, ModelStage> Networks =>
        new(["same", "causal", "3"], [ModelStage.Encoder, ModelStage.Decoder, ModelStage.Context]);

    public void Dispose() => folder.Dispose();

    [Theory]
    [MemberData(nameof(Networks))]
    public void A_sequence_in_any_pieces_is_what_onnx_runtime_computes(string padding, ModelStage stage)
    {
        var pack = Packs.Create(folder, padding);
        var random = new Random(5);
        for (var level = 1; level < 4; level++)
        {
            var compression = pack.Configuration.Levels[level].Compression;
            const int Codes = 90;
            var codes = Packs.RandomCodes(Codes, level);
            var audio = Enumerable.Range(0, Codes * compression).Select(_ => random.NextSingle() - 0.5f).ToArray();
            var expected = Reference(pack, stage, level, codes, audio);
            foreach (var path in KernelMatrixTests.Paths())
            {
                using var stream = Open(pack, stage, level, InferencePrecision.Float32, path);
                for (var round = 0; round < 2; round++)
                {
                    var actual = new float[expected.Length + 8];
                    var written = 0;
                    for (var at = 0; at < Codes; )
                    {
                        var count = Math.Min(Codes - at, round == 0 ? Codes : random.Next(1, 9));
                        written +=
                            stage == ModelStage.Encoder
                                ? stream.Push(audio.AsSpan(at * compression, count * compression), actual.AsSpan(written))
                                : stream.Push(codes.AsSpan(at, count), actual.AsSpan(written));
                        at += count;
                    }

                    written += stream.Finish(actual.AsSpan(written));
                    Assert.Equal(expected.Length, written);
                    Packs.AssertClose(expected, actual.AsSpan(0, written));
                    stream.Reset();
                }
            }
        }
    }

    [Theory]
    [InlineData(InferencePrecision.Float32)]
    [InlineData(InferencePrecision.Int8)]
    public void The_bits_do_not_depend_on_pieces_or_instructions(InferencePrecision precision)
    {
        var codes = Packs.RandomCodes(200, 9);
        float[]? expected = null;
        foreach (var path in KernelMatrixTests.Paths())
        {
            foreach (var size in new[] { 1, 2, 3, 7, 16, 200 })
            {
                using var stream = Open(tiny.Pack, ModelStage.Context, 2, precision, path);
                var output = new float[codes.Length * stream.Graph.Outputs * 4];
                var written = 0;
                for (var at = 0; at < codes.Length; at += size)
                {
                    written += stream.Push(codes.AsSpan(at, Math.Min(size, codes.Length - at)), output.AsSpan(written));
                }

                written += stream.Finish(output.AsSpan(written));
                expected ??= output;
                Assert.Equal(output.Length, written);
                Assert.Equal(expected, output);
            }
        }
    }

    [Fact]
    public void Contexts_in_8_bits_are_near_those_in_float()
    {
        var codes = Packs.RandomCodes(100, 2);
        using var reference = Open(tiny.Pack, ModelStage.Context, 1, InferencePrecision.Float32, KernelPaths.Best);
        using var rounded = Open(tiny.Pack, ModelStage.Context, 1, InferencePrecision.Int8, KernelPaths.Best);
        var expected = new float[codes.Length * reference.Graph.Outputs * 4];
        var actual = new float[expected.Length];
        rounded.Push(codes, actual);
        var written = reference.Push(codes, expected);
        double signal = 0;
        double error = 0;
        for (var i = 0; i < written; i++)
        {
            signal += expected[i] * expected[i];
            error += (expected[i] - actual[i]) * (expected[i] - actual[i]);
        }

        Assert.InRange(10 * Math.Log10(signal / error), 30, 90);
    }

    [Fact]
    public void Streams_share_weights_and_allocate_nothing()
    {
        var pack = Packs.Create(folder, "same");
        using (var first = Open(pack, ModelStage.Decoder, 3))
        using (Open(pack, ModelStage.Decoder, 3))
        {
            Assert.Equal(1, ConvolutionWeights.CountIn(pack.Directory));
            var codes = Packs.RandomCodes(16, 1);
            var output = new float[16 * 8 * 2];
            long before = 0;
            for (var i = 0; i < 300; i++)
            {
                before = i == 100 ? GC.GetAllocatedBytesForCurrentThread() : before;
                first.Push(codes, output);
            }

            Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
            first.Dispose();
            Assert.Equal(1, ConvolutionWeights.CountIn(pack.Directory));
            Assert.Throws<ObjectDisposedException>(() => first.Push(codes, output));
        }

        Assert.Equal(0, ConvolutionWeights.CountIn(pack.Directory));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(48)]
    public void A_code_outside_the_codebook_is_refused(int code)
    {
        using var stream = Open(tiny.Pack, ModelStage.Decoder, 0);
        Assert.Contains("48", Assert.Throws<VQWaveException>(() => stream.Push([code], new float[512])).Message, StringComparison.Ordinal);
    }

    /// <summary>A graph with one operator, input or attribute of another name is not known, and ONNX Runtime keeps it.</summary>
    [Theory]
    [InlineData(ModelStage.Decoder, "ConvTranspose")]
    [InlineData(ModelStage.Decoder, "Tanh")]
    [InlineData(ModelStage.Decoder, "Squeeze")]
    [InlineData(ModelStage.Encoder, "Unsqueeze")]
    [InlineData(ModelStage.Encoder, "strides")]
    [InlineData(ModelStage.Context, "Gather")]
    [InlineData(ModelStage.Context, "Pad")]
    [InlineData(ModelStage.Context, "dilations")]
    public void An_unknown_graph_is_refused(ModelStage stage, string name)
    {
        var bytes = File.ReadAllBytes(tiny.Pack.PathOf(stage, 1));
        Assert.NotNull(ConvolutionGraphReader.Read(bytes, stage));
        byte[] field = [(byte)name.Length, .. Encoding.ASCII.GetBytes(name)];
        var at = bytes.AsSpan().IndexOf(field);
        Assert.True(at > 0);
        bytes[at + 1] = (byte)'X';
        Assert.Throws<InvalidDataException>(() => ConvolutionGraphReader.Read(bytes, stage));
    }

    private static ConvolutionStream Open(
        ModelPack pack,
        ModelStage stage,
        int level,
        InferencePrecision precision = InferencePrecision.Float32,
        KernelPath? path = null
    ) => new(ConvolutionWeights.Open(pack, stage, level, precision, path ?? KernelPaths.Best));

    private static float[] Reference(ModelPack pack, ModelStage stage, int level, int[] codes, float[] audio)
    {
        // Its warnings about inputs that may be left out are no news.
        using var quiet = new SessionOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
        using var session = new InferenceSession(pack.PathOf(stage, level), quiet);
        using var input =
            stage == ModelStage.Encoder
                ? OrtValue.CreateTensorValueFromMemory(audio, [1, audio.Length])
                : OrtValue.CreateTensorValueFromMemory(Array.ConvertAll(codes, c => (long)c), [1, codes.Length]);
        using var options = new RunOptions();
        using var outputs = session.Run(options, [session.InputNames[0]], [input], [session.OutputNames[0]]);
        return outputs[0].GetTensorDataAsSpan<float>().ToArray();
    }
}
