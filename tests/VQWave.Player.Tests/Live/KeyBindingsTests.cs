using VQWave.Controls;
using VQWave.Player.Live.Views;

namespace VQWave.Player.Tests.Live;

public class KeyBindingsTests
{
    private readonly FakePlayer player = FakePlayer.Playing();
    private readonly Clock clock = new();
    private readonly TerminalController controller;

    public KeyBindingsTests() => controller = new TerminalController(player, clock);

    [Fact]
    public void No_two_bindings_share_a_key()
    {
        var chords = KeyBindings.All.SelectMany(b => b.Chords).Select(c => (c.Letter, c.Key, c.Modifiers)).ToList();
        Assert.Equal(chords.Count, chords.Distinct().Count());
        Assert.Distinct(KeyBindings.All.Select(b => b.Help));
    }

    [Fact]
    public void Arrows_go_through_all_parameters_and_round_the_end()
    {
        List<ParameterId> seen = [];
        for (var i = 0; i < player.Values.Table.Count; i++)
        {
            seen.Add(controller.Selected);
            Press(ConsoleKey.DownArrow);
        }

        Assert.Equal(seen[0], controller.Selected);
        Assert.Equal(player.Values.Table.Parameters.Select(p => p.Id).Order(), seen.Order());
        Press(ConsoleKey.UpArrow);
        Assert.Equal(seen[^1], controller.Selected);
    }

    [Fact]
    public void A_pack_of_two_levels_has_no_keys_for_others()
    {
        controller.SelectLevel(3);
        controller.Levels = 2;
        Assert.Equal(ParameterId.Temperature, controller.Selected);
        Press('3');
        Assert.True(controller.TryTakeNotice(out var notice));
        Assert.Contains("2 levels", notice.Text);
        Press('2');
        Assert.Equal(ParameterId.Level2Temperature, controller.Selected);
        Press('d');
        Assert.Equal(1, player.Values[ParameterId.Detail]);
        Press('d');
        Assert.Equal(4, player.Values[ParameterId.Detail]);
    }

    [Theory]
    [InlineData(ConsoleKey.RightArrow, ConsoleModifiers.None, 1.05f)]
    [InlineData(ConsoleKey.LeftArrow, ConsoleModifiers.None, 0.95f)]
    [InlineData(ConsoleKey.RightArrow, ConsoleModifiers.Shift, 1.01f)]
    [InlineData(ConsoleKey.LeftArrow, ConsoleModifiers.Shift, 0.99f)]
    [InlineData(ConsoleKey.PageUp, ConsoleModifiers.None, 1.25f)]
    [InlineData(ConsoleKey.PageDown, ConsoleModifiers.None, 0.75f)]
    public void A_temperature_moves_by_steps(ConsoleKey key, ConsoleModifiers modifiers, float expected)
    {
        Press(key, modifiers);
        Assert.Equal(expected, player.Values[ParameterId.Temperature], 1e-4f);
    }

    [Fact]
    public void Every_parameter_reaches_both_ends_by_every_step_and_always_changes()
    {
        foreach (var definition in player.Values.Table.Parameters.Where(p => p.Kind != ParameterKind.Trigger))
        {
            foreach (var size in Enum.GetValues<StepSize>())
            {
                foreach (var direction in new[] { -1, 1 })
                {
                    var value = definition.Default;
                    var end = direction < 0 ? definition.Minimum : definition.Maximum;
                    // Seeds and milliseconds are many: fine steps through all of them are not what a test is for.
                    for (var steps = 0; value != end && steps < 3000; steps++)
                    {
                        var next = ParameterSteps.Step(definition, value, direction, size);
                        Assert.True((next - value) * direction > 0, $"{definition.Key} stays at {value} ({size}, {direction})");
                        value = next;
                    }

                    if (size == StepSize.Coarse)
                    {
                        Assert.Equal(end, value);
                    }

                    Assert.Equal(end, ParameterSteps.Step(definition, end, direction, size));
                }
            }
        }
    }

    [Fact]
    public void Level_and_kind_are_chosen_by_letters()
    {
        Press('3');
        Assert.Equal(ParameterId.Level3Temperature, controller.Selected);
        Press('k');
        Assert.Equal(ParameterId.Level3TopK, controller.Selected);
        Press('1');
        Assert.Equal(ParameterId.Level1TopK, controller.Selected);
        Press('t');
        Assert.Equal(ParameterId.Level1Temperature, controller.Selected);
        Press('K');
        Assert.Equal(ParameterId.TopK, controller.Selected);
        Press('2');
        Assert.Equal(ParameterId.Level2TopK, controller.Selected);
        Press('T');
        Assert.Equal(ParameterId.Temperature, controller.Selected);
        Press('4');
        Assert.Equal(ParameterId.Level4Temperature, controller.Selected);
        Press('g');
        Assert.Equal(ParameterId.Gain, controller.Selected);
        Press('F');
        Assert.Equal(ParameterId.FreezeLength, controller.Selected);
    }

    [Fact]
    public void Switches_turn()
    {
        Press('f');
        Assert.Equal(1, player.Values[ParameterId.Freeze]);
        Press('f');
        Assert.Equal(0, player.Values[ParameterId.Freeze]);
        Press('m');
        Assert.Equal((float)PlayMode.Notes, player.Values[ParameterId.Mode]);
        Press('M');
        Assert.Equal((float)PlayMode.FreeRun, player.Values[ParameterId.Mode]);
        Press('o');
        Assert.Equal((float)LevelTemperatureMode.Own, player.Values[ParameterId.LevelTemperatures]);
        Press('D');
        Assert.Equal(3, player.Values[ParameterId.Detail]);
        Press('d');
        Press('d');
        Assert.Equal(1, player.Values[ParameterId.Detail]);
        Press('D');
        Assert.Equal(4, player.Values[ParameterId.Detail]);
        // A hand may be on what was selected.
        Assert.Equal(ParameterId.Temperature, controller.Selected);
        Press('r');
        Assert.Equal(1, player.Values.TriggerCount(ParameterId.Reset));
        controller.Select(ParameterId.Reset);
        Press(ConsoleKey.LeftArrow);
        Press(ConsoleKey.RightArrow);
        Press(ConsoleKey.Enter);
        Assert.Equal(3, player.Values.TriggerCount(ParameterId.Reset));
        Assert.Equal(PromptKind.None, controller.Prompt);
    }

    [Fact]
    public void Seeds_are_thrown_and_typed()
    {
        for (var i = 0; i < 20; i++)
        {
            var before = player.Values[ParameterId.Seed];
            Press('s');
            Assert.NotEqual(before, player.Values[ParameterId.Seed]);
        }

        Type('S', "4711");
        Press(ConsoleKey.Enter);
        Assert.Equal(4711, player.Values[ParameterId.Seed]);
        Type('S', "99999");
        Press(ConsoleKey.Enter);
        Assert.Equal(4711, player.Values[ParameterId.Seed]);
        Assert.True(controller.TryTakeNotice(out var notice));
        Assert.True(notice.IsProblem);
        Assert.Contains("'99999' is no value of Seed: give 0 to 65535.", notice.Text);
        // What was typed can be mended.
        Press(ConsoleKey.Backspace);
        Press(ConsoleKey.Enter);
        Assert.Equal(9999, player.Values[ParameterId.Seed]);
        Assert.Equal(PromptKind.None, controller.Prompt);
    }

    [Fact]
    public void Values_are_typed_with_their_units_and_names()
    {
        Press('g');
        Press(ConsoleKey.Enter);
        Type("-6 dB");
        Press(ConsoleKey.Enter);
        Assert.Equal(-6, player.Values[ParameterId.Gain]);
        Press(ConsoleKey.Enter);
        Type("-inf");
        Press(ConsoleKey.Enter);
        Assert.Equal(-60, player.Values[ParameterId.Gain]);
        Press(ConsoleKey.Enter);
        Type("q");
        Press(ConsoleKey.Escape);
        Assert.Equal(PromptKind.None, controller.Prompt);
        Assert.False(controller.IsQuitting);
        Press('0');
        Assert.Equal(0, player.Values[ParameterId.Gain]);
        Press(ConsoleKey.RightArrow);
        Press(ConsoleKey.Backspace);
        Assert.Equal(0, player.Values[ParameterId.Gain]);
    }

    [Fact]
    public void Presets_packs_and_takes()
    {
        Press('[');
        Press(']');
        Press('p');
        Press('P');
        Press('R');
        Press(' ');
        Press('l');
        Press(ConsoleKey.Escape);
        Press('u');
        Press('w');
        Assert.Equal("Glass", controller.Input.ToString());
        Press(ConsoleKey.U, ConsoleModifiers.Control);
        Type("Sea 2");
        Press(ConsoleKey.Enter);
        Assert.Equal(
            [
                "recall -1",
                "recall 1",
                "pack 1",
                "pack -1",
                "record",
                "panic",
                "learn Temperature",
                "cancel",
                "unlearn Temperature",
                "save Sea 2",
            ],
            player.Calls
        );
    }

    [Fact]
    public void Letters_play_a_note_until_the_next()
    {
        Press('z');
        Assert.Empty(player.Calls);
        Press('n');
        Assert.True(controller.TryTakeNotice(out var notice));
        Assert.Contains("mode notes", notice.Text);
        Press('z');
        clock.Advance(0.2);
        Press('s');
        // A held key repeats itself: the note goes on.
        for (var i = 0; i < 10; i++)
        {
            clock.Advance(0.03);
            Press('s');
        }

        clock.Advance(0.3);
        Press('s');
        Press('=');
        Press('x');
        Press(' ');
        Press('n');
        Press('-');
        Press(',');
        Press(ConsoleKey.Tab);
        Assert.Equal(
            ["on 60", "off 60", "on 61", "off 61", "on 61", "off 61", "on 74", "panic", "on 81", "off 81", "on 72", "off 72"],
            player.Calls
        );
        Assert.False(controller.AreNoteKeysOn);
        Assert.Equal(1, player.Values[ParameterId.Seed]);
        for (var i = 0; i < 30; i++)
        {
            Press('+');
        }

        player.Calls.Clear();
        Press('n');
        Press('/');
        Assert.Equal(8, controller.Octave);
        Assert.Equal(["on 124"], player.Calls);
        Press(ConsoleKey.Escape);
        Assert.False(controller.AreNoteKeysOn);
    }

    [Fact]
    public void Quitting_asks_where_a_slip_would_cost_a_take()
    {
        player.Status.IsRecording = true;
        Press('q');
        Assert.False(controller.IsQuitting);
        Assert.True(controller.TryTakeNotice(out var notice));
        Assert.Contains("q again", notice.Text);
        clock.Advance(5);
        Press('q');
        Assert.False(controller.IsQuitting);
        clock.Advance(1);
        Press('q');
        Assert.True(controller.IsQuitting);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Quitting_is_one_key_and_control_c_always_works(bool isTyping)
    {
        if (isTyping)
        {
            Press('w');
            player.Status.IsRecording = true;
            Press(ConsoleKey.C, ConsoleModifiers.Control);
        }
        else
        {
            Press('q');
        }

        Assert.True(controller.IsQuitting);
    }

    [Fact]
    public void Every_key_of_the_table_does_something()
    {
        foreach (var binding in KeyBindings.All)
        {
            foreach (var chord in binding.Chords)
            {
                TerminalController fresh = new(FakePlayer.Playing(), clock);
                var modifiers = chord.Modifiers;
                Assert.True(
                    fresh.Press(
                        new ConsoleKeyInfo(
                            chord.Letter,
                            chord.Key,
                            modifiers.HasFlag(ConsoleModifiers.Shift),
                            alt: false,
                            modifiers.HasFlag(ConsoleModifiers.Control)
                        )
                    ),
                    chord.Label
                );
            }
        }

        Assert.False(Press('%'));
        Assert.False(controller.Press(new ConsoleKeyInfo('f', ConsoleKey.F, false, alt: true, false)));
        Assert.Equal(0, player.Values[ParameterId.Freeze]);
    }

    private bool Press(char letter) => controller.Press(new ConsoleKeyInfo(letter, default, char.IsUpper(letter), false, false));

    private void Press(ConsoleKey key, ConsoleModifiers modifiers = ConsoleModifiers.None) =>
        controller.Press(
            new ConsoleKeyInfo(
                key == ConsoleKey.Enter ? '\r' : '\0',
                key,
                modifiers.HasFlag(ConsoleModifiers.Shift),
                modifiers.HasFlag(ConsoleModifiers.Alt),
                modifiers.HasFlag(ConsoleModifiers.Control)
            )
        );

    private void Type(char first, string text)
    {
        Press(first);
        Type(text);
    }

    private void Type(string text)
    {
        foreach (var letter in text)
        {
            Press(letter);
        }
    }

    private sealed class Clock : TimeProvider
    {
        private long now = 1000;

        public override long TimestampFrequency => 1000;

        public void Advance(double seconds) => now += (long)(seconds * 1000);

        public override long GetTimestamp() => now;
    }
}
