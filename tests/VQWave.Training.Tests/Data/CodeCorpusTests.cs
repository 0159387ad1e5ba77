using VQWave.Models;
using VQWave.TestSupport;
using VQWave.Torch;
using VQWave.Training.Data;
using VQWave.Training.Networks;
using VQWave.Training.Training;

namespace VQWave.Training.Tests.Data;

public sealed class CodeCorpusTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly HierarchyConfiguration _configuration = TinyHierarchy.Create(Padding.Same);

    public CodeCorpusTests()
    {
        torch.manual_seed(5);
        Directory.CreateDirectory(_folder["w"]);
        foreach (var level in _configuration.Levels)
        {
            SaveRandom(level);
        }
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("same")]
    [InlineData("causal")]
    [InlineData("lookahead")]
    public void Encoding_in_pieces_gives_the_codes_of_the_whole(string kind)
    {
        var padding = kind switch
        {
            "same" => Padding.Same,
            "causal" => Padding.Causal,
            _ => Padding.Lookahead(3),
        };
        var levels = _configuration.Levels.Select(l => l with { Encoder = l.Encoder with { Padding = padding } }).ToArray();
        var configuration = _configuration with { Levels = levels };

        // A little more than two of the pieces of 2^19 samples that the encoder takes at once, and no whole number of codes.
        const int Length = (1 << 20) + 4321;
        Directory.CreateDirectory(_folder["data"]);
        U16File.Write(_folder["data/a.u16"], [.. Enumerable.Range(0, Length).Select(i => MathF.Sin(i * i * 1e-7f) * 0.5f)]);
        using var audio = new U16Dataset(_folder["data"], 1);

        using var corpus = CodeCorpus.Open(configuration, 1, _folder["w"], audio, _folder["cache"], Device.CPU);

        var piece = Assert.Single(corpus.Pieces);
        Assert.Equal(4, corpus.Ratio);
        Assert.Equal(Length / 32 * 4, piece.Length);
        Assert.Equal(Length / 8, piece.Fine.Length);
        Assert.Equal(Length / 32, piece.Coarse!.Length);
        foreach (var (level, file) in new[] { (levels[1], piece.Fine), (levels[0], piece.Coarse) })
        {
            using var scope = torch.NewDisposeScope();
            using var model = new Vqvae(level);
            VqvaeWeights.Load(model, _folder["w"], level.VqvaeName);
            var samples = audio.Files[0].ReadAll()[..(int)(file.Length * level.Compression)];
            var expected = model.EncodeCodes(torch.tensor(samples, 1, samples.Length)).ToArray<long>();
            var found = new ushort[file.Length];
            file.ReadRaw(0, found);

            // The convolution may add in another order for another length: a tie may fall the other way, a seam may not show.
            var different = Enumerable.Range(0, found.Length).Where(i => found[i] != expected[i]).ToArray();
            Assert.True(different.Length <= 3, $"{different.Length} codes differ, the first at {different.FirstOrDefault()}");
            Assert.True(expected.Distinct().Count() > 3);
        }
    }

    [Fact]
    public void Codes_are_used_again_until_weights_audio_or_encoder_change()
    {
        Music.Write(_folder["data"], 4000, 6000);
        using var audio = new U16Dataset(_folder["data"], 1000);
        Open(_configuration, audio);
        var first = Cached();
        Assert.Equal(4, first.Length);
        Open(_configuration, audio);
        Assert.Equal(first, Cached());

        // Other weights of the fine level alone: its two files are new.
        SaveRandom(_configuration.Levels[1]);
        Open(_configuration, audio);
        Assert.Equal(6, Cached().Length);

        // The same weights in an encoder that pads otherwise give other codes.
        var causal = _configuration with
        {
            Levels = [.. _configuration.Levels.Select(l => l with { Encoder = l.Encoder with { Padding = Padding.Causal } })],
        };
        Open(causal, audio);
        Assert.Equal(10, Cached().Length);

        // One file of the corpus changes.
        U16File.Write(_folder["data/piece0.u16"], Music.Phrase(5000, 9));
        using var changed = new U16Dataset(_folder["data"], 1000);
        Open(_configuration, changed);
        Assert.Equal(12, Cached().Length);
    }

    [Fact]
    public void Missing_and_damaged_weights_are_named_and_nothing_is_written()
    {
        Music.Write(_folder["data"], 4000);
        using var audio = new U16Dataset(_folder["data"], 1000);
        var codebook = _folder["w/vqvae_32_codebook.safetensors"];
        File.Move(codebook, _folder["aside"]);
        Check.Refused(() => Open(_configuration, audio), "vqvae_32_codebook");
        File.Move(_folder["aside"], codebook);
        File.WriteAllText(_folder["w/vqvae_8_encoder.safetensors"], "this is no tensor");
        Check.Refused(() => Open(_configuration, audio), "vqvae_8_encoder.safetensors");
        Assert.Empty(Directory.Exists(_folder["cache"]) ? Directory.GetFileSystemEntries(_folder["cache"]) : []);
    }

    [Fact]
    public void Statistics_count_every_code_once()
    {
        Music.Write(_folder["data"], 4000, 6000);
        using var audio = new U16Dataset(_folder["data"], 1000);
        using var corpus = CodeCorpus.Open(_configuration, 0, _folder["w"], audio, _folder["cache"], Device.CPU);
        var counts = new double[32];
        foreach (var piece in corpus.Pieces)
        {
            var codes = new ushort[piece.Length];
            piece.Fine.ReadRaw(0, codes);
            foreach (var code in codes)
            {
                counts[code]++;
            }
        }

        Assert.Equal((4000 / 32) + (6000 / 32), corpus.TotalCodes);
        var statistics = corpus.Statistics(32);
        Assert.Equal(corpus.TotalCodes, statistics.Total);
        Assert.Equal(-counts.Where(c => c > 0).Sum(c => c / counts.Sum() * Math.Log2(c / counts.Sum())), statistics.EntropyBits, 9);
    }

    private string[] Cached() => [.. Directory.GetFiles(_folder["cache"], "*.codes", SearchOption.AllDirectories).Order()];

    private void Open(HierarchyConfiguration configuration, U16Dataset audio) =>
        CodeCorpus.Open(configuration, 1, _folder["w"], audio, _folder["cache"], Device.CPU).Dispose();

    private void SaveRandom(LevelConfiguration level)
    {
        using var model = new Vqvae(level);
        WeightFiles.Save(WeightFiles.PathOf(_folder["w"], level.VqvaeName, "encoder"), model.Encoder.state_dict());
        WeightFiles.Save(WeightFiles.PathOf(_folder["w"], level.VqvaeName, "decoder"), model.Decoder.state_dict());
        WeightFiles.Save(
            WeightFiles.PathOf(_folder["w"], level.VqvaeName, "codebook"),
            [new KeyValuePair<string, Tensor>("codebook", model.Quantizer.Codebook)]
        );
    }
}
