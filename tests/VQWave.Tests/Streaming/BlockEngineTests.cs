using VQWave.Generation;
using VQWave.Inference;
using VQWave.Streaming;
using VQWave.TestSupport;

namespace VQWave.Tests.Streaming;

/// <summary>The engine in blocks, as on a GPU, against the engine step by step.</summary>
public sealed class BlockEngineTests(TinyPackFixture tiny) : IDisposable
{
    private const int Tick = 512;
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("same", 1, false)]
    [InlineData("causal", 2, true)]
    [InlineData("3", 3, false)]
    [InlineData("3", 4, true)]
    public void The_samples_are_those_of_single_steps_whatever_is_played(string padding, int seed, bool isStaged)
    {
        var pack = Packs.Create(folder, padding);
        var options = new EngineOptions
        {
            Seed = (ulong)seed,
            Sampling = new SamplingSettings { Temperature = 1.2f, TopK = 30 },
            FreezeLength = 2,
        };
        using var steps = new EngineCore(tiny.Runtime, pack, options);
        using var blocks = new EngineCore(Runtime(isStaged), pack, options);
        var expected = Play(steps, seed);
        var actual = Play(blocks, seed);
        Assert.Equal(expected.Applied, actual.Applied);
        Assert.Equal(expected.Codes, actual.Codes);
        Packs.AssertClose(expected.Samples, actual.Samples);
        Assert.True(expected.Samples.Max() - expected.Samples.Min() > 0.01f, "the signal is flat, so the comparison would prove nothing");
    }

    /// <summary>Where the finest level is heard and its history complete, contexts and codes stay in the provider's memory.</summary>
    [Theory]
    [InlineData("same")]
    [InlineData("causal")]
    [InlineData("3")]
    public void In_steady_play_every_tick_is_queued_as_a_whole(string padding)
    {
        const int Steady = 20;
        using var core = new EngineCore(Runtime(true), Packs.Create(folder, padding));
        var samples = new float[Tick];
        for (var tick = 0; tick < 60; tick++)
        {
            core.ProduceTick(samples);
        }

        var before = Queued();
        for (var tick = 0; tick < Steady; tick++)
        {
            core.ProduceTick(samples);
        }

        Assert.All(Queued().Zip(before, (a, b) => a - b), count => Assert.Equal(Steady, count));

        long[] Queued() =>
            [
                .. Enumerable.Range(0, 3).Select(level => core.Coarse.Generator(level).Blocks!.QueuedBlocks),
                core.Fine.Generator.Blocks!.QueuedBlocks,
                core.Fine.DecodedOnDevice,
            ];
    }

    [Fact]
    public void Live_play_runs_blocks_on_one_thread_and_plays_the_samples_of_the_core()
    {
        using var core = new EngineCore(Runtime(true), tiny.Pack, new EngineOptions { Seed = 5 });
        var expected = new float[20 * Tick];
        for (var tick = 0; tick < 20; tick++)
        {
            core.ProduceTick(expected.AsSpan(tick * Tick, Tick));
        }

        var options = new LiveEngineOptions { Threads = 2, Governor = null };
        using var steps = new LiveEngine(new EngineCore(tiny.Runtime, tiny.Pack), options);
        Assert.Equal(2, steps.Threads);
        using var engine = new LiveEngine(new EngineCore(Runtime(true), tiny.Pack, new EngineOptions { Seed = 5 }), options);
        Assert.Equal(1, engine.Threads);
        engine.Start();
        var actual = new float[expected.Length];
        Assert.Equal(actual.Length, engine.ReadExactly(actual, TimeSpan.FromSeconds(60)));
        Assert.Equal(expected, actual);
    }

    [Fact]
    public void A_level_that_is_frozen_from_the_start_repeats_its_codes_within_a_block()
    {
        var options = new EngineOptions { Seed = 3, FreezeLength = 2 };
        using var steps = new EngineCore(tiny.Runtime, tiny.Pack, options);
        using var blocks = new EngineCore(Runtime(false), tiny.Pack, options);
        var samples = new float[Tick];
        foreach (var core in new[] { steps, blocks })
        {
            core.Send(ControlChange.Freeze(true, 3 * Tick));
            core.ProduceTick(samples);
            core.ProduceTick(samples);
        }

        var codes = Codes(blocks)[0];
        Assert.Equal(Codes(steps)[0], codes);
        Assert.True(codes.Length > 6);
        Assert.All(Enumerable.Range(3, codes.Length - 3), i => Assert.Equal(codes[i - 2], codes[i]));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Ticks_allocate_nothing(bool isStaged)
    {
        using var core = new EngineCore(Runtime(isStaged), tiny.Pack);
        var samples = new float[Tick];
        for (var tick = 0; tick < 20; tick++)
        {
            core.ProduceTick(samples);
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var tick = 0; tick < 100; tick++)
        {
            core.Send(ControlChange.Temperature(tick % 20 / 10f));
            core.ProduceTick(samples);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static InferenceRuntime Runtime(bool isStaged) =>
        InferenceRuntime.Create(
            new InferenceOptions
            {
                Device = InferenceDevice.Cpu,
                ForcesBlocks = true,
                StagesTensors = isStaged,
            }
        );

    private static (float[] Samples, List<int[]> Codes, List<AppliedChange> Applied) Play(EngineCore core, int seed)
    {
        const int Ticks = 70;
        var random = new Random(seed);
        var samples = new float[Ticks * Tick];
        var applied = new List<AppliedChange>();
        var codes = new List<int[]>();
        for (var tick = 0; tick < Ticks; tick++)
        {
            for (var i = random.Next(4); i > 0; i--)
            {
                var time = core.Horizon + random.Next(4 * Tick);
                Assert.True(core.Send(Change(random, time)));
            }

            core.ProduceTick(samples.AsSpan(tick * Tick, Tick));
            codes.AddRange(Codes(core));
            while (core.TryReadApplied(out var change))
            {
                applied.Add(change);
            }
        }

        return (samples, codes, applied);
    }

    private static ControlChange Change(Random random, long time) =>
        random.Next(12) switch
        {
            0 or 1 => ControlChange.Temperature((float)(random.NextDouble() * 2), time),
            2 => ControlChange.OwnTemperature(random.Next(4), random.Next(2) == 0 ? 0 : 1.5f, time),
            3 => ControlChange.TemperatureOffset(random.Next(4), (float)random.NextDouble() - 0.5f, time),
            4 => ControlChange.TopK(random.Next(50), time),
            5 => ControlChange.OwnTopK(random.Next(4), random.Next(50), time),
            6 => ControlChange.Seed((ulong)random.Next(100), time),
            7 => ControlChange.Freeze(random.Next(3) == 0, time),
            8 => ControlChange.FreezeLength(1 + random.Next(5), time),
            9 => ControlChange.CoarseCode(random.Next(48), time),
            10 => ControlChange.Detail(random.Next(4), time),
            _ => ControlChange.Reset((ulong)random.Next(100), time),
        };

    private static int[][] Codes(EngineCore core) =>
        [
            .. Enumerable
                .Range(0, 4)
                .Select(level =>
                {
                    var codes = core.Fine.Codes(level);
                    return Enumerable.Range(0, (int)(codes.End - codes.Begin)).Select(i => codes[codes.Begin + i]).ToArray();
                }),
        ];
}
