using VQWave.Controls;
using VQWave.Inference;
using VQWave.Instruments;
using VQWave.Models;
using VQWave.Streaming;
using VQWave.Vst3;

namespace VQWave.Plugin.Tests;

/// <summary>Offline: exact, the same every time, at the right frames.</summary>
public sealed class BounceTests(PluginFixture fixture)
{
    private const uint Temperature = (uint)ParameterId.Temperature;
    private const uint Gain = (uint)ParameterId.Gain;
    private const uint Mode = (uint)ParameterId.Mode;

    [Fact]
    public void A_note_sounds_from_its_frame_on()
    {
        using var module = fixture.Load();
        using var plugin = PluginFixture.Open(module);
        plugin.SetParameter(Mode, 1);
        plugin.Activate();
        var sound = new Score().Note(3001, 60, 9000).Play(plugin, 30_000);
        Assert.Equal(0u, plugin.LatencySamples);
        Assert.Equal(-1, sound.AsSpan(0, 3001).IndexOfAnyExcept(0f));
        Assert.InRange(sound.AsSpan(3001).IndexOfAnyExcept(0f), 0, 100);
        // Its release, then silence.
        Assert.True(sound.AsSpan(3001, 9000).IndexOfAnyExcept(0f) >= 0);
        Assert.Equal(-1, sound.AsSpan(3001 + 9000 + 12_000).IndexOfAnyExcept(0f));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Bounces_are_the_same_twice_and_for_any_blocks_and_after_reopening(bool notes)
    {
        const int Frames = 60_000;
        using var module = fixture.Load();
        var score = Busy(notes, Frames);
        float[] first;
        Vst3PluginState state;
        using (var plugin = PluginFixture.Open(module))
        {
            plugin.SetParameter(Mode, notes ? 1 : 0);
            plugin.SetParameter((uint)ParameterId.Seed, 0.3);
            plugin.Activate();
            Assert.Equal(Vst3Result.Ok, plugin.Flush());
            state = plugin.SaveState();
            first = score.Play(plugin, Frames, 512);
            Assert.True(first.Max(MathF.Abs) > 0.01f);
            // Without a new activation, as Ardour does; then with one.
            Same(first, score.Play(plugin, Frames, 512));
            Same(first, score.Play(plugin, Frames, 64));
            plugin.Restart();
            Same(first, score.Play(plugin, Frames, 8192));
            var random = new Random(5);
            Same(first, score.Play(plugin, Frames, () => random.Next(0, 3) == 0 ? random.Next(0, 8193) : random.Next(0, 100)));
        }

        using var again = PluginFixture.Open(module, block: 1000);
        Assert.True(again.LoadState(state));
        again.Activate();
        Same(first, score.Play(again, Frames, 1000));
    }

    [Fact]
    public void Live_play_before_a_bounce_leaves_no_trace_in_it()
    {
        const int Frames = 20_000;
        using var module = fixture.Load();
        var score = Busy(notes: false, Frames);
        using var plugin = PluginFixture.Open(module, block: 512);
        plugin.Activate();
        var first = score.Play(plugin, Frames, 512);
        var state = plugin.SaveState();
        plugin.Deactivate();
        plugin.Configure(48_000, 512);
        plugin.Activate();
        PluginFixture.AwaitSound(plugin);
        for (var i = 0; i < 50; i++)
        {
            plugin.AddMidi(0, 0xB0, 1, (byte)i);
            Assert.Equal(Vst3Result.Ok, plugin.Process(512));
            Thread.Sleep(2);
        }

        plugin.Deactivate();
        plugin.Configure(48_000, 512, Vst3ProcessMode.Offline);
        Assert.True(plugin.LoadState(state));
        plugin.Activate();
        // The first bounce ended with other values than it began with; the state has those.
        var second = score.Play(plugin, Frames, 512);
        var third = score.Play(plugin, Frames, 512);
        Same(second, third);
        Assert.Equal(first.Length, second.Length);
    }

    [Fact]
    public void It_is_the_instrument_of_the_core()
    {
        const int Frames = 48_000;
        using var module = fixture.Load();
        using var plugin = PluginFixture.Open(module);
        plugin.SetParameter(Mode, 1);
        plugin.Activate();
        var actual = new Score().Note(1000, 62, 20_000).Set(9000, Gain, 0.2).Note(30_000, 55, 9000).Play(plugin, Frames);

        var values = new ParameterValues();
        values[ParameterId.Mode] = (float)PlayMode.Notes;
        var pack = ModelPack.Open(Path.Combine(fixture.Models, "a-tiny"));
        var runtime = InferenceRuntime.Create(new InferenceOptions { Device = InferenceDevice.Cpu, Precision = InferencePrecision.Auto });
        using var engine = new LiveEngine(
            new EngineCore(runtime, pack, new EngineOptions { Seed = (ulong)values[ParameterId.Seed] }),
            new LiveEngineOptions { Governor = null }
        );
        var instrument = new Instrument(engine, values, new MidiMap()) { IsExact = true };
        engine.Start();
        var expected = new float[Frames];
        var gain = values.Table[ParameterId.Gain];
        instrument.Render(
            expected,
            [
                InstrumentEvent.Midi(1000, MidiMessage.NoteOn(0, 62, 100)),
                InstrumentEvent.Set(9000, gain.Index, gain.FromNormalised(0.2)),
                InstrumentEvent.Midi(21_000, MidiMessage.NoteOff(0, 62)),
                InstrumentEvent.Midi(30_000, MidiMessage.NoteOn(0, 55, 100)),
                InstrumentEvent.Midi(39_000, MidiMessage.NoteOff(0, 55)),
            ]
        );
        var worst = expected.Zip(actual, (a, b) => MathF.Abs(a - b)).Max();
        Assert.True(expected.Max(MathF.Abs) > 0.01f);
        Assert.True(worst < 1e-5f, $"differs by {worst}");
    }

    [Fact]
    public void Automation_acts_at_its_frame_in_notes_mode()
    {
        const int At = 12_345;
        using var module = fixture.Load();
        using var plugin = PluginFixture.Open(module);
        plugin.SetParameter(Mode, 1);
        plugin.Activate();
        var plain = new Score().Note(0, 60, 40_000).Play(plugin, 40_000, 4096);
        var lowered = new Score().Note(0, 60, 40_000).Set(0, Gain, 0.7).Set(At, Gain, 0).Play(plugin, 40_000, 4096);
        var reference = new Score().Note(0, 60, 40_000).Set(0, Gain, 0.7).Play(plugin, 40_000, 4096);
        Assert.NotEqual(plain, reference);
        Assert.Equal(reference[..At], lowered[..At]);
        Assert.InRange(Array.FindIndex(lowered, At, s => s == 0), At, At + 1200);
        Assert.InRange(FirstDifference(reference, lowered), At, At + 60);
    }

    [Fact]
    public void Every_point_of_a_block_counts()
    {
        using var module = fixture.Load();
        using var plugin = PluginFixture.Open(module);
        plugin.SetParameter(Mode, 1);
        plugin.Activate();
        var steps = new Score().Note(0, 60, 40_000).Set(0, (uint)ParameterId.Pitch, 0.5);
        for (var i = 0; i < 8000; i++)
        {
            steps.Set(100 + i, (uint)ParameterId.Pitch, 0.5 + (0.4 * Math.Sin(i * 0.01)));
        }

        var inOneBlock = steps.Play(plugin, 16_384, 8192);
        var inMany = steps.Play(plugin, 16_384, 32);
        Same(inOneBlock, inMany);
        Assert.NotEqual(new Score().Note(0, 60, 40_000).Set(0, (uint)ParameterId.Pitch, 0.5).Play(plugin, 16_384), inOneBlock);
    }

    [Fact]
    public void In_free_run_sound_and_automation_lie_on_each_other_after_compensation()
    {
        const int At = 20_000;
        using var module = fixture.Load();
        using var plugin = PluginFixture.Open(module);
        plugin.Activate();
        Assert.Equal(Vst3Result.Ok, plugin.Flush());
        var latency = (int)plugin.LatencySamples;
        Assert.InRange(latency, 1000, 48_000);
        var gainAtStart = plugin.ToNormalized(Gain, 0);
        var reference = new Score().Set(0, Gain, gainAtStart).Play(plugin, 60_000, 777);
        // The piece begins where the project does.
        Assert.Equal(-1, reference.AsSpan(0, latency).IndexOfAnyExcept(0f));
        Assert.InRange(reference.AsSpan(latency).IndexOfAnyExcept(0f), 0, 100);
        var muted = new Score().Set(0, Gain, gainAtStart).Set(At, Gain, 0).Play(plugin, 60_000, 777);
        Assert.InRange(FirstDifference(reference, muted), At + latency, At + latency + 60);
        // Greedy from a moment on at the finest level only: heard at that moment in the project, give or take how far the decoder spreads a code.
        var finest = (uint)ParameterId.Level4Temperature;
        var control = new Score().Set(0, Gain, gainAtStart).Set(0, finest, 0.5).Play(plugin, 60_000, 777);
        var greedy = new Score().Set(0, Gain, gainAtStart).Set(0, finest, 0.5).Set(At, finest, 0).Play(plugin, 60_000, 777);
        Assert.InRange(FirstDifference(control, greedy), At + latency - 300, At + latency + 3000);
    }

    [Fact]
    public void A_program_change_is_the_preset_and_is_told_to_the_host()
    {
        using var module = fixture.Load();
        using var plugin = PluginFixture.Open(module);
        plugin.Activate();
        Assert.True(plugin.SelectProgram(1, 11));
        plugin.Process(256);
        plugin.Pump();
        Assert.Equal("notes", plugin.GetParameterText(Mode, plugin.GetParameter(Mode)));
        Assert.Equal(0.9, plugin.ToPlain(Temperature, plugin.GetParameter(Temperature)), 1e-6);
        var before = plugin.SaveState();
        // The same value again, as hosts send it with a project, does not overwrite what was changed after the choice.
        plugin.SetParameter(Temperature, 0.1);
        plugin.Process(256);
        plugin.SelectProgram(1, 11);
        plugin.Process(256);
        plugin.Pump();
        Assert.Equal(0.2, plugin.ToPlain(Temperature, plugin.GetParameter(Temperature)), 1e-6);
        Assert.NotEqual(before.Component, plugin.SaveState().Component);
    }

    [Fact]
    public void Volume_ends_at_0_dB_and_the_gain_that_it_moves_is_shown()
    {
        using var module = fixture.Load();
        using var plugin = PluginFixture.Open(module);
        plugin.SetParameter(Mode, 1);
        plugin.Activate();
        plugin.AddMidi(0, 0xB0, 7, 0);
        plugin.Process(512);
        plugin.Process(512);
        plugin.Pump();
        Assert.Equal("-inf", plugin.GetParameterText(Gain, plugin.GetParameter(Gain)));
        plugin.AddMidi(0, 0xB0, 7, 127);
        plugin.Process(512);
        plugin.Process(512);
        plugin.Pump();
        Assert.Equal(0, plugin.ToPlain(Gain, plugin.GetParameter(Gain)), 1e-3);
    }

    private static Score Busy(bool notes, int frames)
    {
        var random = new Random(notes ? 11 : 12);
        var score = new Score();
        foreach (
            var id in new[]
            {
                ParameterId.Temperature,
                ParameterId.Gain,
                ParameterId.Pitch,
                ParameterId.Level2Temperature,
                ParameterId.TopK,
            }
        )
        {
            score.Set(0, (uint)id, 0.5);
        }

        score.Midi(0, 0xE0, 0, 64);
        for (var i = 0; i < 60; i++)
        {
            var at = random.Next(frames);
            switch (i % 6)
            {
                case 0 when notes:
                    score.Note(at, random.Next(40, 80), random.Next(500, 9000), random.Next(1, 128));
                    break;
                case 1:
                    score.Set(at, Temperature, random.NextDouble());
                    break;
                case 2:
                    score.Set(at, Gain, 0.5 + (random.NextDouble() / 2));
                    break;
                case 3:
                    score.Set(at, (uint)ParameterId.Pitch, random.NextDouble());
                    break;
                case 4:
                    score.Midi(at, 0xE0, 0, (byte)random.Next(128));
                    break;
                default:
                    score.Midi(at, 0xB0, (byte)(20 + random.Next(8)), (byte)random.Next(128));
                    break;
            }
        }

        // What was moved through MIDI goes back where it was for the next bounce.
        for (byte controller = 20; controller < 28; controller++)
        {
            score.Midi(0, 0xB0, controller, 64);
        }

        return score;
    }

    private static int FirstDifference(float[] a, float[] b)
    {
        for (var i = 0; i < a.Length; i++)
        {
            if (a[i] != b[i])
            {
                return i;
            }
        }

        return -1;
    }

    private static void Same(float[] expected, float[] actual)
    {
        var at = FirstDifference(expected, actual);
        Assert.True(at < 0, at < 0 ? "" : $"frame {at}: {expected[at]} and {actual[at]}");
    }
}
