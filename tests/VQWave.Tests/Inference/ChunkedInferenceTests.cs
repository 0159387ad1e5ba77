using VQWave.Inference;
using VQWave.Models;
using VQWave.Tests.Streaming;
using VQWave.TestSupport;

namespace VQWave.Tests.Inference;

/// <summary>Computing in pieces gives what computing the whole gives, for every kind of padding.</summary>
public sealed class ChunkedInferenceTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly InferenceRuntime runtime = InferenceRuntime.Create(new InferenceOptions { Device = InferenceDevice.Cpu });

    public static TheoryData<string> Paddings => ["same", "causal", "3"];

    public void Dispose() => folder.Dispose();

    [Theory]
    [MemberData(nameof(Paddings))]
    public void Encoders_and_decoders_and_contexts_join_without_a_seam(string padding)
    {
        var pack = Create(padding);
        var random = new Random(5);
        for (var level = 0; level < 4; level++)
        {
            var compression = pack.Configuration.Levels[level].Compression;
            // Not a multiple of the compression, and many pieces long.
            var audio = Enumerable.Range(0, (compression * 61) + 3).Select(_ => (float)(random.NextDouble() - 0.5)).ToArray();
            using var whole = new EncoderRunner(runtime, pack, level, 1 << 24);
            using var pieces = new EncoderRunner(runtime, pack, level, compression * 7);
            var latents = whole.Encode(audio);
            Assert.Equal(62 * 6, latents.Length);
            AssertClose(latents, pieces.Encode(audio));

            var codes = Enumerable.Range(0, 83).Select(_ => random.Next(48)).ToArray();
            using var wholeDecoder = DecoderRunner.OnOnnxRuntime(runtime, pack, level, 1 << 24);
            using var pieceDecoder = DecoderRunner.OnOnnxRuntime(runtime, pack, level, compression * 5);
            using var streamed = new DecoderRunner(runtime, pack, level, compression * 5);
            var sound = wholeDecoder.Decode(codes);
            Assert.Equal(83 * compression, sound.Length);
            AssertClose(sound, pieceDecoder.Decode(codes));
            Packs.AssertClose(sound, streamed.Decode(codes));
            Packs.AssertClose(sound, streamed.Decode(codes));

            if (level > 0)
            {
                using var context = new ContextRunner(runtime, pack, level);
                var all = context.Compute(codes, 0, codes.Length);
                Assert.Equal(83 * 4 * context.Width, all.Length);
                var joined = new List<float>();
                for (var start = 0; start < codes.Length; start += 6)
                {
                    joined.AddRange(context.Compute(codes, start, Math.Min(6, codes.Length - start)));
                }

                AssertClose(all, [.. joined]);
            }
        }
    }

    /// <summary>The field is neither too small (the test above) nor wasteful: what lies just outside has no influence, the edges may.</summary>
    [Theory]
    [MemberData(nameof(Paddings))]
    public void Receptive_fields_end_where_influence_ends(string padding)
    {
        var pack = Create(padding);
        var level = pack.Configuration.Levels[2];
        var field = ReceptiveField.OfDecoder(level.Decoder, level.Compression);
        using var decoder = new DecoderRunner(runtime, pack, 2, 1 << 24);
        const int Middle = 40;
        var codes = Enumerable.Range(0, 81).Select(i => i * 7 % 48).ToArray();
        var reference = decoder.Decode(codes).AsSpan(Middle * level.Compression, level.Compression).ToArray();
        var influential = new List<int>();
        for (var i = 0; i < codes.Length; i++)
        {
            var changed = (int[])codes.Clone();
            changed[i] = (changed[i] + 11) % 48;
            var block = decoder.Decode(changed).AsSpan(Middle * level.Compression, level.Compression);
            if (!block.SequenceEqual(reference))
            {
                influential.Add(i - Middle);
            }
        }

        Assert.InRange(influential.Min(), -field.Before, 0);
        Assert.InRange(influential.Max(), 0, field.After);
        Assert.Equal(field.After, influential.Max());
    }

    [Fact]
    public void Live_preset_fields_are_what_its_layers_say()
    {
        // k9, k9 (4 + 4 codes), then three k6 s2 transposed layers at 8x: at each (t + 2 − 5) / 2 … (t + 2) / 2.
        var level = Presets.Live.Levels[3];
        Assert.Equal(new ReceptiveField(10, 10), ReceptiveField.OfDecoder(level.Decoder, 8));
        // Causal k3 with dilations 1, 2, 4, 8: 2 · 15 codes back; a lookahead of 4.
        Assert.Equal(new ReceptiveField(30, 4), ReceptiveField.OfContext(level.Generator.Context!));
    }

    [Fact]
    public void Codes_out_of_range_are_refused()
    {
        var pack = Create("same");
        using var decoder = new DecoderRunner(runtime, pack, 0);
        Assert.Throws<ArgumentOutOfRangeException>(() => decoder.Decode([1, 48]));
        Assert.Throws<ArgumentOutOfRangeException>(() => decoder.Decode([-1]));
        Assert.Empty(decoder.Decode([]));
    }

    private static void AssertClose(float[] expected, float[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        var worst = 0f;
        for (var i = 0; i < expected.Length; i++)
        {
            worst = Math.Max(worst, Math.Abs(expected[i] - actual[i]));
        }

        Assert.InRange(worst, 0, 1e-6f);
        Assert.True(expected.Max() - expected.Min() > 0.01f, "the signal is flat, so the comparison would prove nothing");
    }

    private ModelPack Create(string padding)
    {
        var mode = padding switch
        {
            "same" => Padding.Same,
            "causal" => Padding.Causal,
            _ => Padding.Lookahead(3),
        };
        TinyModel.Write(folder[padding], TinyModel.Configuration(mode, mode));
        return ModelPack.Open(folder[padding]);
    }
}
