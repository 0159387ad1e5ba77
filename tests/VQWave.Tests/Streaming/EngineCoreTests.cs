using VQWave.Generation;
using VQWave.Models;
using VQWave.Streaming;
using VQWave.TestSupport;

namespace VQWave.Tests.Streaming;

public sealed class EngineCoreTests(TinyPackFixture tiny) : IDisposable
{
    private const int Tick = 512;
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("same", 3)]
    [InlineData("causal", 3)]
    [InlineData("3", 3)]
    [InlineData("same", 2)]
    [InlineData("3", 1)]
    [InlineData("same", 0)]
    public void The_stream_is_what_generating_and_decoding_the_whole_piece_gives(string padding, int detail)
    {
        const int Ticks = 40;
        var pack = Packs.Create(folder, padding);
        var sampling = new SamplingSettings { Temperature = 1.1f, TopK = 20 };
        using var generator = new HierarchicalGenerator(tiny.Runtime, pack);
        // The reference goes on past the end: only there its contexts see the padding of the end.
        var compression = pack.Configuration.Levels[detail].Compression;
        var levels = generator.Generate(
            new GenerationRequest
            {
                Seed = 11,
                FinestLevel = detail,
                Length = (Ticks + 30) * Tick / compression,
                Sampling = sampling,
            }
        );
        var expected = ReferenceEngine.Audio(tiny.Runtime, pack, detail, levels[detail].Codes);

        using var core = new EngineCore(
            tiny.Runtime,
            pack,
            new EngineOptions
            {
                Seed = 11,
                Sampling = sampling,
                Detail = detail,
            }
        );
        var audio = new float[Ticks * Tick];
        for (var tick = 0; tick < Ticks; tick++)
        {
            core.ProduceTick(audio.AsSpan(tick * Tick, Tick));
            for (var level = 0; level <= detail; level++)
            {
                var codes = core.Fine.Codes(level);
                for (var i = codes.Begin; i < codes.End; i++)
                {
                    Assert.Equal(levels[level].Codes[i], codes[i]);
                }
            }
        }

        Packs.AssertClose(expected.AsSpan(0, audio.Length), audio);
        Assert.True(audio.Max() - audio.Min() > 0.01f, "the signal is flat, so the comparison would prove nothing");
        Assert.Equal(Ticks * Tick, core.Position);
    }

    [Fact]
    public void Delays_of_the_live_preset_are_what_its_layers_say()
    {
        // Decoder: 10 codes of 8 samples. Contexts: 4 codes of 512, 128 and 32 samples. A tick of 64 fine codes needs
        // 74 of them, so contexts over 19 codes of 32 and so 23 of these, over 6 of 128 and so 10, over 3 of 512 and so 7.
        var delays = EngineDelays.Of(Presets.Live, 3, 1024);
        Assert.Equal(80, delays.Decoder);
        Assert.Equal([0, 2048, 512, 128], delays.ContextLookahead);
        Assert.Equal([6 * 512, (10 * 128) - 512, (23 * 32) - 512, 80], delays.Lead);
        Assert.Equal(1024 + 80 + 2048 + 512 + 128, delays.Total);
        Assert.Equal(3792 / 22050.0, delays.Seconds(delays.Total), 1e-12);
        // 'same' with dilations 1 to 32 looks 63 coarse codes ahead: 1.46 s at 512.
        Assert.Equal([0, 63 * 512, 63 * 128, 63 * 32], EngineDelays.Of(Presets.Head, 3).ContextLookahead);
    }

    /// <summary>Against a plain implementation that knows all controls in advance.</summary>
    [Fact]
    public void Timed_changes_take_effect_at_the_first_code_of_each_level_from_their_time_on()
    {
        const int Ticks = 40;
        var changes = new List<ControlChange>
        {
            ControlChange.Temperature(0, 10 * Tick),
            ControlChange.Temperature(1.5f, (14 * Tick) + 77),
            ControlChange.OwnTemperature(2, 0, (16 * Tick) + 33),
            ControlChange.TemperatureOffset(3, 0.8f, (17 * Tick) + 1),
            ControlChange.OwnTemperature(2, null, (19 * Tick) + 5),
            ControlChange.TopK(3, (20 * Tick) + 130),
            ControlChange.OwnTopK(1, 1, 22 * Tick),
            ControlChange.Seed(99, (24 * Tick) + 300),
            ControlChange.Freeze(true, (27 * Tick) + 10),
            ControlChange.Freeze(false, (38 * Tick) + 10),
        };
        var expected = ReferenceEngine.Codes(
            tiny.Runtime,
            tiny.Pack,
            Ticks + 20,
            (level, time) =>
            {
                var temperature =
                    time < 10 * Tick ? 1
                    : time < (14 * Tick) + 77 ? 0
                    : 1.5f;
                temperature = level == 2 && time >= (16 * Tick) + 33 && time < (19 * Tick) + 5 ? 0 : temperature;
                temperature += level == 3 && time >= (17 * Tick) + 1 ? 0.8f : 0;
                var topK = time >= (20 * Tick) + 130 ? 3 : 0;
                topK = level == 1 && time >= 22 * Tick ? 1 : topK;
                return (temperature, topK, time >= (24 * Tick) + 300 ? 99u : 5u, time >= (27 * Tick) + 10 && time < (38 * Tick) + 10);
            }
        );
        var audio = ReferenceEngine.Audio(tiny.Runtime, tiny.Pack, 3, expected[3]);

        using var core = new EngineCore(tiny.Runtime, tiny.Pack, new EngineOptions { Seed = 5 });
        var first = Render(core, Ticks, new ControlTrack(changes));
        Packs.AssertClose(audio.AsSpan(0, first.Length), first);

        // All of them known from the start, in another order: the same, bit for bit.
        core.Restart();
        foreach (var change in changes.AsEnumerable().Reverse())
        {
            Assert.True(core.Send(change));
        }

        Assert.Equal(first, Render(core, Ticks));
        var applied = Applied(core);
        Assert.All(applied, a => Assert.InRange(a.Late, 0, Tick - 1));
        Assert.Contains(applied, a => a.Change is { Kind: ControlKind.Seed, Level: 3 } && a.Change.Time == (24 * Tick) + 304);
        Assert.Contains(applied, a => a.Change is { Kind: ControlKind.Seed, Level: 0 } && a.Change.Time == 25 * Tick);
        Assert.Equal(0, core.LostReports);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_performance_is_replayed_bit_for_bit_from_what_was_applied(int seed)
    {
        const int Ticks = 150;
        using var core = new EngineCore(tiny.Runtime, tiny.Pack, new EngineOptions { Seed = 1 });
        var random = new Random(seed);
        var applied = new List<AppliedChange>();
        var played = new float[Ticks * Tick];
        for (var tick = 0; tick < Ticks; tick++)
        {
            for (var i = random.Next(4); i > 0; i--)
            {
                // As soon as possible, for a time that has passed at some levels, or for one to come.
                var time = random.Next(3) == 0 ? 0 : Math.Max(0, core.Position + random.Next(-3000, 6000));
                Assert.True(core.Send(RandomChange(random, time)));
            }

            core.ProduceTick(played.AsSpan(tick * Tick, Tick));
            applied.AddRange(Applied(core));
        }

        Assert.Contains(applied, a => a.Change.Kind == ControlKind.Reset);
        Assert.Contains(applied, a => a.Change.Kind == ControlKind.Detail);
        Assert.Contains(applied, a => a.Late > 0);
        using var again = new EngineCore(tiny.Runtime, tiny.Pack, new EngineOptions { Seed = 1 });
        Assert.Equal(played, Render(again, Ticks, ControlTrack.FromApplied(applied)));
        Assert.NotEqual(played, Render(Restarted(again), Ticks));
    }

    [Fact]
    public void Restart_begins_again_bit_for_bit()
    {
        using var core = new EngineCore(tiny.Runtime, tiny.Pack, new EngineOptions { Seed = 3, Detail = 2 });
        var first = Render(core, 30);
        core.Send(ControlChange.Detail(0));
        core.Send(ControlChange.Temperature(0, core.Position + 20000));
        core.Send(ControlChange.Reset());
        Render(core, 7);
        Assert.Equal(first, Render(Restarted(core), 30));
    }

    [Fact]
    public void A_reset_plays_the_piece_again_after_a_fade()
    {
        using var core = new EngineCore(tiny.Runtime, tiny.Pack, new EngineOptions { Seed = 3 });
        var first = Render(core, 20);
        core.Send(ControlChange.Reset());
        var last = Render(core, 1);
        Assert.InRange(Math.Abs(last[^1]), 0, 0.01f);
        var second = Render(core, 20);
        Assert.InRange(Math.Abs(second[0]), 0, 0.01f);
        Assert.Equal(first[220..], second[220..]);
        Assert.Equal(21 * Tick, Assert.Single(Applied(core)).Change.Time);
    }

    [Fact]
    public void Freezing_repeats_the_coarsest_codes_and_imagines_the_finer_anew()
    {
        using var core = new EngineCore(tiny.Runtime, tiny.Pack, new EngineOptions { Seed = 3, FreezeLength = 5 });
        Render(core, 20);
        core.Send(ControlChange.Freeze(true));
        Render(core, 60);
        var coarse = core.Fine.Codes(0);
        for (var i = coarse.End - 40; i < coarse.End; i++)
        {
            Assert.Equal(coarse[i - 5], coarse[i]);
        }

        var finest = core.Fine.Codes(3);
        Assert.Contains(Enumerable.Range(1, 60), i => finest[finest.End - i] != finest[finest.End - i - (5 * 64)]);
    }

    [Fact]
    public void Less_detail_is_heard_as_the_coarser_decoder_of_the_same_codes()
    {
        using var fine = new EngineCore(tiny.Runtime, tiny.Pack, new EngineOptions { Seed = 4 });
        using var coarse = new EngineCore(tiny.Runtime, tiny.Pack, new EngineOptions { Seed = 4, Detail = 1 });
        var detailed = Render(fine, 60);
        var plain = Render(coarse, 60);

        using var core = new EngineCore(tiny.Runtime, tiny.Pack, new EngineOptions { Seed = 4 });
        core.Send(ControlChange.Detail(1, 20 * Tick));
        core.Send(ControlChange.Detail(3, 40 * Tick));
        var audio = Render(core, 60);
        Assert.Equal(detailed[..(20 * Tick)], audio[..(20 * Tick)]);
        var after = (20 * Tick) + 220;
        Packs.AssertClose(plain.AsSpan(after, (40 * Tick) - after), audio.AsSpan(after, (40 * Tick) - after));
        Assert.NotEqual(plain[(41 * Tick)..], audio[(41 * Tick)..]);

        // No larger step at a change than there is anywhere in steady play, plus what the crossfade adds at most.
        var steady = Math.Max(LargestStep(detailed), LargestStep(plain));
        var difference = detailed.Zip(plain, (a, b) => Math.Abs(a - b)).Max();
        Assert.InRange(LargestStep(audio), 0, steady + (2 * difference / 220));
    }

    [Fact]
    public void A_pause_shorter_than_the_lead_leaves_no_gap()
    {
        // One tick without the finest level: its codes go on where they were, and the decoder has all its history.
        using var core = new EngineCore(tiny.Runtime, tiny.Pack, new EngineOptions { Seed = 4 });
        core.Send(ControlChange.Detail(2, 20 * Tick));
        core.Send(ControlChange.Detail(3, 21 * Tick));
        var audio = Render(core, 30);
        using var fine = new EngineCore(tiny.Runtime, tiny.Pack, new EngineOptions { Seed = 4 });
        var detailed = Render(fine, 30);
        var after = (21 * Tick) + 220;
        Packs.AssertClose(detailed.AsSpan(after), audio.AsSpan(after));
    }

    [Fact]
    public void Ticks_allocate_nothing()
    {
        using var core = new EngineCore(tiny.Runtime, tiny.Pack);
        var samples = new float[Tick];
        long before = 0;
        for (var tick = 0; tick < 400; tick++)
        {
            if (tick == 100)
            {
                before = GC.GetAllocatedBytesForCurrentThread();
            }

            if (tick % 10 == 0)
            {
                core.Send(ControlChange.Temperature(tick % 30 / 10f));
                core.Send(ControlChange.Detail(tick % 40 / 10));
                core.Send(ControlChange.Freeze(tick % 20 == 0));
            }

            if (tick % 50 == 0)
            {
                core.Send(ControlChange.Reset());
            }

            core.ProduceTick(samples);
            while (core.TryReadApplied(out _))
            {
                // Emptied.
            }
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void One_level_is_a_hierarchy_too()
    {
        var configuration = TinyModel.Configuration() with { Levels = [TinyModel.Configuration().Levels[0]] };
        TinyModel.Write(folder["one"], configuration);
        using var core = new EngineCore(tiny.Runtime, ModelPack.Open(folder["one"]), new EngineOptions { Seed = 2 });
        core.Send(ControlChange.Freeze(true, 20 * Tick));
        Render(core, 50);
        var codes = core.Fine.Codes(0);
        Assert.Equal(Enumerable.Range(30, 15).Select(i => codes[i]), Enumerable.Range(38, 15).Select(i => codes[i]));
    }

    [Fact]
    public void Values_out_of_range_are_brought_into_it_and_options_refused()
    {
        Assert.Equal(4, ControlChange.Temperature(9).Value);
        Assert.Equal(1, ControlChange.Temperature(float.NaN).Value);
        Assert.Equal(1024, ControlChange.TopK(5000).Value);
        Assert.Equal(256, ControlChange.FreezeLength(1000).Value);
        Assert.Equal(0, ControlChange.Detail(-3).Value);
        Assert.Throws<VQWaveException>(() => new EngineOptions { FreezeLength = 0 });
        Assert.Contains(
            "0 to 3",
            Assert
                .Throws<VQWaveException>(() => new EngineCore(tiny.Runtime, tiny.Pack, new EngineOptions { Detail = 4 }).Dispose())
                .Message
        );
        using var core = new EngineCore(tiny.Runtime, tiny.Pack);
        Assert.Throws<ArgumentException>(() => core.ProduceTick(new float[511]));
        // A change for a level that is not there is forgotten, and more than there is room for are refused.
        Assert.True(core.Send(ControlChange.OwnTopK(7, 3)));
        var sent = 0;
        while (core.Send(ControlChange.Temperature(1, long.MaxValue)))
        {
            sent++;
        }

        Assert.Equal(1023, sent);
    }

    internal static float[] Render(EngineCore core, int ticks, ControlTrack? track = null)
    {
        var audio = new float[ticks * core.TickSamples];
        for (var tick = 0; tick < ticks; tick++)
        {
            track?.Feed(core);
            core.ProduceTick(audio.AsSpan(tick * core.TickSamples, core.TickSamples));
        }

        return audio;
    }

    internal static List<AppliedChange> Applied(EngineCore core)
    {
        var list = new List<AppliedChange>();
        while (core.TryReadApplied(out var applied))
        {
            list.Add(applied);
        }

        return list;
    }

    internal static float LargestStep(ReadOnlySpan<float> samples)
    {
        var largest = 0f;
        for (var i = 1; i < samples.Length; i++)
        {
            largest = Math.Max(largest, Math.Abs(samples[i] - samples[i - 1]));
        }

        return largest;
    }

    internal static ControlChange RandomChange(Random random, long time) =>
        random.Next(13) switch
        {
            0 => ControlChange.Temperature((float)random.NextDouble() * 2, time),
            1 => ControlChange.OwnTemperature(random.Next(4), (float)random.NextDouble() * 2, time),
            2 => ControlChange.OwnTemperature(random.Next(4), null, time),
            3 => ControlChange.TemperatureOffset(random.Next(4), (float)random.NextDouble() - 0.5f, time),
            4 => ControlChange.TopK(random.Next(30), time),
            5 => ControlChange.OwnTopK(random.Next(4), random.Next(30), time),
            6 => ControlChange.Seed((ulong)random.Next(), time),
            7 or 8 => ControlChange.Freeze(random.Next(2) == 0, time),
            9 => ControlChange.FreezeLength(random.Next(1, 12), time),
            10 => ControlChange.Detail(random.Next(4), time),
            11 => ControlChange.CoarseCode(random.Next(48), time),
            _ => ControlChange.Reset(time),
        };

    private static EngineCore Restarted(EngineCore core)
    {
        core.Restart();
        return core;
    }
}
