using System.Diagnostics;
using VQWave.Inference;
using VQWave.Streaming;

namespace VQWave.Tests.Streaming;

public class FollowTests(TinyPackFixture tiny)
{
    private const int Tick = 512;

    [Fact]
    public void Given_codes_take_their_places_and_the_finer_levels_are_generated_on_them()
    {
        const int Ticks = 50;
        var given = Packs.RandomCodes(30, 6);
        using var core = new EngineCore(tiny.Runtime, tiny.Pack, new EngineOptions { Seed = 2 });
        for (var i = 0; i < given.Length; i++)
        {
            Assert.True(core.Send(ControlChange.CoarseCode(given[i], (10 + i) * Tick)));
        }

        var audio = EngineCoreTests.Render(core, Ticks);
        for (var i = 0; i < given.Length; i++)
        {
            Assert.Equal(given[i], core.Fine.Codes(0)[10 + i]);
        }

        var reference = ReferenceEngine.Codes(tiny.Runtime, tiny.Pack, Ticks + 20, (_, _) => (1, 0, 2, false), given: (10, given));
        Packs.AssertClose(ReferenceEngine.Audio(tiny.Runtime, tiny.Pack, 3, reference[3]).AsSpan(0, audio.Length), audio);
    }

    [Fact]
    public void Codes_as_soon_as_possible_take_one_place_each_and_a_backlog_is_cut()
    {
        using var core = new EngineCore(tiny.Runtime, tiny.Pack, new EngineOptions { Seed = 2 });
        EngineCoreTests.Render(core, 5);
        var start = core.Fine.Codes(0).End;
        // 30 at once: the last 16 are kept. The one the pack does not have is passed over, with its place.
        for (var i = 0; i < 30; i++)
        {
            core.Send(ControlChange.CoarseCode(i == 20 ? 48 : i));
        }

        EngineCoreTests.Render(core, 30);
        var codes = core.Fine.Codes(0);
        for (var i = 0; i < 16; i++)
        {
            if (i != 6)
            {
                Assert.Equal(14 + i, codes[start + i]);
            }
        }

        Assert.Equal(16, EngineCoreTests.Applied(core).Count);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void An_engine_follows_audio_by_the_codes_of_its_encoder(int threads)
    {
        var random = new Random(3);
        var audio = Enumerable
            .Range(0, Tick * 40)
            .Select(i => (float)(Math.Sin(i * 0.05 * (1 + (i / 5000))) * random.NextDouble()))
            .ToArray();
        using var codec = new LevelCodec(tiny.Runtime, tiny.Pack, 0);
        var options = new LiveEngineOptions { Threads = threads, Governor = null };
        using var engine = new LiveEngine(new EngineCore(tiny.Runtime, tiny.Pack), options);
        using var follow = new FollowInput(tiny.Runtime, engine);
        var expected = codec.Encode(audio)[..(40 - (follow.DelaySamples / Tick))];
        Assert.True(expected.Distinct().Count() > 2, "the codes are all alike, so the comparison would prove nothing");
        engine.Start();
        var block = new float[Tick];
        var taken = new List<int>();
        var clock = Stopwatch.StartNew();
        for (var tick = 0; taken.Count < expected.Length; tick++)
        {
            if (tick < 40)
            {
                follow.Write(audio.AsSpan(tick * Tick, Tick));
                // As in real time: no more is played than has come in and was encoded.
                while (follow.Sent < Math.Min(expected.Length, tick + 1 - (follow.DelaySamples / Tick)))
                {
                    Assert.True(clock.Elapsed < TimeSpan.FromSeconds(60), "nothing is encoded");
                    Thread.Sleep(1);
                }
            }

            Assert.Equal(Tick, engine.ReadExactly(block, TimeSpan.FromSeconds(60)));
            while (engine.TryReadApplied(out var applied))
            {
                if (applied.Change.Kind == ControlKind.CoarseCode)
                {
                    taken.Add((int)applied.Change.Value);
                }
            }

            Assert.True(clock.Elapsed < TimeSpan.FromSeconds(60), "the engine does not follow");
        }

        Assert.Equal(expected, taken);
        Assert.Equal(0, follow.Lost);
        Assert.True(follow.Fits);
        Assert.Null(follow.Fault);
        // Switched off, the audio changes nothing.
        follow.On = false;
        var sent = follow.Sent;
        follow.Write(audio);
        engine.ReadExactly(new float[Tick * 20], TimeSpan.FromSeconds(60));
        Assert.Equal(sent, follow.Sent);
    }
}
