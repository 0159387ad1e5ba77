using VQWave.Inference;
using VQWave.Inference.Kernels;
using VQWave.Streaming;
using VQWave.TestSupport;

namespace VQWave.Tests.Streaming;

/// <summary>Stages that stream give what they give over the whole sequence, as far as the sequence is known.</summary>
public sealed class StreamingStageTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly InferenceRuntime runtime = InferenceRuntime.Create(new InferenceOptions { Device = InferenceDevice.Cpu });

    public static MatrixTheoryData<string, bool> PaddingsAndEngines => new(["same", "causal", "3"], [false, true]);

    public void Dispose() => folder.Dispose();

    [Theory]
    [MemberData(nameof(PaddingsAndEngines))]
    public void Contexts_equal_the_whole_sequence(string padding, bool onnxRuntime)
    {
        var pack = Packs.Create(folder, padding);
        var codes = Packs.RandomCodes(97, 3);
        for (var level = 1; level < 4; level++)
        {
            using var whole = ContextRunner.OnOnnxRuntime(runtime, pack, level);
            var expected = whole.Compute(codes, 0, codes.Length);
            using var kernels = new ContextRunner(runtime, pack, level);
            Packs.AssertClose(expected, kernels.Compute(codes, 0, codes.Length));
            foreach (var block in new[] { 1, 4, 16 })
            {
                using var streaming = new StreamingContext(runtime, pack, level, block, onnxRuntime);
                Assert.Equal(!onnxRuntime && KernelPaths.IsFast, streaming.IsOnKernels);
                var history = new CodeHistory(streaming.Field.Before + (2 * block) + streaming.Field.After);
                var unit = streaming.Ratio * streaming.Width;
                var written = 0;
                for (var start = 0; start + block + streaming.Field.After <= codes.Length; start += block)
                {
                    Packs.Extend(history, codes, ref written, start + block + streaming.Field.After);
                    var actual = streaming.Compute(history, start, block);
                    Packs.AssertClose(expected.AsSpan(start * unit, block * unit), actual);
                }

                Assert.True(written > 80);
            }
        }
    }

    [Theory]
    [MemberData(nameof(PaddingsAndEngines))]
    public void Decoders_equal_the_whole_sequence(string padding, bool onnxRuntime)
    {
        var pack = Packs.Create(folder, padding);
        var codes = Packs.RandomCodes(240, 4);
        for (var level = 0; level < 4; level++)
        {
            using var whole = DecoderRunner.OnOnnxRuntime(runtime, pack, level, 1 << 24);
            var expected = whole.Decode(codes);
            var block = 512 / pack.Configuration.Levels[level].Compression;
            using var streaming = new StreamingDecoder(runtime, pack, level, block, onnxRuntime);
            Assert.Equal(!onnxRuntime && KernelPaths.IsFast, streaming.IsOnKernels);
            Assert.Equal(padding == "same" && !streaming.IsOnKernels, streaming.IsCropped);
            var history = new CodeHistory(streaming.Field.Before + (2 * block) + streaming.Field.After);
            var output = new float[512];
            var written = 0;
            var compared = 0;
            for (var start = 0; start + block + streaming.Field.After <= codes.Length; start += block)
            {
                Packs.Extend(history, codes, ref written, start + block + streaming.Field.After);
                streaming.Decode(history, start, output);
                Packs.AssertClose(expected.AsSpan(start * streaming.Compression, 512), output);
                compared += 512;
            }

            Assert.True(compared >= 1024);
            Assert.True(expected.Max() - expected.Min() > 0.01f, "the signal is flat, so the comparison would prove nothing");
        }
    }

    [Theory]
    [MemberData(nameof(PaddingsAndEngines))]
    public void Encoders_give_the_codes_of_the_whole_recording_however_it_comes(string padding, bool onnxRuntime)
    {
        var pack = Packs.Create(folder, padding);
        var random = new Random(8);
        for (var level = 0; level < 4; level++)
        {
            var compression = pack.Configuration.Levels[level].Compression;
            var audio = Enumerable.Range(0, compression * 120).Select(_ => (float)(random.NextDouble() - 0.5)).ToArray();
            using var codec = new LevelCodec(runtime, pack, level);
            var expected = codec.Encode(audio);
            using var streaming = new StreamingEncoder(runtime, pack, level, 1 + level, onnxRuntime);
            for (var round = 0; round < 2; round++)
            {
                streaming.Reset();
                var found = new List<int>();
                var at = 0;
                while (at < audio.Length)
                {
                    var size = Math.Min(audio.Length - at, random.Next(1, compression * 5));
                    var codes = new int[streaming.MaximumCodes(size)];
                    var given = streaming.Push(audio.AsSpan(at, size), codes);
                    found.AddRange(codes[..given]);
                    at += size;
                    Assert.Equal(Math.Max(0, (at - streaming.DelaySamples) / compression), found.Count);
                }

                Assert.Equal(120 - (streaming.DelaySamples / compression), found.Count);
                Assert.Equal(expected[..found.Count], found);
            }

            Assert.True(expected.Distinct().Count() > 2, "the codes are all alike, so the comparison would prove nothing");
        }
    }

    /// <summary>Where the level that is heard changes, a decoder is asked for pieces elsewhere, and where a piece of music begins anew, for other codes.</summary>
    [Theory]
    [MemberData(nameof(PaddingsAndEngines))]
    public void Pieces_anywhere_equal_the_whole_sequence(string padding, bool onnxRuntime)
    {
        var pack = Packs.Create(folder, padding);
        const int Level = 2;
        const int Block = 16;
        using var whole = DecoderRunner.OnOnnxRuntime(runtime, pack, Level, 1 << 24);
        using var streaming = new StreamingDecoder(runtime, pack, Level, Block, onnxRuntime);
        using var wholeContext = ContextRunner.OnOnnxRuntime(runtime, pack, Level + 1);
        using var context = new StreamingContext(runtime, pack, Level + 1, Block, onnxRuntime);
        var output = new float[Block * streaming.Compression];
        var history = new CodeHistory(512);
        var unit = context.Ratio * context.Width;
        for (var seed = 1; seed < 3; seed++)
        {
            var codes = Packs.RandomCodes(400, seed);
            var expected = whole.Decode(codes);
            var contexts = wholeContext.Compute(codes, 0, codes.Length);
            var written = 0;
            Packs.Extend(history, codes, ref written, codes.Length);
            foreach (var start in new[] { 0, 16, 32, 33, 200, 199, 216, 232, 300, 0 })
            {
                streaming.Decode(history, start, output);
                Packs.AssertClose(expected.AsSpan(start * streaming.Compression, output.Length), output);
                var count = 1 + (start % Block);
                Packs.AssertClose(contexts.AsSpan(start * unit, count * unit), context.Compute(history, start, count));
            }
        }
    }

    [Fact]
    public void Pieces_allocate_nothing()
    {
        var pack = Packs.Create(folder, "same");
        using var context = new StreamingContext(runtime, pack, 2, 4);
        using var decoder = new StreamingDecoder(runtime, pack, 2, 16);
        using var encoder = new StreamingEncoder(runtime, pack, 2);
        var history = new CodeHistory(256);
        history.Restart(0, 1);
        for (var i = 1; i < 256; i++)
        {
            history.Append(i % 48);
        }

        var samples = new float[512];
        var codes = new int[encoder.MaximumCodes(512)];
        long before = 0;
        for (var i = 0; i < 300; i++)
        {
            if (i == 100)
            {
                before = GC.GetAllocatedBytesForCurrentThread();
            }

            context.Compute(history, i % 200, 1 + (i % 4));
            decoder.Decode(history, i % 200, samples);
            encoder.Push(samples, codes);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void A_history_refuses_codes_that_it_does_not_keep()
    {
        var history = new CodeHistory(8);
        history.Restart(5, 1);
        for (var i = 0; i < 20; i++)
        {
            history.Append(i);
        }

        Assert.Equal(26, history.End);
        Assert.Equal(18, history.Begin);
        var two = new int[2];
        history.CopyTo(24, two);
        Assert.Equal([18, 19], two);
        Assert.Throws<InvalidOperationException>(() => history.CopyTo(17, new int[2]));
        Assert.Throws<InvalidOperationException>(() => history.CopyTo(25, new long[2]));
    }
}
