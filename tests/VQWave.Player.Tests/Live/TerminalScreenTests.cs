using System.Globalization;
using VQWave.Controls;
using VQWave.Player.Live.Views;

namespace VQWave.Player.Tests.Live;

public class TerminalScreenTests
{
    [Theory]
    [InlineData(60, 16)]
    [InlineData(80, 24)]
    [InlineData(100, 30)]
    [InlineData(120, 40)]
    [InlineData(200, 60)]
    [InlineData(240, 70)]
    public void All_figures_are_on_the_screen_at_every_size(int width, int height)
    {
        var player = FakePlayer.Playing();
        player.Say("midi", "nanoKONTROL2 is connected.");
        player.Values[ParameterId.Level1Temperature] = 0.85f;
        player.Values[ParameterId.Level2TopK] = 40;
        player.Values[ParameterId.Seed] = 4711;
        player.Values[ParameterId.Freeze] = 1;
        player.Values[ParameterId.Gain] = -3;
        player.IsPresetChanged = true;
        player.Status.IsRecording = true;
        player.Status.TakeSeconds = 83;
        player.Set("LateTicks", 5L);
        player.Set("Drops", 6L);
        player.Set("StarvedBlocks", 7L);
        player.Status.Xruns = 8;
        var text = Draw(player, width, height).Text;

        string[] expected =
        [
            "live-keys",
            "preset Glass*",
            "● REC 1:23",
            "FREEZE",
            "Scarlett",
            "seed 4711",
            "free run",
            "detail 8x",
            "-3.0 dB",
            "12:34",
            "512x",
            "128x",
            "32x",
            "8x",
            "0.85",
            "-0.15",
            "40 own",
            "all glob",
            "-12.0",
            "hold  -6.0",
            "clip 0",
            "8.1",
            "p99 12.5",
            "worst 17.4",
            "of 23.2 ms",
            "35",
            "late 5",
            "drops 6",
            "starved 7",
            "xruns 8",
            "125 ms",
            "ring 46",
            "3 +",
            "61 +",
            "2 +",
            "13",
            "C4 F#4",
            "-0.50 st",
            "CC 20 = 64",
            "nanoKONTROL2",
            "▸ Temperature",
            "CC 1 ",
            "nanoKONTROL2 is connected.",
            "? help",
        ];
        Assert.All(expected, part => Assert.Contains(part, text));
    }

    [Theory]
    [InlineData(59, 40)]
    [InlineData(120, 15)]
    [InlineData(20, 5)]
    [InlineData(1, 1)]
    public void A_small_window_says_what_it_needs(int width, int height)
    {
        var text = Draw(FakePlayer.Playing(), width, height).Text.Replace("\n", "");
        Assert.DoesNotContain("TICK", text);
        if (width >= 30)
        {
            Assert.Contains("Make the window larger", text);
            Assert.Contains($"{width}x{height} now, 60x16 needed", text);
        }
    }

    [Fact]
    public void Every_size_is_drawn_within_the_window()
    {
        var player = FakePlayer.Playing();
        player.Status.Pack = new string('p', 300);
        player.Status.Device = new string('d', 300);
        player.Status.LastMidiSource = new string('m', 300);
        player.PresetName = new string('n', 300);
        player.Status.NoteCount = 32;
        player.Status.Fault = new string('f', 300);
        player.Status.Clipped = long.MaxValue;
        player.Say("audio", new string('x', 300), isProblem: true);
        TerminalScreen screen = new(player, ColorDepth.True);
        // The emulator fails where a letter falls outside.
        for (var width = 1; width <= 250; width += 7)
        {
            for (var height = 1; height <= 75; height += 3)
            {
                new Emulator(width, height).Write(screen.Render(width, height));
                screen.Controller.TurnHelp();
            }
        }
    }

    [Fact]
    public void What_is_written_after_a_change_gives_the_same_screen_as_a_whole_frame()
    {
        var player = FakePlayer.Playing();
        TerminalScreen screen = new(player, ColorDepth.True);
        Emulator emulator = new(90, 28);
        Random random = new(3);
        for (var i = 2; i < 60; i++)
        {
            player.Tick(i);
            player.Status.Seconds += 0.05;
            player.Status.Peak = random.NextSingle();
            player.Status.Device = i % 3 == 0 ? "音声" : "audio";
            player.Values[ParameterId.Temperature] = random.NextSingle() * 2;
            screen.Observe();
            emulator.Write(screen.Render(90, 28));
        }

        Emulator whole = new(90, 28);
        screen.Invalidate();
        whole.Write(screen.Render(90, 28));
        Assert.Equal(whole.Text, emulator.Text);
        Assert.True(screen.Render(90, 28).IsEmpty);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(1)]
    [InlineData(0)]
    public void A_frame_allocates_nothing(int depth)
    {
        var player = FakePlayer.Playing();
        player.Status.IsRecording = true;
        player.Say("audio", "The device is back.");
        TerminalScreen screen = new(player, (ColorDepth)depth);
        var bytes = 0L;
        var allocated = AllocationMeter.Measure(i =>
        {
            Move(player, i);
            screen.Observe();
            bytes += screen.Render(120, 40).Length;
        });
        Assert.True(bytes > 100_000, $"only {bytes} bytes were drawn");
        Assert.Equal(0, allocated);
    }

    [Fact]
    public void New_codes_enter_at_the_right_in_their_own_colours()
    {
        var player = FakePlayer.Playing();
        TerminalScreen screen = new(player, ColorDepth.True);
        Emulator emulator = new(80, 24);
        for (var i = 2; i < 7; i++)
        {
            player.Tick(i);
            screen.Observe();
            // A second look at the same tick adds nothing.
            screen.Observe();
        }

        emulator.Write(screen.Render(80, 24));
        var row = emulator.Lines.ToList().FindIndex(l => l.Contains("512x") && l.Contains("temp")) + 1;
        Assert.Equal(6, Enumerable.Range(3, 76).Count(x => emulator.StyleAt(row, x) != emulator.StyleAt(row, 3)));
        var colour = Stage.Code(6 * 31);
        var sequence = string.Create(CultureInfo.InvariantCulture, $"48;2;{colour >> 16};{(colour >> 8) & 255};{colour & 255}");
        Assert.EndsWith(sequence, emulator.StyleAt(row, 78));
    }

    [Fact]
    public void Without_colours_no_colour_is_sent_and_the_selection_is_seen()
    {
        var player = FakePlayer.Playing();
        TerminalScreen screen = new(player, ColorDepth.None);
        var text = System.Text.Encoding.UTF8.GetString(screen.Render(80, 24));
        Assert.DoesNotContain("38;", text);
        Assert.DoesNotContain("48;", text);
        Assert.Contains(";7m", text);
        Emulator emulator = new(80, 24);
        screen.Invalidate();
        emulator.Write(screen.Render(80, 24));
        // The code 31 of the only tick so far: its letter, one of 62.
        var row = emulator.Lines.ToList().FindIndex(l => l.Contains("512x") && l.Contains("temp")) + 1;
        Assert.EndsWith("·V ", emulator.Lines[row]);
    }

    [Fact]
    public void The_environment_says_which_colours()
    {
        Assert.Equal(ColorDepth.True, Detect(("COLORTERM", "truecolor")));
        Assert.Equal(ColorDepth.True, Detect(("COLORTERM", "24bit")));
        Assert.Equal(ColorDepth.Indexed, Detect(("TERM", "xterm-256color")));
        Assert.Equal(ColorDepth.None, Detect(("NO_COLOR", "1"), ("COLORTERM", "truecolor")));
        Assert.Equal(ColorDepth.Indexed, Detect(("NO_COLOR", "")));
        Assert.Equal(ColorDepth.None, Detect(("TERM", "dumb")));
        // xterm's own table.
        Assert.Equal(196, Stage.Indexed(0xFF0000));
        Assert.Equal(16, Stage.Indexed(0x000000));
        Assert.Equal(231, Stage.Indexed(0xFFFFFF));
        Assert.Equal(110, Stage.Indexed(0x87AFD7));
        Assert.Equal(244, Stage.Indexed(0x808080));

        static ColorDepth Detect(params (string Name, string Value)[] variables) =>
            Stage.Detect(name => variables.Where(v => v.Name == name).Select(v => v.Value).FirstOrDefault());
    }

    [Fact]
    public void Control_characters_in_names_do_not_reach_the_terminal()
    {
        var player = FakePlayer.Playing();
        player.Status.Device = "evil\e[2Jname\u009b1m\u200b";
        Assert.Contains("evil�[2Jname�1m", Draw(player, 120, 40).Text);
    }

    [Fact]
    public void States_that_matter_are_told()
    {
        var player = FakePlayer.Playing();
        player.Status.IsSounding = false;
        player.Status.IsChangingPack = true;
        player.Status.Clipped = 12;
        player.Status.Fault = "The engine has stopped.";
        player.Set("Sounding", 2);
        player.Learn(ParameterId.Gain);
        player.Values[ParameterId.Bypass] = 1;
        player.Values[ParameterId.LevelTemperatures] = 1;
        player.Status.Peak = 0;
        player.Status.PeakHold = float.NaN;
        var text = Draw(player, 120, 40).Text;
        Assert.All(
            [
                "NO SOUND",
                "(changing)",
                "CLIP 12",
                "The engine has stopped.",
                "DROPPED",
                "LEARN",
                "Move a controller for Gain",
                "BYPASS",
                "own",
                "-inf",
            ],
            part => Assert.Contains(part, text)
        );
    }

    [Theory]
    [InlineData(200, "kernels-avx2 int8", "onnxruntime fp32", "kernels-avx2 int4")]
    [InlineData(120, "kernels-avx2 int8", "onnxruntime fp32", "kernels-avx2 int4")]
    [InlineData(80, "int8", "fp32", "int4")]
    public void Each_level_says_what_steps_it(int width, string first, string third, string last)
    {
        var lines = Draw(FakePlayer.Playing(), width, 40).Text.Split('\n');
        Assert.Contains(lines, l => l.Contains("512x", StringComparison.Ordinal) && l.TrimEnd().EndsWith(first, StringComparison.Ordinal));
        Assert.Contains(lines, l => l.Contains(" 32x", StringComparison.Ordinal) && l.TrimEnd().EndsWith(third, StringComparison.Ordinal));
        Assert.Contains(lines, l => l.Contains(" 8x", StringComparison.Ordinal) && l.TrimEnd().EndsWith(last, StringComparison.Ordinal));
    }

    [Fact]
    public void A_level_that_is_not_asked_for_rests()
    {
        var player = FakePlayer.Playing();
        player.Set("Detail", 1);
        player.Set("Sounding", 1);
        player.Values[ParameterId.Detail] = 2;
        var lines = Draw(player, 120, 40).Lines;
        Assert.Equal(2, lines.Count(l => l.Contains("rests")));
        Assert.Contains(lines, l => l.Contains("detail 128x"));
        Assert.DoesNotContain(lines, l => l.Contains("DROPPED"));
    }

    [Theory]
    [InlineData(60, 16)]
    [InlineData(80, 24)]
    [InlineData(120, 40)]
    public void Help_lists_every_key(int width, int height)
    {
        TerminalScreen screen = new(FakePlayer.Playing(), ColorDepth.True);
        List<string> pages = [];
        screen.Render(width, height);
        do
        {
            Press(screen, '?');
            Emulator emulator = new(width, height);
            screen.Invalidate();
            emulator.Write(screen.Render(width, height));
            pages.Add(emulator.Text);
        } while (screen.Controller.HelpPage >= 0 && pages.Count < 9);

        var help = string.Join('\n', pages.Take(pages.Count - 1));
        Assert.Equal(height >= 24 ? 1 : 3, pages.Count - 1);
        Assert.All(KeyBindings.Help.Select(l => l.Heading).OfType<string>(), heading => Assert.Contains(heading, help));
        Assert.Contains("TICK", pages[^1]);
        Assert.All(
            KeyBindings.All,
            binding =>
            {
                Assert.Contains($"{binding.Label} ", help);
                Assert.Contains(binding.Help, help);
                Assert.All(binding.Chords, chord => Assert.Contains(chord.Label, help));
            }
        );
    }

    [Fact]
    public void What_is_typed_is_shown()
    {
        TerminalScreen screen = new(FakePlayer.Playing(), ColorDepth.True);
        Press(screen, 'w');
        Press(screen, '!');
        Emulator emulator = new(60, 16);
        emulator.Write(screen.Render(60, 16));
        Assert.Contains("Save preset as: Glass!", emulator.Lines[^1]);
    }

    [Fact]
    public void The_selected_setting_is_in_sight_in_the_smallest_window()
    {
        var player = FakePlayer.Playing();
        TerminalScreen screen = new(player, ColorDepth.True);
        foreach (var id in TerminalController.Settings)
        {
            screen.Controller.Select(id);
            Emulator emulator = new(60, 16);
            screen.Invalidate();
            emulator.Write(screen.Render(60, 16));
            Assert.Contains(player.Values.Table[id].ShortName, emulator.Lines[12]);
            Assert.Contains($"▸ {player.Values.Table[id].Name}", emulator.Lines[13]);
        }
    }

    /// <summary>Writes frames without their styles for a person to look at, where a folder is named for them.</summary>
    [Fact]
    public void Frames_can_be_looked_at()
    {
        var folder = Environment.GetEnvironmentVariable("VQWAVE_TEST_FRAMES");
        foreach (var (width, height) in new[] { (60, 16), (80, 24), (120, 40), (200, 60) })
        {
            var player = FakePlayer.Playing();
            player.Say("audio", "Scarlett 2i2 is open: 48000 Hz, 256 frames.");
            player.Say("midi", "nanoKONTROL2 is connected.");
            player.Values[ParameterId.Level3Temperature] = 1.3f;
            player.Values[ParameterId.Level2TopK] = 40;
            player.Status.IsRecording = true;
            player.Status.TakeSeconds = 83;
            TerminalScreen screen = new(player, ColorDepth.True);
            for (var i = 2; i < 200; i++)
            {
                player.Tick(i * i % 97);
                screen.Observe();
            }

            var bytes = screen.Render(width, height).ToArray();
            Emulator emulator = new(width, height);
            emulator.Write(bytes);
            Assert.Equal(height, emulator.Lines.Count);
            if (folder is { Length: > 0 })
            {
                File.WriteAllText(Path.Combine(folder, $"{width}x{height}.txt"), emulator.Text + "\n");
                File.WriteAllBytes(Path.Combine(folder, $"{width}x{height}.ansi"), bytes);
                Press(screen, '?');
                screen.Invalidate();
                File.WriteAllBytes(Path.Combine(folder, $"{width}x{height}-help.ansi"), screen.Render(width, height));
            }
        }
    }

    internal static void Move(FakePlayer player, int i)
    {
        player.Tick(i + 2);
        player.Status.Seconds += 0.05;
        player.Status.Peak = (i % 100) / 80f;
        player.Status.PeakHold = (i % 90) / 80f;
        player.Status.Rms = (i % 100) / 160f;
        player.Status.LastMidi = MidiMessage.ControlChange(i % 16, i % 120, i % 128);
        player.Status.MidiMessages++;
        player.Status.NoteCount = i % 9;
        player.Status.Bend = (i % 40) / 10.0;
        player.Values[ParameterId.Temperature] = (i % 200) / 100f;
        player.Values[ParameterId.Level2TopK] = i % 50;
        player.Values[ParameterId.Gain] = -(i % 60);
        player.Values.Fire(ParameterId.Reset);
    }

    private static void Press(TerminalScreen screen, char letter) =>
        screen.Controller.Press(new ConsoleKeyInfo(letter, default, false, false, false));

    private static Emulator Draw(FakePlayer player, int width, int height)
    {
        TerminalScreen screen = new(player, ColorDepth.True);
        Emulator emulator = new(width, height);
        emulator.Write(screen.Render(width, height));
        return emulator;
    }
}
