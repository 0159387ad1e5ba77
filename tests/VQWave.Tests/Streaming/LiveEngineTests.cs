using System.Diagnostics;
using VQWave.Models;
using VQWave.Streaming;
using VQWave.TestSupport;

namespace VQWave.Tests.Streaming;

public sealed class LiveEngineTests(TinyPackFixture tiny) : IDisposable
{
    private const int Tick = 512;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 2)]
    [InlineData(2, 1)]
    [InlineData(2, 2)]
    [InlineData(2, 3)]
    public void Live_samples_are_those_of_the_core_whatever_the_blocks_and_the_timing(int threads, int seed)
    {
        const int Ticks = 120;
        var random = new Random(seed);
        var changes = Enumerable.Range(0, 100).Select(_ => EngineCoreTests.RandomChange(random, random.Next(6000, Ticks * Tick))).ToArray();
        var expected = EngineCoreTests.Render(CreateCore(), Ticks, new ControlTrack(changes));

        using var engine = new LiveEngine(
            CreateCore(),
            new LiveEngineOptions
            {
                Threads = threads,
                Depth = random.Next(1, 3000),
                Governor = null,
                Disturbance = () => Disturb(),
            }
        );
        Assert.All(changes, c => Assert.True(engine.Send(c)));
        engine.Start();
        var played = new float[Ticks * Tick];
        var at = 0;
        while (at < played.Length)
        {
            var size = Math.Min(played.Length - at, random.Next(3) == 0 ? random.Next(1, 8193) : random.Next(1, 300));
            Assert.Equal(size, engine.ReadExactly(played.AsSpan(at, size), Patience));
            at += size;
            if (random.Next(10) == 0)
            {
                engine.Depth = random.Next(1, 5000);
            }
        }

        Assert.Equal(expected, played);
        Assert.Equal(played.Length, engine.Position);
        Assert.Null(engine.Fault);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void What_was_played_live_is_rendered_again_from_its_score(int threads)
    {
        const int Ticks = 150;
        var random = new Random(5);
        // Every tick counts as overload: the governor takes part, and what it did is in the score too.
        var governor = new OverloadGovernorOptions
        {
            DropLoad = 0,
            SettleTicks = 40,
            Floor = 0,
        };
        var options = new LiveEngineOptions
        {
            Threads = threads,
            Depth = 600,
            Governor = governor,
        };
        using var engine = new LiveEngine(CreateCore(), options);
        engine.Start();
        var played = new float[Ticks * Tick];
        var applied = new List<AppliedChange>();
        var at = 0;
        while (at < played.Length)
        {
            var size = Math.Min(played.Length - at, random.Next(1, 700));
            Assert.Equal(size, engine.ReadExactly(played.AsSpan(at, size), Patience));
            at += size;
            engine.Send(EngineCoreTests.RandomChange(random, random.Next(2) == 0 ? 0 : at + random.Next(4000)));
            while (engine.TryReadApplied(out var one))
            {
                applied.Add(one);
            }
        }

        engine.Stop();
        while (engine.TryReadApplied(out var one))
        {
            applied.Add(one);
        }

        Assert.Contains(applied, a => a.Change is { Kind: ControlKind.DetailLimit, Value: 2 });
        Assert.Contains(applied, a => a.Change.Kind == ControlKind.Temperature);
        Assert.Equal(played, EngineCoreTests.Render(CreateCore(), Ticks, ControlTrack.FromApplied(applied)));
        var snapshot = new EngineSnapshot();
        engine.ReadSnapshot(snapshot);
        Assert.True(snapshot.Drops >= 2, $"{snapshot.Drops} drops");
    }

    [Fact]
    public void Stopping_and_starting_goes_on_without_a_gap()
    {
        using var engine = new LiveEngine(CreateCore(), new LiveEngineOptions { Governor = null });
        var played = new float[30 * Tick];
        for (var i = 0; i < 3; i++)
        {
            engine.Start();
            Assert.True(engine.IsRunning);
            Assert.Throws<InvalidOperationException>(engine.Start);
            Assert.Equal(10 * Tick, engine.ReadExactly(played.AsSpan(i * 10 * Tick, 10 * Tick), Patience));
            engine.Stop();
            Assert.False(engine.IsRunning);
        }

        Assert.Equal(EngineCoreTests.Render(CreateCore(), 30), played);
    }

    [Fact]
    public void Starvation_fades_out_and_in_and_is_counted()
    {
        using var may = new ManualResetEventSlim(true);
        var options = new LiveEngineOptions
        {
            Governor = null,
            Depth = 2048,
            Disturbance = () => may.Wait(Patience),
        };
        using var engine = new LiveEngine(CreateCore(), options);
        // Nothing has been played yet: silence, and nothing to count.
        var block = new float[100];
        Assert.Equal(0, engine.Read(block));
        Assert.All(block, s => Assert.Equal(0, s));
        Assert.Equal(0, engine.StarvedBlocks);

        engine.Start();
        WaitFor(() => engine.Available >= 2048);
        var all = new List<float>();
        for (var i = 0; i < 15; i++)
        {
            Assert.Equal(100, engine.Read(block));
            all.AddRange(block);
        }

        may.Reset();
        var got = 100;
        for (var i = 0; i < 200 && (i < 80 || got > 0); i++)
        {
            got = engine.Read(block);
            all.AddRange(block);
        }

        Assert.Equal(0, got);
        Assert.All(block, s => Assert.Equal(0, s));
        Assert.True(engine.StarvedBlocks > 0);
        var counted = engine.StarvedBlocks;
        may.Set();
        WaitFor(() => engine.Available >= 2048);
        var resumed = all.Count;
        for (var i = 0; i < 15; i++)
        {
            Assert.Equal(100, engine.Read(block));
            all.AddRange(block);
        }

        Assert.Equal(counted, engine.StarvedBlocks);
        // The samples after the pause are those before it carried on: nothing was skipped.
        var plain = EngineCoreTests.Render(CreateCore(), 60);
        var offset = (int)engine.Position - 1000;
        Assert.Equal(plain[offset..(offset + 1000)], all.ToArray()[^1000..]);
        // No step larger than in steady play, plus a fade of the full scale over 6 ms.
        var steady = EngineCoreTests.LargestStep(plain);
        Assert.InRange(EngineCoreTests.LargestStep(all.ToArray()), 0, steady + (2f / 132));
        Assert.True(resumed > 0);
    }

    [Fact]
    public void Reading_and_sending_allocate_nothing()
    {
        using var engine = new LiveEngine(CreateCore(), new LiveEngineOptions { Depth = 8192 });
        engine.Start();
        var block = new float[64];
        var snapshot = new EngineSnapshot();
        var all = ReadThousands();
        var before = GC.GetAllocatedBytesForCurrentThread();
        all += ReadThousands();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.True(all > 0);

        long ReadThousands()
        {
            long sum = 0;
            for (var i = 0; i < 2000; i++)
            {
                sum += engine.Read(block);
                engine.Send(ControlChange.Temperature(1));
                engine.TryReadApplied(out _);
                engine.ReadSnapshot(snapshot);
                if (i % 100 == 0)
                {
                    Thread.Sleep(1);
                }
            }

            return sum;
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_pack_changes_while_playing_in_a_crossfade(int threads)
    {
        var other = Packs.Create(folder, "3", 77);
        using var engine = new LiveEngine(CreateCore(), new LiveEngineOptions { Threads = threads, Governor = null });
        engine.Start();
        var played = new List<float>();
        ReadInto(played, engine, 20 * Tick);

        // A pack that fails to load leaves the old one playing.
        var error = await Assert.ThrowsAsync<VQWaveException>(() =>
            engine.SwapPackAsync(() => new EngineCore(tiny.Runtime, ModelPack.Open(folder["nowhere"])))
        );
        Assert.Contains("nowhere", error.Message);
        Assert.Equal("tiny", Path.GetFileName(engine.Pack.Directory));

        var swap = engine.SwapPackAsync(() => new EngineCore(tiny.Runtime, other, new EngineOptions { Seed = 8 }));
        var clock = Stopwatch.StartNew();
        while (!swap.IsCompleted && clock.Elapsed < Patience)
        {
            ReadInto(played, engine, 100);
        }

        await swap;
        Assert.Same(other, engine.Pack);
        ReadInto(played, engine, 20 * Tick);
        engine.Stop();

        // Old samples up to a tick boundary, an equal-power crossfade of 50 ms, then the new ones from the beginning.
        using var oldCore = CreateCore();
        var old = EngineCoreTests.Render(oldCore, played.Count / Tick);
        using var newCore = new EngineCore(tiny.Runtime, other, new EngineOptions { Seed = 8 });
        var fresh = EngineCoreTests.Render(newCore, played.Count / Tick);
        var samples = played.ToArray();
        var start = 0;
        while (samples.AsSpan(start, Tick).SequenceEqual(old.AsSpan(start, Tick)))
        {
            start += Tick;
        }

        Assert.True(start >= 20 * Tick);
        const int Fade = 1102;
        for (var i = 0; i < Fade; i++)
        {
            var angle = (i + 1.0) / (Fade + 1) * Math.PI / 2;
            Assert.Equal((old[start + i] * Math.Cos(angle)) + (fresh[i] * Math.Sin(angle)), samples[start + i], 1e-5);
        }

        // The new core's seed is taken over from the old one's controls once it plays alone.
        Packs.AssertClose(fresh.AsSpan(Fade, 1536 - Fade), samples.AsSpan(start + Fade, 1536 - Fade));
        Assert.True(samples.Length - start > 18 * Tick);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Controls_carry_over_to_the_next_pack(int threads)
    {
        var other = Packs.Create(folder, "causal", 78);
        using var engine = new LiveEngine(CreateCore(), new LiveEngineOptions { Threads = threads, Governor = null });
        engine.Start();
        engine.Send(ControlChange.Temperature(0.25f));
        engine.Send(ControlChange.OwnTopK(3, 9));
        engine.Send(ControlChange.Detail(2));
        var played = new List<float>();
        ReadInto(played, engine, 20 * Tick);
        var swap = engine.SwapPackAsync(() => new EngineCore(tiny.Runtime, other));
        var clock = Stopwatch.StartNew();
        while (!swap.IsCompleted && clock.Elapsed < Patience)
        {
            ReadInto(played, engine, 100);
        }

        await swap;
        ReadInto(played, engine, 10 * Tick);
        var snapshot = new EngineSnapshot();
        engine.ReadSnapshot(snapshot);
        Assert.Equal(2, snapshot.Sounding);
        Assert.Equal(9, snapshot.TopK(3));
        Assert.All(Enumerable.Range(0, 4), level => Assert.Equal(0.25f, snapshot.Temperature(level)));
        // And it listens: the change is reported through the engine as before.
        engine.Send(ControlChange.Detail(1));
        ReadInto(played, engine, 10 * Tick);
        engine.ReadSnapshot(snapshot);
        Assert.Equal(1, snapshot.Sounding);
        var reported = new List<AppliedChange>();
        while (engine.TryReadApplied(out var one))
        {
            reported.Add(one);
        }

        Assert.Contains(reported, a => a.Change is { Kind: ControlKind.Detail, Value: 1 });
    }

    [Fact]
    public async Task A_pack_changes_while_standing_still_and_one_at_another_rate_is_refused()
    {
        var other = Packs.Create(folder, "3", 79);
        using var engine = new LiveEngine(CreateCore());
        await engine.SwapPackAsync(() => new EngineCore(tiny.Runtime, other));
        Assert.Same(other, engine.Pack);
        engine.Start();
        ReadInto([], engine, 10 * Tick);

        TinyModel.Write(folder["rate"], TinyModel.Configuration() with { SampleRate = 44100 });
        var error = await Assert.ThrowsAsync<VQWaveException>(() =>
            engine.SwapPackAsync(() => new EngineCore(tiny.Runtime, ModelPack.Open(folder["rate"])))
        );
        Assert.Contains("44100 Hz", error.Message);
        ReadInto([], engine, 10 * Tick);
        Assert.Same(other, engine.Pack);
    }

    [Fact]
    public void An_engine_beside_one_that_starves_stays_clean()
    {
        using var may = new ManualResetEventSlim(false);
        using var starving = new LiveEngine(CreateCore(), new LiveEngineOptions { Disturbance = () => may.Wait(Patience) });
        using var clean = new LiveEngine(CreateCore(), new LiveEngineOptions { Governor = null, Depth = 4096 });
        starving.Start();
        clean.Start();
        var played = new float[60 * Tick];
        var block = new float[64];
        for (var at = 0; at < played.Length; at += 64)
        {
            WaitFor(() => clean.Available >= 2048);
            Assert.Equal(64, clean.Read(played.AsSpan(at, 64)));
            Assert.Equal(0, starving.Read(block));
        }

        may.Set();
        Assert.Equal(0, clean.StarvedBlocks);
        Assert.Equal(EngineCoreTests.Render(CreateCore(), 60), played);
    }

    [Fact]
    public void Filling_a_deep_ring_is_no_overload()
    {
        using var engine = new LiveEngine(
            CreateCore(),
            new LiveEngineOptions
            {
                Depth = 20000,
                Governor = new() { DropLoad = 100 },
            }
        );
        engine.Start();
        WaitFor(() => engine.Available >= 20000);
        engine.Depth = 60000;
        WaitFor(() => engine.Available >= 60000);
        engine.Stop();
        var snapshot = new EngineSnapshot();
        engine.ReadSnapshot(snapshot);
        Assert.Equal(0, snapshot.Drops);
        Assert.Equal(3, snapshot.Sounding);
    }

    [Fact]
    public async Task Stopping_in_the_middle_of_a_pack_change_leaves_the_old_pack()
    {
        using var engine = new LiveEngine(CreateCore(), new LiveEngineOptions { Governor = null, SwapSeconds = 2 });
        engine.Start();
        ReadInto([], engine, 10 * Tick);
        // Two seconds of crossfade are not over before the engine stops: nobody reads.
        var swap = engine.SwapPackAsync(() => new EngineCore(tiny.Runtime, Packs.Create(folder, "3", 80)));
        WaitFor(() => engine.IsSwapping);
        engine.Stop();
        var error = await Assert.ThrowsAsync<VQWaveException>(() => swap);
        Assert.Contains("was stopped", error.Message);
        Assert.Same(tiny.Pack, engine.Pack);
        engine.Dispose();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => engine.SwapPackAsync(CreateCore));
        Assert.Throws<ObjectDisposedException>(engine.Start);
        using var used = CreateCore();
        used.ProduceTick(new float[Tick]);
        Assert.Throws<ArgumentException>(() => new LiveEngine(used));
    }

    [Fact]
    public void A_failure_of_a_thread_is_told_and_the_sound_fades()
    {
        var ticks = 0;
        var options = new LiveEngineOptions
        {
            Threads = 1,
            Disturbance = () =>
            {
                if (++ticks > 30)
                {
                    throw new VQWaveException("broken on purpose");
                }
            },
        };
        using var engine = new LiveEngine(CreateCore(), options);
        engine.Start();
        var error = Assert.Throws<VQWaveException>(() => engine.ReadExactly(new float[100 * Tick], Patience));
        Assert.Contains("broken on purpose", error.Message);
        Assert.False(engine.IsRunning);
        Assert.NotNull(engine.Fault);
        Assert.Equal(0, engine.Read(new float[10]));
    }

    [Fact]
    public void Snapshots_show_the_codes_of_a_tick_and_its_controls()
    {
        using var engine = new LiveEngine(CreateCore(), new LiveEngineOptions { Governor = null, Depth = 700 });
        engine.Send(ControlChange.OwnTemperature(1, 0.5f));
        engine.Start();
        ReadInto([], engine, 20 * Tick);
        WaitFor(() => engine.Available >= 700);
        engine.Stop();
        var snapshot = new EngineSnapshot();
        engine.ReadSnapshot(snapshot);
        using var core = CreateCore();
        core.Send(ControlChange.OwnTemperature(1, 0.5f));
        EngineCoreTests.Render(core, (int)(snapshot.Position / Tick));
        Assert.Equal(4, snapshot.Levels);
        Assert.Equal(0.5f, snapshot.Temperature(1));
        Assert.Equal(1, snapshot.Temperature(3));
        var position = (snapshot.Position / Tick) - 1;
        for (var level = 0; level < 4; level++)
        {
            var per = core.Schedule.CodesPerTick[level];
            Assert.Equal(
                Enumerable.Range(0, per).Select(i => core.Fine.Codes(level)[(position * per) + i]),
                snapshot.Codes(level).ToArray()
            );
        }

        Assert.Equal(snapshot.Position / Tick, snapshot.Ticks);
        Assert.True(snapshot.Median > 0 && snapshot.Median <= snapshot.Percentile99 && snapshot.Percentile99 <= snapshot.Worst);
        Assert.Equal(Tick / 22050.0, snapshot.Budget, 1e-12);
        Assert.Equal(700, engine.Delays.Ring);
        Assert.Equal(3, engine.Delays.Detail);
    }

    [Fact]
    public void Every_tick_can_be_read_and_tells_what_was_written_where_it_will_be_heard()
    {
        const int Ticks = 50;
        using var engine = new LiveEngine(CreateCore(), new LiveEngineOptions { Governor = null, Depth = 700 });
        // A second piece begins in the midst of it.
        engine.Send(ControlChange.Reset(20 * Tick));
        engine.Start();
        ReadInto([], engine, Ticks * Tick);
        engine.Stop();
        var last = engine.TicksShown;
        Assert.True(last >= Ticks);
        var snapshot = new EngineSnapshot();
        Assert.False(engine.TryReadTick(0, snapshot));
        Assert.False(engine.TryReadTick(last + 1, snapshot));
        Dictionary<(int Piece, int Level), SortedDictionary<long, int>> written = [];
        HashSet<int> pieces = [];
        for (var number = 1L; number <= last; number++)
        {
            Assert.True(engine.TryReadTick(number, snapshot));
            Assert.Equal(number, snapshot.Ticks);
            Assert.Equal(number * Tick, snapshot.Position);
            Assert.True(snapshot.TickTime > 0);
            pieces.Add(snapshot.Piece);
            for (var level = 0; level < 4; level++)
            {
                var compression = Tick / snapshot.Codes(level).Length;
                if (!written.TryGetValue((snapshot.Piece, level), out var lane))
                {
                    written[(snapshot.Piece, level)] = lane = [];
                }

                // Without a gap: the next code lies where the last one ended.
                var from = snapshot.WrittenFrom(level);
                Assert.True(lane.Count == 0 || from == lane.Last().Key + compression, $"level {level}, tick {number}: {from}");
                foreach (var code in snapshot.Written(level))
                {
                    lane.Add(from, code);
                    from += compression;
                }

                // Whatever the tick sounds has been told by now, at its place.
                var begin = snapshot.Position - Tick;
                Assert.Equal(
                    snapshot.Codes(level).ToArray(),
                    Enumerable.Range(0, Tick / compression).Select(i => lane[begin + (i * compression)])
                );
            }
        }

        Assert.Equal(2, pieces.Count);
        // What is further back than about a second is not kept.
        ReadMore(engine);
        Assert.False(engine.TryReadTick(1, snapshot));
    }

    private static void ReadMore(LiveEngine engine)
    {
        engine.Start();
        ReadInto([], engine, 80 * Tick);
        engine.Stop();
    }

    private static void ReadInto(List<float> played, LiveEngine engine, int count)
    {
        var block = new float[count];
        Assert.Equal(count, engine.ReadExactly(block, Patience));
        played.AddRange(block);
    }

    private static void WaitFor(Func<bool> condition)
    {
        var clock = Stopwatch.StartNew();
        while (!condition())
        {
            Assert.True(clock.Elapsed < Patience, "the engine does not come on");
            Thread.Sleep(2);
        }
    }

    private static void Disturb()
    {
        if (Random.Shared.Next(12) == 0)
        {
            Thread.Sleep(Random.Shared.Next(3));
        }
    }

    private EngineCore CreateCore() => new(tiny.Runtime, tiny.Pack, new EngineOptions { Seed = 21 });
}
