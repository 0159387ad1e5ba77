using VQWave.Controls;
using VQWave.Vst3;

namespace VQWave.Plugin.Tests;

/// <summary>Live: nothing is waited for or allocated, whatever the host does.</summary>
public sealed class LiveTests(PluginFixture fixture)
{
    [Fact]
    public void Random_blocks_allocate_nothing_and_wait_for_nothing()
    {
        using var module = fixture.Load();
        using var plugin = PluginFixture.Open(module, mode: Vst3ProcessMode.Realtime);
        plugin.Activate();
        PluginFixture.AwaitSound(plugin);
        Blocks(plugin, new Random(1), 300);
        var bytes = fixture.Counter(1);
        var waits = fixture.Counter(5);
        var blocks = fixture.Counter(0);
        Blocks(plugin, new Random(2), 3000);
        Assert.Equal(3000, fixture.Counter(0) - blocks);
        Assert.Equal(0, fixture.Counter(1) - bytes);
        Assert.Equal(0, fixture.Counter(5) - waits);
    }

    [Fact]
    public void It_is_silent_and_says_loading_until_the_pack_is_there_and_then_it_sounds()
    {
        using var module = fixture.Load();
        using var plugin = PluginFixture.Open(module, block: 256, mode: Vst3ProcessMode.Realtime);
        var status = plugin.FindParameter("Status")!.Id;
        plugin.Activate();
        Assert.Equal(Vst3Result.Ok, plugin.Process(256));
        Assert.Equal(-1, plugin.Block!.Output32(0, 0)[..256].IndexOfAnyExcept(0f));
        plugin.Pump();
        Assert.Equal("loading", plugin.GetParameterText(status, plugin.GetParameter(status)));
        PluginFixture.AwaitSound(plugin);
        Assert.Equal("ready", plugin.GetParameterText(status, plugin.GetParameter(status)));
        var largest = Listen(plugin, 400);
        Assert.True(largest > 0.005f);
    }

    [Fact]
    public void Another_pack_takes_over_while_it_plays()
    {
        using var module = fixture.Load();
        using var plugin = PluginFixture.Open(module, block: 256, mode: Vst3ProcessMode.Realtime);
        plugin.Activate();
        PluginFixture.AwaitSound(plugin);
        var pack = plugin.FindParameter("Model pack")!;
        for (var i = 0; i < 6; i++)
        {
            plugin.SetParameter(pack.Id, ((i + 1) & 1) / (double)pack.StepCount);
            Assert.Equal(Vst3Result.Ok, plugin.Process(256));
            PluginFixture.AwaitSound(plugin);
            Assert.True(Listen(plugin, 100) > 0.001f);
            Assert.InRange(fixture.Counter(2), 1, 2);
        }
    }

    [Fact]
    public void Rates_blocks_and_modes_change_while_packs_load_and_play()
    {
        using var module = fixture.Load();
        using var plugin = module.CreatePlugin();
        var random = new Random(4);
        int[] rates = [8000, 44_100, 48_000, 96_000, 192_000];
        for (var round = 0; round < 25; round++)
        {
            var mode = round % 4 == 3 ? Vst3ProcessMode.Offline : Vst3ProcessMode.Realtime;
            plugin.Configure(rates[random.Next(rates.Length)], random.Next(1, 8193), mode, (Vst3SampleSize)(round & 1));
            plugin.Activate();
            for (var i = 0; i < 20; i++)
            {
                Assert.Equal(Vst3Result.Ok, plugin.Process(random.Next(0, plugin.Block!.Setup.MaxBlockFrames + 1)));
                plugin.Pump();
            }

            plugin.Deactivate();
        }
    }

    [Fact]
    public void The_main_thread_edits_saves_and_loads_while_the_audio_thread_plays()
    {
        using var module = fixture.Load();
        using var plugin = PluginFixture.Open(module, block: 512, mode: Vst3ProcessMode.Realtime);
        plugin.Activate();
        PluginFixture.AwaitSound(plugin);
        using var stop = new CancellationTokenSource();
        var failures = 0;
        var wild = 0;
        var thread = new Thread(() =>
        {
            var random = new Random(9);
            while (!stop.IsCancellationRequested)
            {
                plugin.AddMidi(0, 0x90, (byte)random.Next(128), 90);
                plugin.AddMidi(10, 0x80, (byte)random.Next(128), 90);
                failures += plugin.Process(random.Next(513)) == Vst3Result.Ok ? 0 : 1;
                // Full gain is four times full scale, and a resampler overshoots.
                wild += plugin.Block!.Output32(0, 0).IndexOfAnyExceptInRange(-8f, 8f) < 0 ? 0 : 1;
                Thread.Sleep(1);
            }
        });
        thread.Start();
        var values = new Random(10);
        var automated = plugin.Parameters.Where(p => !p.Flags.HasFlag(Vst3ParameterFlags.IsReadOnly)).ToList();
        var state = plugin.SaveState();
        for (var i = 0; i < 400; i++)
        {
            plugin.SetParameter(automated[values.Next(automated.Count)].Id, values.NextDouble());
            if (i % 10 == 0)
            {
                state = i % 20 == 0 ? plugin.SaveState() : state;
                Assert.True(plugin.LoadState(state));
            }

            plugin.Pump();
            Thread.Sleep(1);
        }

        stop.Cancel();
        Assert.True(thread.Join(TimeSpan.FromSeconds(30)));
        Assert.Equal(0, failures);
        Assert.Equal(0, wild);
    }

    [Fact]
    public void It_comes_back_from_a_pause_without_a_step()
    {
        using var module = fixture.Load();
        using var plugin = PluginFixture.Open(module, block: 256, mode: Vst3ProcessMode.Realtime);
        plugin.Activate();
        PluginFixture.AwaitSound(plugin);
        Listen(plugin, 100);
        for (var i = 0; i < 5; i++)
        {
            plugin.Deactivate();
            plugin.Activate();
            Assert.Equal(Vst3Result.Ok, plugin.Process(256));
            // The first samples come up from nothing.
            Assert.True(MathF.Abs(plugin.Block!.Output32(0, 0)[0]) < 0.01f);
            Listen(plugin, 50);
        }
    }

    private static float Listen(Vst3Plugin plugin, int blocks)
    {
        var largest = 0f;
        for (var i = 0; i < blocks; i++)
        {
            Assert.Equal(Vst3Result.Ok, plugin.Process(256));
            foreach (var sample in plugin.Block!.Output32(0, 0)[..256])
            {
                largest = Math.Max(largest, MathF.Abs(sample));
            }

            Thread.Sleep(3);
        }

        return largest;
    }

    private static void Blocks(Vst3Plugin plugin, Random random, int count)
    {
        var ids = ParameterTable.Default.Parameters.Select(p => (uint)p.Id).ToArray();
        for (var i = 0; i < count; i++)
        {
            var frames = random.Next(4) == 0 ? random.Next(8193) : random.Next(512);
            for (var e = random.Next(6); e > 0; e--)
            {
                switch (random.Next(4))
                {
                    case 0:
                        plugin.AddMidi(random.Next(frames + 1), 0x90, (byte)random.Next(128), (byte)random.Next(128));
                        break;
                    case 1:
                        plugin.AddMidi(random.Next(frames + 1), 0x80, (byte)random.Next(128), 0);
                        break;
                    case 2:
                        plugin.AddMidi(random.Next(frames + 1), 0xB0, (byte)random.Next(128), (byte)random.Next(128));
                        break;
                    default:
                        plugin.Block!.InputParameters.Add(ids[random.Next(ids.Length)], random.Next(frames + 1), random.NextDouble());
                        break;
                }
            }

            if (random.Next(20) == 0)
            {
                plugin.AddMidi(0, 0xC0, (byte)random.Next(13), 0);
            }

            if (random.Next(30) == 0)
            {
                plugin.Block!.Context.State ^= Vst3ContextFlags.Playing;
            }

            Assert.Equal(Vst3Result.Ok, plugin.Process(frames));
            if (frames > 0)
            {
                Assert.True(plugin.Block!.Output32(0, 0)[..frames].IndexOfAnyExceptInRange(-8f, 8f) < 0);
            }
        }
    }
}
