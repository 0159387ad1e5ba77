using VQWave.Controls;
using VQWave.TestSupport;

namespace VQWave.Tests.Controls;

public class MidiMapTests
{
    private readonly MidiMap map = new();
    private readonly ParameterValues values = new();

    [Theory]
    [InlineData(20, ParameterId.Level1Temperature)]
    [InlineData(21, ParameterId.Level2Temperature)]
    [InlineData(22, ParameterId.Level3Temperature)]
    [InlineData(23, ParameterId.Level4Temperature)]
    [InlineData(24, ParameterId.Level1TopK)]
    [InlineData(25, ParameterId.Level2TopK)]
    [InlineData(26, ParameterId.Level3TopK)]
    [InlineData(27, ParameterId.Level4TopK)]
    [InlineData(1, ParameterId.Temperature)]
    [InlineData(71, ParameterId.TopK)]
    [InlineData(64, ParameterId.Freeze)]
    public void The_default_map_is_the_documented_one(int controller, ParameterId id)
    {
        foreach (var channel in new[] { 0, 15 })
        {
            values.SetDefaults();
            var action = Turn(controller, 127, channel);
            Assert.Equal(new MidiAction(MidiActionKind.Parameter, channel, values.Table.IndexOf(id)), action);
            Assert.Equal(values.Table[id].Maximum, values[id]);
            Turn(controller, 0, channel);
            Assert.Equal(values.Table[id].Minimum, values[id]);
        }
    }

    [Fact]
    public void Volume_ends_at_full_level_and_the_other_messages_say_what_they_ask_for()
    {
        Turn(7, 127);
        Assert.Equal(0, values[ParameterId.Gain], 1e-4);
        Turn(7, 0);
        Assert.Equal(0f, ParameterTable.GainFactor(values[ParameterId.Gain]));
        Assert.Equal(new MidiAction(MidiActionKind.AllNotesOff, 2), Turn(123, 0, 2));
        Assert.Equal(new MidiAction(MidiActionKind.AllSoundOff, 2), Turn(120, 0, 2));
        Assert.Equal(new MidiAction(MidiActionKind.NoteOn, 1, 60, 99), map.Apply(MidiMessage.NoteOn(1, 60, 99), values));
        Assert.Equal(MidiActionKind.NoteOff, map.Apply(MidiMessage.NoteOn(1, 60, 0), values).Kind);
        Assert.Equal(new MidiAction(MidiActionKind.NoteOff, 1, 61), map.Apply(MidiMessage.NoteOff(1, 61), values));
        Assert.Equal(new MidiAction(MidiActionKind.Bend, 0, 0, 16383), map.Apply(MidiMessage.PitchBend(0, 16383), values));
        Assert.Equal(new MidiAction(MidiActionKind.Program, 0, 4), map.Apply(MidiMessage.ProgramChange(0, 4), values));
        Assert.Equal(default, map.Apply(new MidiMessage(0xF8, 0, 0), values));
        Assert.Equal(default, Turn(99, 1));
        map.Unbind(ParameterId.Freeze);
        Assert.Equal(new MidiAction(MidiActionKind.Sustain, 0, 0, 1), Turn(64, 127));
        map.ReceiveChannel = 3;
        Assert.Equal(default, Turn(1, 0));
        Assert.Equal(MidiActionKind.Parameter, Turn(1, 0, 3).Kind);
    }

    [Fact]
    public void A_controller_moves_one_parameter_and_a_parameter_has_one_controller()
    {
        map.Bind(
            new MidiBinding
            {
                Parameter = ParameterId.Pitch,
                Controller = 20,
                Channel = 4,
            }
        );
        Assert.Null(map.Find(ParameterId.Level1Temperature));
        map.Bind(new MidiBinding { Parameter = ParameterId.Pitch, Controller = 50 });
        Assert.Equal(50, map.Find(ParameterId.Pitch)?.Controller);
        Assert.Equal(default, Turn(20, 127, 4));
        // The same controller on two channels.
        map.Bind(
            new MidiBinding
            {
                Parameter = ParameterId.Seed,
                Controller = 90,
                Channel = 0,
            }
        );
        map.Bind(
            new MidiBinding
            {
                Parameter = ParameterId.Mode,
                Controller = 90,
                Channel = 1,
            }
        );
        Turn(90, 127, 1);
        Assert.Equal((1f, 1f), (values[ParameterId.Mode], values[ParameterId.Seed]));
        Turn(90, 127, 0);
        Assert.Equal(65535f, values[ParameterId.Seed]);
        map.Clear();
        Assert.Empty(map.Bindings);
        map.SetDefaults();
        Assert.Equal(12, map.Bindings.Count);
        Assert.Throws<VQWaveException>(() => new MidiBinding { Parameter = ParameterId.Pitch, Controller = 120 });
        Assert.Throws<VQWaveException>(() =>
            new MidiBinding
            {
                Parameter = ParameterId.Pitch,
                Controller = 1,
                High = double.NaN,
            }
        );
    }

    [Fact]
    public void A_range_may_be_narrow_or_turned_round()
    {
        map.Bind(
            new MidiBinding
            {
                Parameter = ParameterId.Temperature,
                Controller = 1,
                Low = 0.75,
                High = 0.25,
            }
        );
        Turn(1, 0);
        Assert.Equal(1.5f, values[ParameterId.Temperature], 1e-5f);
        Turn(1, 127);
        Assert.Equal(0.5f, values[ParameterId.Temperature], 1e-5f);
    }

    [Fact]
    public void Fourteen_bits_are_finer()
    {
        map.Bind(
            new MidiBinding
            {
                Parameter = ParameterId.Pitch,
                Controller = 16,
                Encoding = ControllerEncoding.Absolute14,
            }
        );
        Turn(16, 64);
        Turn(48, 1);
        Assert.Equal(-24 + (48.0 * ((64 * 128) + 1) / 16383), values[ParameterId.Pitch], 1e-4);
        Turn(16, 127);
        Turn(48, 127);
        Assert.Equal(24f, values[ParameterId.Pitch]);
        Turn(16, 0);
        Assert.Equal(-24f, values[ParameterId.Pitch]);
    }

    [Theory]
    [InlineData(ControllerEncoding.RelativeTwosComplement, 1, 127)]
    [InlineData(ControllerEncoding.RelativeBinaryOffset, 65, 63)]
    [InlineData(ControllerEncoding.RelativeSignMagnitude, 1, 65)]
    public void Encoders_step_up_and_down_through_the_whole_range(ControllerEncoding encoding, int up, int down)
    {
        foreach (var id in new[] { ParameterId.Pitch, ParameterId.TopK, ParameterId.Detail, ParameterId.Seed, ParameterId.Freeze })
        {
            var parameter = values.Table[id];
            map.Bind(
                new MidiBinding
                {
                    Parameter = id,
                    Controller = 30,
                    Encoding = encoding,
                }
            );
            values[id] = parameter.Minimum;
            var changes = 0;
            for (var i = 0; i < 4000 && values[id] < parameter.Maximum; i++)
            {
                var before = values[id];
                Assert.Equal(MidiActionKind.Parameter, Turn(30, up).Kind);
                Assert.True(values[id] > before, $"{id} stands still at {before}");
                changes++;
            }

            Assert.Equal(parameter.Maximum, values[id]);
            Assert.InRange(changes, 1, 200);
            Turn(30, down);
            Assert.True(values[id] < parameter.Maximum);
        }
    }

    [Fact]
    public void A_double_step_is_two_steps_and_follows_changes_from_elsewhere()
    {
        map.Bind(
            new MidiBinding
            {
                Parameter = ParameterId.RootNote,
                Controller = 30,
                Encoding = ControllerEncoding.RelativeBinaryOffset,
            }
        );
        Turn(30, 67);
        Assert.Equal(63f, values[ParameterId.RootNote]);
        values[ParameterId.RootNote] = 10;
        Turn(30, 60);
        Assert.Equal(6f, values[ParameterId.RootNote]);
        map.Bind(
            new MidiBinding
            {
                Parameter = ParameterId.Temperature,
                Controller = 31,
                Encoding = ControllerEncoding.RelativeBinaryOffset,
            }
        );
        Turn(31, 65);
        values[ParameterId.Temperature] = 0.5f;
        Turn(31, 65);
        Assert.Equal(0.5 + (2.0 / 127), values[ParameterId.Temperature], 1e-5);
    }

    [Fact]
    public void Soft_takeover_waits_until_the_knob_has_passed_the_value()
    {
        map.SoftTakeover = true;
        values[ParameterId.Temperature] = 1;
        Assert.Equal(MidiActionKind.None, Turn(1, 10).Kind);
        Turn(1, 30);
        Assert.Equal(1f, values[ParameterId.Temperature]);
        // Past the value in one leap.
        Turn(1, 100);
        Assert.Equal(200f / 127, values[ParameterId.Temperature], 1e-5f);
        Turn(1, 20);
        Assert.Equal(40f / 127, values[ParameterId.Temperature], 1e-5f);
        // A preset moves the value away: wait again.
        values[ParameterId.Temperature] = 1.5f;
        Turn(1, 21);
        Assert.Equal(1.5f, values[ParameterId.Temperature]);
        Turn(1, 94);
        Assert.Equal(188f / 127, values[ParameterId.Temperature], 1e-5f);
        // Switches are never in the wrong place.
        Turn(64, 127);
        Assert.Equal(1f, values[ParameterId.Freeze]);
    }

    [Fact]
    public void A_knob_is_learnt_by_moving_it()
    {
        map.BeginLearning(ParameterId.Pitch);
        Assert.Equal((LearningState.Waiting, ParameterId.Pitch), (map.Learning, map.LearningParameter));
        map.Apply(MidiMessage.NoteOn(0, 60, 100), values);
        Assert.Null(map.UpdateLearning());
        for (var value = 30; value < 34; value++)
        {
            Turn(74, value, 5);
        }

        Assert.Equal(LearningState.Detecting, map.Learning);
        var learnt = map.UpdateLearning();
        Assert.Equal(
            new MidiBinding
            {
                Parameter = ParameterId.Pitch,
                Controller = 74,
                Channel = 5,
            },
            learnt
        );
        Assert.Equal(LearningState.Idle, map.Learning);
        Turn(74, 127, 5);
        Assert.Equal(24f, values[ParameterId.Pitch]);
        // Other channels were not learnt.
        Turn(74, 0, 6);
        Assert.Equal(24f, values[ParameterId.Pitch]);
    }

    [Theory]
    [InlineData(ControllerEncoding.RelativeTwosComplement, new[] { 1, 1, 2, 1, 1, 127, 127 }, 1, 127)]
    [InlineData(ControllerEncoding.RelativeTwosComplement, new[] { 127, 127, 126, 127, 127, 127, 1 }, 1, 127)]
    [InlineData(ControllerEncoding.RelativeBinaryOffset, new[] { 65, 65, 65, 66, 65, 63, 63 }, 65, 63)]
    [InlineData(ControllerEncoding.RelativeSignMagnitude, new[] { 1, 1, 1, 3, 1, 65, 65 }, 1, 65)]
    [InlineData(ControllerEncoding.RelativeSignMagnitude, new[] { 65, 65, 65, 1 }, 1, 65)]
    public void Encoders_are_told_from_knobs(ControllerEncoding encoding, int[] turned, int up, int down)
    {
        values[ParameterId.Temperature] = 1;
        map.BeginLearning(ParameterId.Temperature);
        foreach (var value in turned)
        {
            Turn(40, value);
            // Nothing jumps while one finds out.
            Assert.InRange(values[ParameterId.Temperature], 0.8f, 1.2f);
        }

        Assert.Equal(encoding, map.UpdateLearning()?.Encoding);
        values[ParameterId.Temperature] = 1;
        Turn(40, up);
        Assert.Equal(1 + (2.0 / 127), values[ParameterId.Temperature], 1e-5);
        Turn(40, down);
        Assert.Equal(1, values[ParameterId.Temperature], 1e-5);
    }

    [Theory]
    [InlineData(new[] { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 15, 18 })]
    [InlineData(new[] { 127, 126, 125, 124, 123, 120, 116, 111 })]
    [InlineData(new[] { 60, 61, 62, 63, 64, 65 })]
    [InlineData(new[] { 0, 0, 0, 0 })]
    [InlineData(new[] { 20, 40, 90, 127 })]
    public void Knobs_are_not_taken_for_encoders(int[] turned)
    {
        map.BeginLearning(ParameterId.Temperature);
        Array.ForEach(turned, v => Turn(40, v));
        Assert.Equal(ControllerEncoding.Absolute, map.EndLearning()?.Encoding);
        Turn(40, 127);
        Assert.Equal(2f, values[ParameterId.Temperature]);
    }

    [Fact]
    public void Fourteen_bits_are_recognised_by_their_fine_part()
    {
        map.BeginLearning(ParameterId.Pitch);
        Turn(17, 64);
        Turn(49, 3);
        Assert.Equal(-24 + (48.0 * ((64 * 128) + 3) / 16383), values[ParameterId.Pitch], 1e-4);
        Assert.Equal(ControllerEncoding.Absolute14, map.UpdateLearning()?.Encoding);
        Turn(17, 64);
        Turn(49, 100);
        Assert.Equal(-24 + (48.0 * ((64 * 128) + 100) / 16383), values[ParameterId.Pitch], 1e-4);
    }

    [Fact]
    public void A_switch_learns_a_button_at_once_and_a_chosen_encoding_is_not_questioned()
    {
        map.BeginLearning(ParameterId.Reset);
        Turn(80, 127);
        Assert.Equal(1, values.TriggerCount(ParameterId.Reset));
        Assert.Equal(80, map.UpdateLearning()?.Controller);
        Turn(80, 0);
        Turn(80, 127);
        Assert.Equal(2, values.TriggerCount(ParameterId.Reset));
        map.BeginLearning(ParameterId.Temperature, ControllerEncoding.RelativeBinaryOffset);
        Turn(81, 66);
        Assert.Equal(1 + (4.0 / 127), values[ParameterId.Temperature], 1e-5);
        Assert.Equal(ControllerEncoding.RelativeBinaryOffset, map.UpdateLearning()?.Encoding);
        map.BeginLearning(ParameterId.Gain);
        map.CancelLearning();
        Turn(82, 5);
        Assert.Null(map.EndLearning());
        Assert.Equal(7, map.Find(ParameterId.Gain)?.Controller);
    }

    [Fact]
    public void A_map_survives_its_file()
    {
        using TemporaryFolder folder = new();
        var path = folder["deep/er/map.json"];
        map.Bind(
            new MidiBinding
            {
                Parameter = ParameterId.Pitch,
                Controller = 9,
                Channel = 15,
                Encoding = ControllerEncoding.RelativeSignMagnitude,
                Low = 0.25,
                High = 0.5,
            }
        );
        map.Unbind(ParameterId.Freeze);
        map.SoftTakeover = true;
        map.ReceiveChannel = 4;
        map.Save(path);
        map.Save(path);
        var loaded = MidiMap.Load(path, out var problem);
        Assert.Null(problem);
        Assert.Equal(map.Bindings, loaded.Bindings);
        Assert.Equal((true, 4), (loaded.SoftTakeover, loaded.ReceiveChannel));
        Assert.Single(Directory.GetFiles(Path.GetDirectoryName(path)!));
        Assert.Equal(new MidiMap().Bindings, MidiMap.Load(folder["none.json"], out problem).Bindings);
        Assert.Null(problem);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"version\": 2}")]
    [InlineData("{\"version\": 1, \"bindings\": [null]}")]
    [InlineData("{\"version\": 1, \"bindings\": [{\"controller\": 3}]}")]
    [InlineData("{\"version\": 1, \"bindings\": [{\"parameter\": \"gain\", \"controller\": 200}]}")]
    [InlineData("{\"version\": 1, \"bindings\": [{\"parameter\": \"gain\", \"controller\": 2, \"channel\": 17}]}")]
    [InlineData("{\"version\": 1, \"bindings\": [{\"parameter\": \"gain\", \"controller\": 2, \"low\": -1}]}")]
    [InlineData("{\"version\": 1, \"bindings\": [{\"parameter\": \"gain\", \"controller\": 2, \"encoding\": \"Odd\"}]}")]
    [InlineData("{\"version\": 1, \"bindings\": [{\"parameter\": \"gain\", \"controller\": 2, \"encoding\": 77}]}")]
    [InlineData("\u0000\u0001binary")]
    public void A_damaged_map_gives_the_default_one_with_a_sentence_and_is_kept(string text)
    {
        using TemporaryFolder folder = new();
        var path = folder["map.json"];
        for (var n = 0; n < 2; n++)
        {
            File.WriteAllText(path, text);
            var loaded = MidiMap.Load(path, out var problem);
            Assert.Equal(new MidiMap().Bindings, loaded.Bindings);
            Assert.StartsWith(path, problem, StringComparison.Ordinal);
            Assert.EndsWith(".", problem, StringComparison.Ordinal);
            Assert.DoesNotContain("\n", problem, StringComparison.Ordinal);
            Assert.False(File.Exists(path));
            Assert.Equal(text, File.ReadAllText(n == 0 ? path + ".damaged" : path + ".damaged-1"));
        }
    }

    [Fact]
    public void An_unknown_parameter_is_left_out_with_a_sentence()
    {
        using TemporaryFolder folder = new();
        var path = folder["map.json"];
        File.WriteAllText(
            path,
            """{"version": 1, "bindings": [{"parameter": "flux", "controller": 3}, {"parameter": "gain", "controller": 9, "future": true}]}"""
        );
        var loaded = MidiMap.Load(path, out var problem);
        Assert.Contains("'flux'", problem, StringComparison.Ordinal);
        Assert.Equal([new MidiBinding { Parameter = ParameterId.Gain, Controller = 9 }], loaded.Bindings);
        Assert.True(File.Exists(path));
    }

    [Fact]
    public void Applying_allocates_nothing_while_learning_too()
    {
        map.Bind(
            new MidiBinding
            {
                Parameter = ParameterId.Seed,
                Controller = 10,
                Encoding = ControllerEncoding.RelativeBinaryOffset,
            }
        );
        map.Bind(
            new MidiBinding
            {
                Parameter = ParameterId.Pitch,
                Controller = 11,
                Encoding = ControllerEncoding.Absolute14,
            }
        );
        map.SoftTakeover = true;
        long Run(int times)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < times; i++)
            {
                map.Apply(MidiMessage.ControlChange(0, i % 128, (i * 7) % 128), values);
                map.Apply(MidiMessage.NoteOn(0, 60, i % 128), values);
                map.Apply(MidiMessage.PitchBend(0, i % 16384), values);
            }

            return GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Run(500);
        Assert.Equal(0, Run(5000));
        map.BeginLearning(ParameterId.Gain);
        Assert.Equal(0, Run(5000));
    }

    private MidiAction Turn(int controller, int value, int channel = 0) =>
        map.Apply(MidiMessage.ControlChange(channel, controller, value), values);
}
