using VQWave.Models;
using VQWave.TestSupport;
using VQWave.Torch;
using VQWave.Training.Data;
using VQWave.Training.Networks;
using VQWave.Training.Training;

namespace VQWave.Training.Tests.Data;

/// <summary>Streams over a corpus whose cached codes are replaced by numbers that tell their piece and place.</summary>
public sealed class CodeStreamsTests : IDisposable
{
    private const int Chunk = 8;
    private const int Segment = 32;
    private readonly TemporaryFolder _folder = new();
    private readonly U16Dataset _audio;
    private readonly CodeCorpus _corpus;
    private readonly ContextNetwork _context;

    public CodeStreamsTests()
    {
        var configuration = TinyHierarchy.Create(Padding.Same, 65536);
        _context = configuration.Levels[1].Generator.Context!;
        Directory.CreateDirectory(_folder["w"]);
        foreach (var level in configuration.Levels)
        {
            using var model = new Vqvae(level);
            WeightFiles.Save(WeightFiles.PathOf(_folder["w"], level.VqvaeName, "encoder"), model.Encoder.state_dict());
            WeightFiles.Save(WeightFiles.PathOf(_folder["w"], level.VqvaeName, "decoder"), model.Decoder.state_dict());
            WeightFiles.Save(
                WeightFiles.PathOf(_folder["w"], level.VqvaeName, "codebook"),
                [new KeyValuePair<string, Tensor>("codebook", model.Quantizer.Codebook)]
            );
        }

        // The second piece has 8 codes: too short for a chunk and its target, and never to be chosen.
        Music.Write(_folder["data"], 200 * 8, 8 * 8, 60 * 8, 100 * 8);
        _audio = new U16Dataset(_folder["data"], 1);
        CodeCorpus.Open(configuration, 1, _folder["w"], _audio, _folder["cache"], Device.CPU).Dispose();
        foreach (var path in Directory.GetFiles(_folder["cache"], "*.codes", SearchOption.AllDirectories))
        {
            var piece = Path.GetFileName(path)["piece".Length] - '0';
            var count = (int)new FileInfo(path).Length / 2;
            File.WriteAllBytes(path, [.. Enumerable.Range(0, count).SelectMany(i => BitConverter.GetBytes((ushort)((piece * 1000) + i)))]);
        }

        _corpus = CodeCorpus.Open(configuration, 1, _folder["w"], _audio, _folder["cache"], Device.CPU);
    }

    public void Dispose()
    {
        _corpus.Dispose();
        _audio.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Chunks_continue_targets_are_one_ahead_and_the_context_is_aligned()
    {
        var streams = Create(new Xoshiro(1), 3);
        var (history, lookahead) = (_context.HistoryCodes, _context.LookaheadCodes);
        Assert.Equal(history + (Chunk / 4) + lookahead, streams.Window);
        var next = new long[3];
        var since = new int[3];
        var pieces = new HashSet<long>();
        var beginnings = 0;
        var jumps = 0;
        for (var step = 0; step < 2000; step++)
        {
            streams.Next();
            for (var s = 0; s < 3; s++)
            {
                var codes = streams.Codes.AsSpan(s * (Chunk + 1), Chunk + 1).ToArray();
                Assert.Equal(Enumerable.Range((int)codes[0], Chunk + 1).Select(c => (long)c), codes);
                var (piece, at) = (codes[0] / 1000, codes[0] % 1000);
                if (streams.Fresh[s] == 0)
                {
                    jumps++;
                    beginnings += at == 0 ? 1 : 0;
                    since[s] = 0;
                    Assert.Equal(0, at % 4);
                }
                else
                {
                    Assert.Equal(1, streams.Fresh[s]);
                    Assert.Equal(next[s], codes[0]);
                }

                since[s]++;
                Assert.InRange(since[s], 1, Segment / Chunk);
                next[s] = codes[0] + Chunk;
                pieces.Add(piece);

                var length = new[] { 50, 2, 15, 25 }[piece];
                for (var i = 0; i < streams.Window; i++)
                {
                    var coarse = (at / 4) - history + i;
                    var inside = coarse >= 0 && coarse < length;
                    Assert.Equal(inside ? 1 : 0, streams.Inside[(s * streams.Window) + i]);
                    if (inside)
                    {
                        Assert.Equal((piece * 1000) + coarse, streams.Coarse[(s * streams.Window) + i]);
                    }
                }
            }
        }

        Assert.Equal([0L, 2L, 3L], pieces.Order());

        // One jump in eight on purpose, and a few by chance.
        Assert.InRange((double)beginnings / jumps, 0.10, 0.20);
    }

    [Fact]
    public void A_position_that_is_put_back_goes_on_alike()
    {
        var random = new Xoshiro(4);
        var first = Create(random, 2);
        for (var i = 0; i < 7; i++)
        {
            first.Next();
        }

        var otherRandom = new Xoshiro(0) { State = random.State };
        var second = Create(otherRandom, 2);
        second.Position = first.Position;
        for (var i = 0; i < 50; i++)
        {
            first.Next();
            second.Next();
            Assert.Equal(first.Codes, second.Codes);
            Assert.Equal(first.Fresh, second.Fresh);
            Assert.Equal(first.Coarse, second.Coarse);
        }
    }

    [Fact]
    public void A_position_in_a_piece_that_is_gone_jumps()
    {
        var streams = Create(new Xoshiro(4), 2);
        streams.Position = [17, 0, 96, 1000, 16, 16];
        streams.Next();
        Assert.Equal([0f, 0f], streams.Fresh);
        Assert.Throws<ArgumentOutOfRangeException>(() => streams.Position = [1, 2, 3]);
    }

    [Fact]
    public void A_corpus_without_a_long_enough_piece_is_refused() =>
        Check.Refused(() => new CodeStreams(_corpus, _context, 2, 200, 400, new Xoshiro(1)), "200", "--chunk");

    private CodeStreams Create(Xoshiro random, int streams) => new(_corpus, _context, streams, Chunk, Segment, random);
}
