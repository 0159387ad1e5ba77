using VQWave.Player.Hosting;
using VQWave.Player.Hosting.Interop;
using VQWave.Player.Tests.Live;
using VQWave.Vst3;

namespace VQWave.Player.Tests.Hosting;

public sealed class InsertChainTests
{
    private const int Rate = 48000;
    private const int Frames = 256;
    private readonly List<string> told = [];

    [Fact]
    public void Effects_work_in_order_on_both_channels()
    {
        using var chain = new InsertChain([
            new FakeEffect("add", (l, r) => Each(l, r, x => x + 1, x => x + 2)),
            new FakeEffect("double", (l, r) => Each(l, r, x => 2 * x, x => 2 * x)),
        ]);
        chain.Prepare(Rate, Frames);
        // Longer than announced: taken in pieces.
        var sound = new float[2 * 1000];
        chain.Process(sound, 2);
        for (var i = 0; i < 1000; i++)
        {
            Assert.Equal((2f, 4f), (sound[2 * i], sound[(2 * i) + 1]));
        }

        var mono = new float[100];
        chain.Process(mono, 1);
        Assert.All(mono, x => Assert.Equal(3f, x));
        var many = new float[5 * 10];
        chain.Process(many, 5);
        Assert.Equal([2f, 4f, 2f, 4f, 2f], many[..5]);
    }

    [Theory]
    [InlineData(InsertVerdict.NotFinite, "not a finite number")]
    [InlineData(InsertVerdict.Failed, "an error in place of sound (internal error)")]
    [InlineData(InsertVerdict.TooLoud, "louder than +24 dB")]
    internal void One_that_misbehaves_is_faded_to_the_sound_before_it(InsertVerdict kind, string text)
    {
        var blocks = 0;
        var bad = new FakeEffect(
            "bad",
            (l, r) =>
            {
                Each(l, r, x => -x, x => -x);
                if (++blocks < 10)
                {
                    return Vst3Result.Ok;
                }

                if (kind == InsertVerdict.NotFinite)
                {
                    r[100..].Fill(float.PositiveInfinity);
                }

                if (kind == InsertVerdict.TooLoud)
                {
                    l[77] = 2000;
                    l[78] = -2000;
                }

                return kind == InsertVerdict.Failed ? Vst3Result.InternalError : Vst3Result.Ok;
            }
        );
        var good = new FakeEffect("good", (l, r) => Each(l, r, x => x * 0.5f, x => x * 0.5f));
        using var chain = new InsertChain([bad, good]);
        chain.Prepare(Rate, Frames);
        var sound = Play(chain, 20);
        Assert.All(sound, x => Assert.True(float.IsFinite(x)));
        Assert.Equal(kind, chain.Slots[0].Verdict);
        Assert.Equal(InsertVerdict.None, chain.Slots[1].Verdict);
        Assert.Equal(10, bad.Calls);
        Assert.Equal(20, good.Calls);
        // Before: turned over and halved. After: only halved.
        for (var i = 0; i < sound.Length; i++)
        {
            if (i < 9 * Frames)
            {
                Assert.Equal(-0.5f * Sine(i), sound[i]);
            }
            else if (i > (10 * Frames) + (Rate / 100))
            {
                Assert.Equal(0.5f * Sine(i), sound[i], 1e-6f);
            }
        }

        // The fade takes 10 ms, and its steps are not larger than the sine's own plus what the fade moves by.
        if (kind != InsertVerdict.TooLoud)
        {
            var largest = Enumerable.Range(1, sound.Length - 1).Max(i => Math.Abs(sound[i] - sound[i - 1]));
            Assert.InRange(largest, 0, (0.5f * 2 * MathF.PI * 440 / Rate * 0.5f * 2) + (1f / (Rate / 100)));
        }

        chain.Service(told.Add);
        chain.Service(told.Add);
        Assert.Contains(text, Assert.Single(told), StringComparison.Ordinal);
        Assert.StartsWith("bad is bypassed", told[0], StringComparison.Ordinal);
    }

    [Fact]
    public void A_loud_sound_is_borne_for_a_quarter_of_a_second()
    {
        using var chain = new InsertChain([new FakeEffect("loud", (l, r) => Each(l, r, _ => 20, _ => 20))]);
        chain.Prepare(Rate, Frames);
        var blocks = 0;
        while (chain.Slots[0].Verdict == InsertVerdict.None && blocks < 1000)
        {
            Play(chain, 1);
            blocks++;
        }

        Assert.Equal((int)Math.Ceiling(0.25 * Rate / Frames), blocks);
        Assert.Equal(InsertVerdict.TooLoud, chain.Slots[0].Verdict);
        // A peak that is loud now and then is music.
        var count = 0;
        using var music = new InsertChain([new FakeEffect("drum", (l, r) => Each(l, r, _ => ++count % 1000 == 0 ? 20 : 1, _ => 1))]);
        music.Prepare(Rate, Frames);
        Play(music, 400);
        Assert.Equal(InsertVerdict.None, music.Slots[0].Verdict);
    }

    [Theory]
    [InlineData(true, 8)]
    [InlineData(false, 80)]
    public void One_that_takes_too_long_several_times_is_bypassed_later_where_it_only_waits(bool works, int borne)
    {
        var time = new ManualTime();
        var worked = 0.0;
        var duration = 0.9 * Frames / Rate;
        using var chain = new InsertChain(
            [
                new FakeEffect(
                    "slow",
                    (_, _) =>
                    {
                        time.Advance(duration);
                        worked += works ? duration : 0;
                        return Vst3Result.Ok;
                    }
                ),
            ],
            time,
            () => worked
        );
        chain.Prepare(Rate, Frames);
        Play(chain, 1000);
        duration = 1.1 * Frames / Rate;
        Play(chain, borne - 1);
        Assert.Equal(InsertVerdict.None, chain.Slots[0].Verdict);
        // A while without trouble makes up for some of it.
        duration = 0;
        Play(chain, 500);
        duration = 1.1 * Frames / Rate;
        Play(chain, borne * 5 / 8);
        Assert.Equal(InsertVerdict.None, chain.Slots[0].Verdict);
        Play(chain, borne / 8);
        Assert.Equal(InsertVerdict.TooSlow, chain.Slots[0].Verdict);
        chain.Service(told.Add);
        Assert.Contains("longer than its sound lasts", told[0], StringComparison.Ordinal);
    }

    [Fact]
    public void A_thread_that_sleeps_has_not_worked()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "the thread's clock is Linux's");
        var before = ThreadTime.Now;
        Thread.Sleep(200);
        Assert.InRange(ThreadTime.Now - before, 0, 0.1);
        var sum = 0.0;
        var work = ThreadTime.Now;
        for (var i = 0; i < 3_000_000; i++)
        {
            sum += Math.Sqrt(i);
        }

        Assert.True(ThreadTime.Now - work > 0.0005, $"{sum}");
    }

    [Fact]
    public void One_that_refuses_the_rate_is_back_with_another()
    {
        var effect = new FakeEffect("picky", (l, r) => Each(l, r, _ => 1, _ => 1)) { RefusedRate = 96000, LatencySamples = 480 };
        using var chain = new InsertChain([effect]);
        chain.Prepare(96000, Frames);
        Assert.All(Play(chain, 2).Select((x, i) => x - Sine(i)), difference => Assert.Equal(0, difference));
        Assert.Equal(0, chain.Latency);
        chain.Service(told.Add);
        Assert.Equal("picky is bypassed: 'picky' refuses 96000 Hz.", told[0]);
        chain.Prepare(48000, 0);
        Assert.All(Play(chain, 2), x => Assert.Equal(1, x));
        Assert.Equal(0.01, chain.Latency, 1e-12);
        chain.Service(told.Add);
        Assert.Equal("picky is back.", told[1]);
        Assert.True(effect.MaxFrames > 0);
    }

    [Theory]
    [InlineData("Trouble=none", InsertVerdict.None)]
    [InlineData("Trouble=NaN", InsertVerdict.NotFinite)]
    [InlineData("Trouble=error", InsertVerdict.Failed)]
    [InlineData("Trouble=loud", InsertVerdict.TooLoud)]
    internal void A_plugin_behind_native_pointers_is_watched_alike(string parameter, InsertVerdict expected)
    {
        using var module = TroublePlugin.Load();
        var plugin = module.CreatePlugin();
        using var chain = new InsertChain([new HostedEffect(plugin)]);
        chain.Prepare(Rate, Frames);
        Assert.Equal(48.0 / Rate, chain.Latency, 1e-12);
        var gain = ParameterPoint.Parse(plugin, "Gain=0.5", "--param", timed: true);
        Assert.True(plugin.SetParameter(gain.Id, gain.Normalized));
        var before = Play(chain, 50);
        Assert.Equal(0.5f * Sine(before.Length - 1), before[^1], 1e-6f);
        var point = ParameterPoint.Parse(plugin, parameter, "--param", timed: true);
        Assert.True(plugin.SetParameter(point.Id, point.Normalized));
        var after = Play(chain, 100);
        Assert.All(after, x => Assert.True(float.IsFinite(x)));
        Assert.Equal(expected, chain.Slots[0].Verdict);
        Assert.Equal((expected == InsertVerdict.None ? 0.5f : 1) * Sine(after.Length - 1), after[^1], 1e-6f);
    }

    [Fact]
    public void Nothing_is_allocated_while_it_plays()
    {
        using var module = TroublePlugin.Load();
        using var chain = new InsertChain([new HostedEffect(module.CreatePlugin()), new HostedEffect(module.CreatePlugin())]);
        chain.Prepare(Rate, Frames);
        var sound = new float[2 * 1000];
        Assert.Equal(
            0,
            AllocationMeter.Measure(i =>
            {
                sound.AsSpan().Fill(0.1f);
                chain.Process(sound, 2);
                _ = chain.Latency;
            })
        );
        Assert.All(chain.Slots, slot => Assert.Equal(InsertVerdict.None, slot.Verdict));
    }

    [Fact]
    public void What_is_no_effect_is_refused()
    {
        using var module = TroublePlugin.Load();
        using var plugin = module.CreatePlugin();
        foreach (
            var (text, part) in new[]
            {
                ("Gain", "NAME=VALUE"),
                ("Volume=1", "there are Gain, Trouble"),
                ("Gain=3", "Gain is 0"),
                ("Gain=loud", "Gain is 0"),
                ("Gain=", "Gain is 0"),
                ("Gain=n:1.1", "from 0 to 1"),
                ("Trouble=much", "none, NaN, error, loud, louder"),
                ("Gain=1@soon", "'soon'"),
            }
        )
        {
            var refusal = Assert.Throws<UsageException>(() => ParameterPoint.Parse(plugin, text, "--param", timed: true));
            Assert.Contains(part, refusal.Message, StringComparison.Ordinal);
            Assert.StartsWith($"--param '{text}'", refusal.Message, StringComparison.Ordinal);
            Assert.EndsWith(".", refusal.Message, StringComparison.Ordinal);
        }

        Assert.Equal(new ParameterPoint(TroublePlugin.Gain, 0.25, 1.5), ParameterPoint.Parse(plugin, "gain=n:0.25@1.5", "--param", true));
        Assert.Equal(new ParameterPoint(TroublePlugin.Trouble, 0.75, 0), ParameterPoint.Parse(plugin, "TROUBLE=loud", "--param", true));
    }

    private static int Each(Span<float> left, Span<float> right, Func<float, float> onLeft, Func<float, float> onRight)
    {
        for (var i = 0; i < left.Length; i++)
        {
            left[i] = onLeft(left[i]);
            right[i] = onRight(right[i]);
        }

        return Vst3Result.Ok;
    }

    private static float Sine(int frame) => 0.5f * MathF.Sin(2 * MathF.PI * 440 * (frame % Rate) / Rate);

    // A sine on both channels through the chain; what comes out on the right.
    private static float[] Play(InsertChain chain, int blocks)
    {
        var right = new float[blocks * Frames];
        var sound = new float[2 * Frames];
        for (var block = 0; block < blocks; block++)
        {
            for (var i = 0; i < Frames; i++)
            {
                sound[2 * i] = sound[(2 * i) + 1] = Sine((block * Frames) + i);
            }

            chain.Process(sound, 2);
            for (var i = 0; i < Frames; i++)
            {
                right[(block * Frames) + i] = sound[(2 * i) + 1];
            }
        }

        return right;
    }
}
