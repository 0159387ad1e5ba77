using VQWave.Vst3.Interop;

namespace VQWave.Vst3.Tests;

/// <summary>A managed plug-in, exported through its vtables and driven by the host side over raw pointers.</summary>
[Collection("native objects")]
public sealed class LoopbackTests
{
    [Fact]
    public void Factory_and_classes_read_as_written()
    {
        using var loop = new InProcess();
        Assert.Equal("Sample Vendor", loop.Module.Factory.Vendor);
        Assert.Equal("sample@example.org", loop.Module.Factory.Email);
        Assert.Equal(3, loop.Module.Classes.Count);
        Vst3ClassInfo synth = loop.Module.Classes[0];
        Assert.Equal(SampleFactory.SynthId, synth.Id);
        Assert.True(
            synth
                is {
                    IsAudioModule: true,
                    IsInstrument: true,
                    Version: "1.2.3",
                    Flags: Vst3ComponentFlags.Distributable,
                    Cardinality: int.MaxValue
                }
        );
        Assert.Equal("Sample Gain äöü", loop.Module.Classes[2].Name);
        Assert.Equal("Test host", loop.Synth!.Host.Name);
        Assert.True(loop.Synth.Host.Supports(Iid.IMidiMapping));
        Assert.False(loop.Synth.Host.Supports(new Vst3Uid(1, 2, 3, 4)));
        Assert.False(loop.Plugin.IsSingleComponent);
        Assert.Equal(Vst3ContextRequirements.Tempo | Vst3ContextRequirements.TransportState, loop.Plugin.ContextRequirements);
        Assert.Equal(uint.MaxValue, loop.Plugin.TailSamples);
    }

    [Fact]
    public void Buses_read_as_declared_and_arrangements_are_negotiated()
    {
        using var loop = new InProcess();
        Vst3BusInfo output = Assert.Single(loop.Plugin.GetBuses(Vst3MediaType.Audio, Vst3BusDirection.Output));
        Assert.Equal(
            ("Out", 2, Vst3BusType.Main, Vst3SpeakerArrangement.Stereo),
            (output.Name, output.ChannelCount, output.Type, output.Arrangement)
        );
        Vst3BusInfo input = Assert.Single(loop.Plugin.GetBuses(Vst3MediaType.Audio, Vst3BusDirection.Input));
        Assert.Equal((Vst3BusType.Aux, Vst3BusFlags.None), (input.Type, input.Flags));
        Assert.Equal(16, Assert.Single(loop.Plugin.GetBuses(Vst3MediaType.Event, Vst3BusDirection.Input)).ChannelCount);
        Assert.False(loop.Plugin.TrySetArrangements([Vst3SpeakerArrangement.Stereo], [Vst3SpeakerArrangement.ForChannels(6)]));
        Assert.Equal(2, loop.Plugin.GetBuses(Vst3MediaType.Audio, Vst3BusDirection.Output)[0].ChannelCount);
        Assert.True(loop.Plugin.TrySetArrangements([Vst3SpeakerArrangement.Stereo], [Vst3SpeakerArrangement.Mono]));
        Assert.Equal(1, loop.Plugin.GetBuses(Vst3MediaType.Audio, Vst3BusDirection.Output)[0].ChannelCount);
        Assert.True(loop.Plugin.ActivateBus(Vst3MediaType.Audio, Vst3BusDirection.Input, 0, true));
        Assert.True(loop.Synth!.GetBuses(Vst3MediaType.Audio, Vst3BusDirection.Input)[0].IsActive);
        Assert.False(loop.Plugin.ActivateBus(Vst3MediaType.Audio, Vst3BusDirection.Input, 1, true));
    }

    [Theory]
    [InlineData(Vst3SampleSize.Float32, 44100)]
    [InlineData(Vst3SampleSize.Float64, 96000)]
    [InlineData(Vst3SampleSize.Float64, 8000)]
    public void A_note_sounds_from_its_sample_to_its_end_with_every_automation_point(Vst3SampleSize size, double rate)
    {
        using var loop = new InProcess();
        Vst3Plugin plugin = loop.Plugin;
        plugin.Configure(rate, 256, Vst3ProcessMode.Offline, size);
        plugin.Activate();
        Vst3ProcessBlock block = plugin.Block!;
        block.AddNoteOff(200, 0, 57);
        block.AddNoteOn(10, 0, 57, 0.5f);
        block.InputParameters.Add(SampleSynth.GainParameter, 120, 0.9);
        block.InputParameters.Add(SampleSynth.GainParameter, 50, 0.25);
        block.InputParameters.Add(SampleSynth.GainParameter, 60, 0.75);
        Assert.Equal(Vst3Result.Ok, plugin.Process(256));
        for (int i = 0; i < 256; i++)
        {
            double gain =
                i < 50 ? 0.5
                : i < 60 ? 0.25
                : i < 120 ? 0.75
                : 0.9;
            double expected = i is < 10 or >= 200 ? 0 : gain * 0.5 * Math.Sin(2 * Math.PI * 220 * (i - 10) / rate);
            double actual = size == Vst3SampleSize.Float64 ? block.Output64(0, 1)[i] : block.Output32(0, 1)[i];
            Assert.Equal(expected, actual, size == Vst3SampleSize.Float64 ? 1e-12 : 1e-6);
        }

        Assert.Equal(2, block.OutputEvents.Count);
        Assert.True(block.OutputEvents.TryGet(1, out Vst3Event echo));
        Assert.Equal((Vst3EventType.NoteOff, 200, (short)57), (echo.Type, echo.SampleOffset, echo.NoteOff.Pitch));
        Assert.Equal(0UL, block.OutputSilence(0));
        Assert.Equal(1, block.OutputParameters.Count);
        plugin.Pump();
        Assert.True(plugin.GetParameter(SampleSynth.PeakParameter) > 0.3);
        Assert.Equal(Vst3Result.Ok, plugin.Process(256));
        Assert.Equal(3UL, block.OutputSilence(0));
        Assert.Equal(0, block.OutputEvents.Count);
    }

    [Fact]
    public void Inputs_pass_through_at_every_block_size_up_to_8192()
    {
        using var loop = new InProcess();
        Vst3Plugin plugin = loop.Plugin;
        plugin.Configure(48000, 8192);
        plugin.Activate();
        var random = new Random(5);
        foreach (int frames in new[] { 1, 0, 7, 8192, 64, 333, 8191 })
        {
            Span<float> input = plugin.Block!.Input32(0, 0);
            for (int i = 0; i < frames; i++)
            {
                input[i] = (float)((random.NextDouble() * 2) - 1);
            }

            Assert.Equal(Vst3Result.Ok, plugin.Process(frames));
            for (int i = 0; i < frames; i++)
            {
                Assert.Equal(0.5f * plugin.Block.Input32(0, 0)[i], plugin.Block.Output32(0, 0)[i]);
            }
        }

        Assert.Throws<ArgumentOutOfRangeException>(() => plugin.Process(8193));
    }

    [Fact]
    public void Parameters_read_both_ways_and_reach_the_processor()
    {
        using var loop = new InProcess();
        Vst3Plugin plugin = loop.Plugin;
        Assert.Equal(5, plugin.Parameters.Count);
        Vst3ParameterInfo gain = plugin.FindParameter("gain")!;
        Assert.Equal(
            (SampleSynth.GainParameter, "Gn", "x", 0, 0.5, 5, Vst3ParameterFlags.CanAutomate),
            (gain.Id, gain.ShortTitle, gain.Units, gain.StepCount, gain.DefaultNormalized, gain.UnitId, gain.Flags)
        );
        Assert.Equal("1.50", plugin.GetParameterText(gain.Id, 0.75));
        Assert.True(plugin.TryParseParameter(gain.Id, "0.5 x", out double parsed));
        Assert.Equal(0.25, parsed, 1e-12);
        Assert.False(plugin.TryParseParameter(gain.Id, "loud", out _));
        Assert.Equal(1.5, plugin.ToPlain(gain.Id, 0.75), 1e-12);
        Assert.Equal(0.75, plugin.ToNormalized(gain.Id, 1.5), 1e-12);
        Assert.Equal("Loud", plugin.GetParameterText(SampleSynth.ProgramParameter, 0.5));
        Assert.True(plugin.TryParseParameter(SampleSynth.ProgramParameter, "off", out double off));
        Assert.Equal(1, off);
        plugin.Configure(48000, 64);
        plugin.Activate();
        Assert.True(plugin.SetParameter(gain.Id, 0.125));
        Assert.False(plugin.SetParameter(999, 0.5));
        Assert.Equal(0.125, plugin.GetParameter(gain.Id));
        plugin.Block!.Input32(0, 0)[0] = 1;
        Assert.Equal(Vst3Result.Ok, plugin.Process(64));
        Assert.Equal(0.125f, plugin.Block.Output32(0, 0)[0]);
        Assert.True(plugin.SetBypass(true));
        Assert.Equal(Vst3Result.Ok, plugin.Flush());
        Assert.Equal(Vst3Result.Ok, plugin.Process(64));
        Assert.Equal(0f, plugin.Block.Output32(0, 0)[0]);
    }

    [Fact]
    public void State_and_presets_come_back_and_controller_agrees()
    {
        byte[] preset;
        using (var first = new InProcess())
        {
            first.Plugin.Configure(48000, 16);
            first.Plugin.Activate();
            first.Plugin.SetParameter(SampleSynth.GainParameter, 0.3);
            first.Plugin.Process(16);
            preset = first.Plugin.SaveState().ToPreset(first.Plugin.Info.Id);
        }

        using var second = new InProcess();
        Vst3PluginState state = Vst3PluginState.FromPreset(preset, out Vst3Uid id);
        Assert.Equal(SampleFactory.SynthId, id);
        Assert.Equal(12, state.Component.Length);
        Assert.True(second.Plugin.LoadState(state));
        Assert.Equal(0.3, second.Plugin.GetParameter(SampleSynth.GainParameter), 1e-12);
        second.Plugin.Configure(48000, 16);
        second.Plugin.Activate();
        second.Plugin.Block!.Input32(0, 0)[3] = 1;
        second.Plugin.Process(16);
        Assert.Equal(0.3f, second.Plugin.Block.Output32(0, 0)[3]);
        Assert.False(second.Plugin.LoadState(new Vst3PluginState([1, 2, 3], [])));
        Assert.False(second.Plugin.LoadState(new Vst3PluginState([], [])));
        for (int length = 0; length < preset.Length; length++)
        {
            byte[] cut = preset[..length];
            Assert.Throws<Vst3Exception>(() => Vst3PluginState.FromPreset(cut, out _));
        }
    }

    [Fact]
    public void Units_programs_and_their_data()
    {
        using var loop = new InProcess();
        Vst3Plugin plugin = loop.Plugin;
        Assert.Equal([new Vst3Unit(0, "Root", -1, 77), new Vst3Unit(5, "Output", 0, -1)], plugin.GetUnits());
        Vst3ProgramList list = Assert.Single(plugin.GetProgramLists());
        Assert.Equal((77, "Factory"), (list.Id, list.Name));
        Assert.Equal(SampleSynth.Programs, list.Programs);
        Assert.Equal(BitConverter.GetBytes(0.25), plugin.SaveProgram(77, 0));
        Assert.True(plugin.LoadProgram(77, 0, BitConverter.GetBytes(0.125)));
        Assert.Equal(BitConverter.GetBytes(0.125), plugin.SaveProgram(77, 0));
        Assert.Null(plugin.SaveProgram(77, 9));
        plugin.Configure(48000, 16);
        plugin.Activate();
        plugin.Block!.Input32(0, 0)[0] = 1;
        Assert.True(plugin.SelectProgram(77, 1));
        Assert.False(plugin.SelectProgram(77, 3));
        plugin.Process(16);
        Assert.Equal(1f, plugin.Block.Output32(0, 0)[0]);
        Assert.True(plugin.AddMidi(0, 0xC0, 2, 0));
        plugin.Process(16);
        Assert.Equal(0f, plugin.Block.Output32(0, 0)[0]);
        plugin.Pump();
        Assert.Equal(1, plugin.GetParameter(SampleSynth.ProgramParameter));
    }

    [Fact]
    public void Midi_goes_through_events_and_mapping()
    {
        using var loop = new InProcess();
        Vst3Plugin plugin = loop.Plugin;
        Assert.True(plugin.TryMapMidi(0, 3, 7, out uint id));
        Assert.Equal(SampleSynth.GainParameter, id);
        Assert.False(plugin.TryMapMidi(0, 3, 8, out _));
        Assert.False(plugin.TryMapMidi(0, 3, 130, out _));
        Assert.True(plugin.LearnMidi(0, 0, 21));
        Assert.Equal(21, loop.Controller!.LearntController);
        plugin.Configure(48000, 512);
        plugin.Activate();
        Assert.True(plugin.AddMidi(100, 0x92, 69, 127));
        Assert.True(plugin.AddMidi(0, 0xB5, 7, 127));
        Assert.False(plugin.AddMidi(0, 0xB5, 8, 127));
        Assert.False(plugin.AddMidi(0, 0xE0, 0, 64));
        Assert.True(plugin.AddMidi(300, 0x92, 69, 0));
        plugin.Process(512);
        for (int i = 0; i < 512; i++)
        {
            double expected = i is < 100 or >= 300 ? 0 : Math.Sin(2 * Math.PI * 440 * (i - 100) / 48000);
            Assert.Equal(expected, plugin.Block!.Output32(0, 0)[i], 1e-6);
        }

        plugin.Pump();
        Assert.Equal(1, plugin.GetParameter(SampleSynth.GainParameter));
    }

    [Fact]
    public void Messages_carry_all_kinds_of_attributes_both_ways()
    {
        using var loop = new InProcess();
        Assert.True(loop.Controller!.IsConnected && loop.Synth!.IsConnected);
        Assert.True(loop.Controller.Ping(41, "grüße 🎹", 1.5, [1, 2, 3]));
        Assert.Equal(42, loop.Controller.LastNumber);
        Assert.Equal("grüße 🎹!", loop.Controller.LastText);
        Assert.Equal(3.0, loop.Controller.LastReal);
        Assert.Equal(new byte[] { 3, 2, 1 }, loop.Controller.LastBytes);
    }

    [Fact]
    public void Edits_and_restarts_reach_the_host()
    {
        using var loop = new InProcess();
        Vst3Plugin plugin = loop.Plugin;
        (uint Id, double Value) edited = default;
        plugin.ParameterEdited = (id, value) => edited = (id, value);
        plugin.Configure(48000, 16);
        plugin.Activate();
        Assert.True(loop.Controller!.Turn(0.2));
        Assert.Equal((SampleSynth.GainParameter, 0.2), edited);
        plugin.Block!.Input32(0, 0)[0] = 1;
        plugin.Process(16);
        Assert.Equal(0.2f, plugin.Block.Output32(0, 0)[0]);
        plugin.SetParameter(SampleSynth.LatencyParameter, 0.48);
        plugin.Process(16);
        Assert.True(loop.Controller.Tell(Vst3RestartFlags.LatencyChanged));
        Assert.True(plugin.IsDirty);
        Assert.Equal(Vst3RestartFlags.LatencyChanged, plugin.Pump());
        Assert.Equal(Vst3RestartFlags.None, plugin.Pump());
        plugin.Restart();
        Assert.True(plugin.IsActive);
        Assert.Equal(480u, plugin.LatencySamples);
    }

    [Fact]
    public void A_single_component_plugin_works_the_same()
    {
        using var loop = new InProcess("Sample Gain äöü");
        Vst3Plugin plugin = loop.Plugin;
        Assert.True(plugin.IsSingleComponent);
        Assert.False(plugin.SupportsSampleSize(Vst3SampleSize.Float64));
        Assert.Throws<Vst3Exception>(() => plugin.Configure(48000, 16, size: Vst3SampleSize.Float64));
        plugin.Configure(48000, 16);
        plugin.Activate();
        plugin.Block!.Input32(0, 1)[5] = 0.5f;
        plugin.Block.SetInputSilence(0, 1);
        plugin.SetParameter(0, 0.5);
        Assert.Equal(Vst3Result.Ok, plugin.Process(16));
        Assert.Equal(0.25f, plugin.Block.Output32(0, 1)[5]);
        Assert.Equal(1UL, plugin.Block.OutputSilence(0));
        Assert.Throws<InvalidOperationException>(() => plugin.Block.Output64(0, 0).Length);
    }

    [Fact]
    public void An_exception_in_process_is_a_code_and_silence()
    {
        using var loop = new InProcess();
        loop.Plugin.Configure(48000, 16);
        loop.Plugin.Activate();
        loop.Plugin.Block!.Output32(0, 0).Fill(1);
        loop.Synth!.ThrowInProcess = true;
        Exception? seen = null;
        Vst3Exports.Failed = exception => seen = exception;
        try
        {
            Assert.Equal(Vst3Result.InternalError, loop.Plugin.Process(16));
        }
        finally
        {
            Vst3Exports.Failed = null;
        }

        Assert.Equal("asked to fail", seen?.Message);
        Assert.Equal(0f, loop.Plugin.Block.Output32(0, 0)[3]);
        Assert.Equal(3UL, loop.Plugin.Block.OutputSilence(0));
        loop.Synth.ThrowInProcess = false;
        Assert.Equal(Vst3Result.Ok, loop.Plugin.Process(16));
    }

    [Theory]
    [InlineData(Vst3SampleSize.Float32)]
    [InlineData(Vst3SampleSize.Float64)]
    public void Processing_allocates_nothing_on_either_side(Vst3SampleSize size)
    {
        using var loop = new InProcess();
        Vst3Plugin plugin = loop.Plugin;
        plugin.Configure(48000, 256, Vst3ProcessMode.Realtime, size);
        plugin.Activate();
        for (int i = 0; i < 200; i++)
        {
            PlayBlock(plugin, i);
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 2000; i++)
        {
            PlayBlock(plugin, i);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void The_main_thread_edits_saves_and_pumps_while_the_audio_thread_plays()
    {
        using var loop = new InProcess();
        Vst3Plugin plugin = loop.Plugin;
        plugin.Configure(48000, 64);
        plugin.Activate();
        int failures = 0;
        bool stop = false;
        var audio = new Thread(() =>
        {
            for (int i = 0; !Volatile.Read(ref stop); i++)
            {
                plugin.AddMidi(0, 0xB0, 7, 64);
                failures += plugin.Process(64) == Vst3Result.Ok ? 0 : 1;
            }
        });
        audio.Start();
        for (int i = 0; i < 300; i++)
        {
            plugin.SetParameter(SampleSynth.GainParameter, i / 300.0);
            loop.Controller!.Turn(i / 300.0);
            Assert.Equal(12, plugin.SaveState().Component.Length);
            plugin.Pump();
        }

        Volatile.Write(ref stop, true);
        Assert.True(audio.Join(TimeSpan.FromSeconds(30)));
        Assert.Equal(0, failures);
        plugin.SetParameter(SampleSynth.GainParameter, 0.875);
        plugin.Process(64);
        plugin.Pump();
        Assert.Equal(0.875, BitConverter.ToDouble(plugin.SaveState().Component, 4));
    }

    private static void PlayBlock(Vst3Plugin plugin, int i)
    {
        plugin.AddMidi(i % 64, 0x90, (byte)(40 + (i % 40)), 100);
        plugin.AddMidi(128, 0x80, (byte)(40 + (i % 40)), 0);
        plugin.AddMidi(3, 0xB0, 7, (byte)(i % 128));
        for (int p = 0; p < 100; p++)
        {
            plugin.Block!.InputParameters.Add(SampleSynth.GainParameter, p * 2, p / 100.0);
        }

        plugin.Process(i % 257);
        plugin.Flush();
    }
}
