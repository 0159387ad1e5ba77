using System.Text;
using VQWave.Controls;
using VQWave.Vst3;

namespace VQWave.Plugin.Tests;

/// <summary>What the strictest level of the best-known independent validator does to a plug-in, through our own host.</summary>
public sealed class PluginvalTests(PluginFixture fixture)
{
    private static readonly int[] Blocks = [64, 128, 256, 512, 1024];
    private static readonly double[] Rates = [11_025, 44_100, 48_000, 96_000, 384_000];

    [Fact]
    public void It_opens_cold_and_warm()
    {
        for (var i = 0; i < 3; i++)
        {
            using var module = fixture.Load();
            using var first = module.CreatePlugin();
            using var second = module.CreatePlugin();
            Assert.Equal(first.Parameters, second.Parameters);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Audio_is_made_of_numbers_at_every_rate_and_block(bool isReleased)
    {
        using var module = fixture.Load();
        using var plugin = module.CreatePlugin();
        var random = new Random(isReleased ? 1 : 2);
        foreach (var rate in Rates)
        {
            foreach (var block in Blocks)
            {
                // Some hosts deactivate only for as long as they must.
                plugin.Deactivate();
                plugin.Configure(rate, block, Vst3ProcessMode.Offline);
                plugin.SetParameter((uint)ParameterId.Mode, isReleased ? 1 : 0);
                plugin.Activate();
                var (channel, note) = (random.Next(16), (byte)random.Next(128));
                plugin.AddMidi(Math.Min(10, block), (byte)(0x90 | channel), note, 64);
                for (var i = 0; i < 10; i++)
                {
                    if (i == 9)
                    {
                        plugin.AddMidi(0, (byte)(0x80 | channel), note, 64);
                    }

                    Assert.Equal(Vst3Result.Ok, plugin.Process(block));
                    AreNumbers(plugin, block);
                }
            }
        }
    }

    [Fact]
    public void Automation_in_pieces_of_32_frames_makes_numbers()
    {
        using var module = fixture.Load();
        using var plugin = module.CreatePlugin();
        var random = new Random(3);
        var parameters = Automated(plugin);
        foreach (var mode in new[] { Vst3ProcessMode.Realtime, Vst3ProcessMode.Offline })
        {
            foreach (var rate in Rates)
            {
                plugin.Deactivate();
                plugin.Configure(rate, 1024, mode);
                plugin.Activate();
                plugin.AddMidi(10, 0x90, (byte)random.Next(128), 64);
                for (var done = 0; done < 4096; done += 32)
                {
                    for (var i = 0; i < 10; i++)
                    {
                        plugin.SetParameter(parameters[random.Next(parameters.Count)], random.NextDouble());
                    }

                    Assert.Equal(Vst3Result.Ok, plugin.Process(32));
                    AreNumbers(plugin, 32);
                    plugin.Pump();
                }
            }
        }
    }

    [Fact]
    public void A_long_decay_has_no_subnormal_numbers()
    {
        using var module = fixture.Load();
        using var plugin = PluginFixture.Open(module, block: 512);
        plugin.SetParameter((uint)ParameterId.Mode, 1);
        plugin.SetParameter((uint)ParameterId.Release, 1);
        plugin.SetParameter((uint)ParameterId.Gain, 0.02);
        plugin.Activate();
        for (var note = 0; note < 6; note++)
        {
            plugin.AddMidi(3, 0x90, (byte)(40 + (8 * note)), 1);
            for (var i = 0; i < 300; i++)
            {
                if (i == 20)
                {
                    plugin.AddMidi(100, 0x80, (byte)(40 + (8 * note)), 0);
                }

                Assert.Equal(Vst3Result.Ok, plugin.Process(512));
                AreNumbers(plugin, 512);
            }
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_state_is_restored_to_the_last_byte(bool isActive)
    {
        using var module = fixture.Load();
        using var plugin = PluginFixture.Open(module);
        var random = new Random(7);
        for (var round = 0; round < 20; round++)
        {
            if (isActive && !plugin.IsActive)
            {
                plugin.Activate();
            }

            var original = plugin.SaveState();
            var before = Automated(plugin).Select(plugin.GetParameter).ToArray();
            foreach (var id in Automated(plugin))
            {
                plugin.SetParameter(id, random.NextDouble());
            }

            if (isActive)
            {
                Assert.Equal(Vst3Result.Ok, plugin.Process(256));
                plugin.Pump();
            }

            Assert.True(plugin.LoadState(original));
            Assert.Equal(original.Component, plugin.SaveState().Component);
            if (isActive)
            {
                // Nor does anything come back that was held back.
                Assert.Equal(Vst3Result.Ok, plugin.Process(8192));
                plugin.Pump();
                Assert.Equal(original.Component, plugin.SaveState().Component);
            }

            foreach (var (id, value) in Automated(plugin).Zip(before))
            {
                Assert.True(Math.Abs(value - plugin.GetParameter(id)) < 1e-6, $"parameter {id}: {value}, then {plugin.GetParameter(id)}");
            }
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void What_is_set_is_saved_also_before_a_block_brings_it(bool isActive)
    {
        using var module = fixture.Load();
        using var plugin = PluginFixture.Open(module);
        using var other = PluginFixture.Open(module);
        var random = new Random(8);
        for (var round = 0; round < 10; round++)
        {
            if (isActive && !plugin.IsActive)
            {
                plugin.Activate();
            }

            Dictionary<uint, double> set = [];
            foreach (var definition in ParameterTable.Default.Parameters.Where(p => p.Kind != ParameterKind.Trigger))
            {
                set[(uint)definition.Id] = definition.ToNormalised(definition.FromNormalised(random.NextDouble()));
                Assert.True(plugin.SetParameter((uint)definition.Id, set[(uint)definition.Id]));
            }

            var pack = plugin.FindParameter("Model pack")!;
            set[pack.Id] = (round & 1) / (double)pack.StepCount;
            plugin.SetParameter(pack.Id, set[pack.Id]);
            Check();
            if (isActive && round % 3 == 2)
            {
                // The block never comes.
                plugin.Deactivate();
                Check();
            }
            else if (isActive)
            {
                for (var i = 0; i < 4; i++)
                {
                    Assert.Equal(Vst3Result.Ok, plugin.Process(100));
                    Check();
                }
            }

            void Check()
            {
                Assert.True(other.LoadState(plugin.SaveState()));
                foreach (var (id, value) in set)
                {
                    Assert.Equal(value, other.GetParameter(id), 1e-6);
                }
            }
        }
    }

    [Fact]
    public void A_program_that_is_chosen_while_nothing_plays_is_saved()
    {
        using var module = fixture.Load();
        using var plugin = PluginFixture.Open(module);
        Assert.True(plugin.SelectProgram(1, 9));
        using var other = PluginFixture.Open(module);
        Assert.True(other.LoadState(plugin.SaveState()));
        foreach (var id in Automated(plugin))
        {
            Assert.Equal(plugin.GetParameter(id), other.GetParameter(id), 1e-6);
        }

        var preset = PresetBank.Factory[9];
        Assert.Equal(
            preset.Values[ParameterId.Temperature],
            other.ToPlain((uint)ParameterId.Temperature, other.GetParameter((uint)ParameterId.Temperature)),
            1e-4
        );
    }

    [Fact]
    public void A_program_is_not_undone_by_what_was_set_before_it()
    {
        using var module = fixture.Load();
        using var plugin = PluginFixture.Open(module);
        plugin.Activate();
        const uint Gain = (uint)ParameterId.Gain;
        plugin.SetParameter(Gain, 0.1);
        plugin.SetParameter((uint)ParameterId.Mode, 1);
        Assert.True(plugin.SelectProgram(1, 9));
        var shown = plugin.GetParameter(Gain);
        using var other = PluginFixture.Open(module);
        for (var frames = 0; frames < 48_000; frames += 8192)
        {
            // Before a block, while values are held back by the latency, and after that.
            Assert.True(other.LoadState(plugin.SaveState()));
            Assert.Equal(shown, other.GetParameter(Gain), 1e-6);
            Assert.Equal(0, other.GetParameter((uint)ParameterId.Mode));
            Assert.Equal(Vst3Result.Ok, plugin.Process(frames == 0 ? 64 : 8192));
            plugin.Pump();
        }

        Assert.Equal(shown, plugin.GetParameter(Gain), 1e-6);
    }

    [Fact]
    public void An_older_edit_does_not_come_back_after_automation()
    {
        using var module = fixture.Load();
        using var plugin = PluginFixture.Open(module);
        plugin.Activate();
        const uint Temperature = (uint)ParameterId.Temperature;
        plugin.SetParameter(Temperature, 0.9);
        Assert.Equal(Vst3Result.Ok, plugin.Process(64));
        plugin.Block!.InputParameters.Add(Temperature, 3, 0.2);
        Assert.Equal(Vst3Result.Ok, plugin.Process(64));
        using var other = PluginFixture.Open(module);
        Assert.True(other.LoadState(plugin.SaveState()));
        Assert.Equal(0.2, other.GetParameter(Temperature), 1e-6);
        plugin.Deactivate();
        Assert.True(other.LoadState(plugin.SaveState()));
        Assert.Equal(0.2, other.GetParameter(Temperature), 1e-6);
    }

    [Fact]
    public void Layouts_can_be_tried_and_put_back()
    {
        using var module = fixture.Load();
        using var plugin = module.CreatePlugin();
        foreach (var arrangement in new[] { Vst3SpeakerArrangement.Mono, 0x3FUL, Vst3SpeakerArrangement.Stereo })
        {
            var taken = plugin.TrySetArrangements([], [arrangement]);
            plugin.Configure(48_000, 256, Vst3ProcessMode.Offline);
            plugin.Activate();
            var channels = plugin.GetBuses(Vst3MediaType.Audio, Vst3BusDirection.Output)[0].ChannelCount;
            Assert.Equal(taken ? System.Numerics.BitOperations.PopCount(arrangement) : channels, channels);
            var loudest = 0f;
            for (var i = 0; i < 100; i++)
            {
                Assert.Equal(Vst3Result.Ok, plugin.Process(256));
                loudest = Math.Max(loudest, plugin.Block!.Output32(0, channels - 1)[..256].ToArray().Max(MathF.Abs));
            }

            Assert.True(loudest > 0.005f);
            plugin.Deactivate();
        }

        // A bus that is off is silent.
        plugin.Configure(48_000, 256, Vst3ProcessMode.Offline);
        Assert.True(plugin.ActivateBus(Vst3MediaType.Audio, Vst3BusDirection.Output, 0, false));
        plugin.Activate();
        Assert.Equal(Vst3Result.Ok, plugin.Process(256));
        Assert.Equal(-1, plugin.Block!.Output32(0, 0)[..256].IndexOfAnyExcept(0f));
    }

    [Fact]
    public void Any_value_has_a_text_and_any_text_of_its_own_a_value()
    {
        using var module = fixture.Load();
        using var plugin = module.CreatePlugin();
        var random = new Random(9);
        foreach (var parameter in plugin.Parameters)
        {
            for (var i = 0; i < 200; i++)
            {
                var value = random.NextDouble();
                var text = plugin.GetParameterText(parameter.Id, value);
                Assert.NotEqual("", text);
                Assert.True(plugin.TryParseParameter(parameter.Id, text, out var read), $"{parameter.Title}: '{text}'");
                Assert.InRange(read, 0, 1);
                Assert.Equal(text, plugin.GetParameterText(parameter.Id, read));
                Assert.Equal(
                    text,
                    plugin.GetParameterText(parameter.Id, plugin.ToNormalized(parameter.Id, plugin.ToPlain(parameter.Id, value)))
                );
            }
        }
    }

    [Fact]
    public void A_map_with_ranges_channels_and_endless_knobs_is_kept_and_obeyed()
    {
        using var module = fixture.Load();
        using var plugin = PluginFixture.Open(module);
        MidiMap map = new() { ReceiveChannel = 4 };
        map.Bind(
            new MidiBinding
            {
                Parameter = ParameterId.Temperature,
                Controller = 30,
                Low = 0.6,
                High = 0.2,
            }
        );
        map.Bind(
            new MidiBinding
            {
                Parameter = ParameterId.Gain,
                Controller = 31,
                Channel = 4,
                Low = 0.1,
                High = 0.5,
            }
        );
        map.Bind(
            new MidiBinding
            {
                Parameter = ParameterId.Attack,
                Controller = 40,
                Encoding = ControllerEncoding.RelativeTwosComplement,
            }
        );
        map.Bind(
            new MidiBinding
            {
                Parameter = ParameterId.Release,
                Controller = 9,
                Encoding = ControllerEncoding.Absolute14,
            }
        );
        plugin.Activate();
        plugin.Flush();
        var text = Encoding.UTF8.GetString(plugin.SaveState().Component.AsSpan(20));
        var state = new Vst3PluginState(
            StateTests.Envelope(Encoding.UTF8.GetBytes(text.Replace(new MidiMap().ToJson(), map.ToJson(), StringComparison.Ordinal))),
            []
        );
        Assert.True(plugin.LoadState(state));
        Assert.True(plugin.Pump().HasFlag(Vst3RestartFlags.MidiMappingChanged));
        Assert.Contains(map.ToJson(), Encoding.UTF8.GetString(plugin.SaveState().Component), StringComparison.Ordinal);

        Assert.False(plugin.AddMidi(0, 0xB0, 30, 127));
        Assert.True(plugin.AddMidi(0, 0xB4, 30, 0));
        Assert.True(plugin.AddMidi(1, 0xB4, 31, 127));
        Assert.Equal(Vst3Result.Ok, plugin.Process(64));
        Assert.Equal(0.6, Saved(ParameterId.Temperature), 1e-4);
        Assert.True(plugin.AddMidi(0, 0xB4, 30, 127));
        Settle();
        Assert.Equal(0.2, Saved(ParameterId.Temperature), 1e-4);
        Assert.Equal(0.5, Saved(ParameterId.Gain), 1e-4);
        var before = Saved(ParameterId.Attack);
        Assert.True(plugin.AddMidi(0, 0xB4, 40, 3));
        Settle();
        Assert.True(Saved(ParameterId.Attack) > before);
        plugin.AddMidi(0, 0xB4, 40, 124);
        plugin.AddMidi(5, 0xB4, 40, 127);
        Settle();
        Assert.True(Saved(ParameterId.Attack) < before);
        Assert.True(plugin.AddMidi(0, 0xB4, 9, 64));
        Assert.True(plugin.AddMidi(1, 0xB4, 41, 64));
        Settle();
        Assert.Equal(((64 << 7) | 64) / 16383.0, Saved(ParameterId.Release), 1e-3);
        // The pedal and the wheel of the channel that is listened to are heard as well.
        Assert.True(plugin.TryMapMidi(0, 4, Vst3MidiController.PitchBend, out _));
        Assert.False(plugin.TryMapMidi(0, 3, Vst3MidiController.PitchBend, out _));

        void Settle()
        {
            // What acts at once is held back by the latency.
            for (var frames = 0; frames <= plugin.LatencySamples; frames += 1024)
            {
                Assert.Equal(Vst3Result.Ok, plugin.Process(1024));
            }

            Assert.Equal(Vst3Result.Ok, plugin.Process(1024));
            plugin.Pump();
        }

        double Saved(ParameterId id)
        {
            using var other = module.CreatePlugin();
            Assert.True(other.LoadState(plugin.SaveState()));
            return other.GetParameter((uint)id);
        }
    }

    private static List<uint> Automated(Vst3Plugin plugin) =>
        [
            .. plugin
                .Parameters.Where(p => p.Flags.HasFlag(Vst3ParameterFlags.CanAutomate) && !p.Flags.HasFlag(Vst3ParameterFlags.IsBypass))
                .Select(p => p.Id),
        ];

    private static void AreNumbers(Vst3Plugin plugin, int frames)
    {
        for (var channel = 0; channel < plugin.Block!.OutputChannels(0); channel++)
        {
            foreach (var sample in plugin.Block.Output32(0, channel)[..frames])
            {
                Assert.True(float.IsFinite(sample) && !float.IsSubnormal(sample), $"{sample}");
            }
        }
    }
}
