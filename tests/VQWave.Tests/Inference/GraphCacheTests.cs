using VQWave.Inference;
using VQWave.Models;
using VQWave.Streaming;
using VQWave.TestSupport;

namespace VQWave.Tests.Inference;

public sealed class GraphCacheTests(TinyPackFixture tiny) : IDisposable
{
    private static readonly int[] Codes = [.. Enumerable.Range(0, 300).Select(i => i * 7 % 48)];
    private readonly TemporaryFolder folder = new();

    private string Graph => tiny.Pack.PathOf(ModelStage.Decoder, 3);

    private string Hash => tiny.Pack.Manifest.Files[Path.GetFileName(Graph)].Sha256;

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_kept_graph_gives_the_same_bits_and_has_the_same_signature()
    {
        var expected = Decode(tiny.Runtime);
        var cached = Runtime(folder["graphs"]);
        Assert.Equal(expected, Decode(cached));
        var entry = Assert.Single(Directory.GetFiles(folder["graphs"]));
        var written = File.GetLastWriteTimeUtc(entry);
        var bytes = File.ReadAllBytes(entry);
        Assert.Equal(expected, Decode(cached));
        Assert.Equal(bytes, File.ReadAllBytes(Assert.Single(Directory.GetFiles(folder["graphs"]))));
        Assert.Equal(written, File.GetLastWriteTimeUtc(entry));

        using var plain = new StageSession(tiny.Runtime, tiny.Pack, ModelStage.Decoder, 2);
        var first = Open(cached, 2);
        using var kept = Open(cached, 2);
        Assert.Equal(first.Metadata, kept.Metadata);
        Assert.Equal(plain.Metadata, kept.Metadata);
        Assert.True(plain.HasOptionalInput(ModelStages.PieceStart));
        Assert.True(kept.HasOptionalInput(ModelStages.PieceStart));
        Assert.True(kept.HasOptionalInput(ModelStages.PieceEnd));
    }

    [Fact]
    public void All_stages_on_kept_graphs_give_the_same_bits()
    {
        var expected = Stream(tiny.Runtime);
        Assert.Equal(expected, Stream(Runtime(folder["graphs"])));
        // Decoders of all levels, contexts and generators of all but the coarsest.
        Assert.Equal(10, Directory.GetFiles(folder["graphs"]).Length);
        Assert.Equal(expected, Stream(Runtime(folder["graphs"])));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(40)]
    [InlineData(-1)]
    [InlineData(-5)]
    [InlineData(-36)]
    public void A_damaged_entry_is_passed_over_and_written_anew(int at)
    {
        var runtime = Runtime(folder["graphs"]);
        var expected = Decode(runtime);
        var entry = Assert.Single(Directory.GetFiles(folder["graphs"]));
        var damaged = File.ReadAllBytes(entry);
        damaged[at < 0 ? damaged.Length + at : at] ^= 0x10;
        AssertReplaced(runtime, entry, damaged, expected);
        Assert.Single(Directory.GetFiles(folder["graphs"]));
    }

    [Fact]
    public void What_is_cut_off_empty_or_somebody_elses_is_passed_over()
    {
        var runtime = Runtime(folder["graphs"]);
        var expected = Decode(runtime);
        var entry = Assert.Single(Directory.GetFiles(folder["graphs"]));
        var whole = File.ReadAllBytes(entry);

        // Of another graph, whole, at this one's place.
        Decode(runtime, level: 1);
        var other = Directory.GetFiles(folder["graphs"]).Single(f => f != entry);
        foreach (
            var foreign in (byte[][])
                [
                    [],
                    [1, 2, 3],
                    whole[..(whole.Length / 2)],
                    File.ReadAllBytes(other),
                ]
        )
        {
            AssertReplaced(runtime, entry, foreign, expected);
        }
    }

    [Fact]
    public void Another_hash_or_another_number_of_threads_is_another_entry()
    {
        var cache = new GraphCache(folder["graphs"]);
        var two = InferenceRuntime.Create(new InferenceOptions { Device = InferenceDevice.Cpu, Threads = 2 });
        cache.Open(tiny.Runtime, Graph, Hash).Session.Dispose();
        cache.Open(tiny.Runtime, Graph, Hash).Session.Dispose();
        Assert.Single(Directory.GetFiles(folder["graphs"]));
        cache.Open(tiny.Runtime, Graph, new string('a', 64)).Session.Dispose();
        Assert.Equal(2, Directory.GetFiles(folder["graphs"]).Length);
        cache.Open(two, Graph, Hash).Session.Dispose();
        Assert.Equal(3, Directory.GetFiles(folder["graphs"]).Length);
    }

    [Fact]
    public void The_longest_unused_go_first_and_so_does_what_others_left_half_written()
    {
        var cache = new GraphCache(folder["graphs"]);
        cache.Open(tiny.Runtime, Graph, Hash).Session.Dispose();
        var first = Assert.Single(Directory.GetFiles(folder["graphs"]));
        var size = new FileInfo(first).Length;
        File.SetLastWriteTimeUtc(first, DateTime.UtcNow.AddDays(-9));
        var stale = folder["graphs/stale.partial"];
        var fresh = folder["graphs/fresh.partial"];
        File.WriteAllText(stale, "left");
        File.WriteAllText(fresh, "being written");
        File.SetLastWriteTimeUtc(stale, DateTime.UtcNow.AddDays(-1));

        // Room for two and a half; the first, being used, becomes the newest again.
        var small = new GraphCache(folder["graphs"], (size * 5) / 2);
        small.Open(tiny.Runtime, Graph, new string('b', 64)).Session.Dispose();
        var second = Entries().Single(e => e != first);
        File.SetLastWriteTimeUtc(second, DateTime.UtcNow.AddDays(-3));
        small.Open(tiny.Runtime, Graph, Hash).Session.Dispose();
        Assert.InRange(File.GetLastWriteTimeUtc(first), DateTime.UtcNow.AddMinutes(-5), DateTime.UtcNow.AddMinutes(5));
        small.Open(tiny.Runtime, Graph, new string('c', 64)).Session.Dispose();
        Assert.Equal(2, Entries().Count);
        Assert.Contains(first, Entries());
        Assert.DoesNotContain(second, Entries());
        Assert.False(File.Exists(stale));
        Assert.True(File.Exists(fresh));
    }

    [Fact]
    public void Where_nothing_can_be_written_there_is_no_cache()
    {
        // A file where the folder should be: nobody, an administrator neither, makes a folder there.
        File.WriteAllText(folder["taken"], "a file");
        Assert.Equal(Decode(tiny.Runtime), Decode(Runtime(folder["taken/graphs"])));
        Assert.Equal(Decode(tiny.Runtime), Decode(Runtime(folder["taken"])));
        Assert.Equal("a file", File.ReadAllText(folder["taken"]));
    }

    private void AssertReplaced(InferenceRuntime runtime, string entry, byte[] unusable, float[] expected)
    {
        File.WriteAllBytes(entry, unusable);
        Assert.Equal(expected, Decode(runtime));
        var replaced = File.ReadAllBytes(entry);
        Assert.NotEqual(unusable, replaced);
        // What replaced it is used: it would be written again if not, and no two are written alike.
        Assert.Equal(expected, Decode(runtime));
        Assert.Equal(replaced, File.ReadAllBytes(entry));
    }

    private static InferenceRuntime Runtime(string cache) =>
        InferenceRuntime.Create(new InferenceOptions { Device = InferenceDevice.Cpu, GraphCache = cache });

    // Alone: a session that others hold would be joined, and nothing read.
    private StageSession Open(InferenceRuntime runtime, int level)
    {
        new StageSession(runtime, OwnPack(), ModelStage.Decoder, level).Dispose();
        return new StageSession(runtime, OwnPack(), ModelStage.Decoder, level);
    }

    private float[] Decode(InferenceRuntime runtime, int level = 3)
    {
        using var decoder = DecoderRunner.OnOnnxRuntime(runtime, OwnPack(), level);
        return decoder.Decode(Codes);
    }

    // As an engine does that ONNX Runtime runs whole.
    private List<float> Stream(InferenceRuntime runtime)
    {
        var pack = OwnPack();
        var codes = new CodeHistory(512);
        codes.Restart(0, Codes[0]);
        Array.ForEach(Codes[1..], codes.Append);
        var results = new List<float>();
        for (var level = 0; level < pack.Configuration.Levels.Count; level++)
        {
            using var decoder = new StreamingDecoder(runtime, pack, level, 16, onnxRuntime: true);
            var samples = new float[16 * decoder.Compression];
            decoder.Decode(codes, 32, samples);
            results.AddRange(samples);
            if (level == 0)
            {
                continue;
            }

            using var context = new StreamingContext(runtime, pack, level, 4, onnxRuntime: true);
            using var stepper = GeneratorStepper.OnOnnxRuntime(runtime, pack, level);
            var values = context.Compute(codes, 20, 4);
            results.AddRange(values);
            values[..context.Width].CopyTo(stepper.Context);
            results.AddRange(stepper.Step());
        }

        Assert.Contains(results, s => s != 0);
        return results;
    }

    // The same graphs in a folder of this test: sessions are shared within the process by their path.
    private ModelPack OwnPack()
    {
        if (!Directory.Exists(folder["pack"]))
        {
            Directory.CreateDirectory(folder["pack"]);
            foreach (var file in Directory.GetFiles(tiny.Pack.Directory))
            {
                File.Copy(file, Path.Combine(folder["pack"], Path.GetFileName(file)));
            }
        }

        return ModelPack.Open(folder["pack"]);
    }

    private List<string> Entries() => [.. Directory.GetFiles(folder["graphs"], "*.graph")];
}
