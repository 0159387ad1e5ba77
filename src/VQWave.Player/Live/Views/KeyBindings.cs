using VQWave.Controls;

namespace VQWave.Player.Live.Views;

/// <summary>All keys of the terminal view. The keys are looked up here and the help is written from here, so neither can know more than the other.</summary>
internal static class KeyBindings
{
    /// <summary>The keys that play notes while note keys are on, from C upwards, as they lie on the keyboard's two lower rows.</summary>
    public const string Piano = "zsxdcvgbhnjm,l.;/";

    /// <summary>The keys, in the order of the help.</summary>
    public static IReadOnlyList<KeyBinding> All { get; } =
    [
        new(
            KeyGroup.Parameter,
            "parameter before, after",
            (c, i) => c.SelectNext(i == 0 ? -1 : 1),
            KeyChord.Of(ConsoleKey.UpArrow, "↑"),
            KeyChord.Of(ConsoleKey.DownArrow, "↓")
        ),
        new(
            KeyGroup.Parameter,
            "less, more",
            (c, i) => c.Change(i == 0 ? -1 : 1, StepSize.Normal),
            KeyChord.Of(ConsoleKey.LeftArrow, "←"),
            KeyChord.Of(ConsoleKey.RightArrow, "→")
        ),
        new(
            KeyGroup.Parameter,
            "a little less, more",
            (c, i) => c.Change(i % 2 == 0 ? -1 : 1, StepSize.Fine),
            KeyChord.Of(ConsoleKey.LeftArrow, "Shift←", ConsoleModifiers.Shift),
            KeyChord.Of(ConsoleKey.RightArrow, "→", ConsoleModifiers.Shift),
            KeyChord.Of('<'),
            KeyChord.Of('>')
        ),
        new(
            KeyGroup.Parameter,
            "much more, less",
            (c, i) => c.Change(i == 0 ? 1 : -1, StepSize.Coarse),
            KeyChord.Of(ConsoleKey.PageUp, "PgUp"),
            KeyChord.Of(ConsoleKey.PageDown, "PgDn")
        ),
        new(KeyGroup.Parameter, "type a value", (c, _) => c.BeginValue(), KeyChord.Of(ConsoleKey.Enter, "Enter")),
        new(
            KeyGroup.Parameter,
            "back to the default",
            (c, _) => c.SetDefault(),
            KeyChord.Of('0'),
            KeyChord.Of(ConsoleKey.Backspace, "Backspace")
        ),
        new(
            KeyGroup.Parameter,
            "choose a level",
            (c, i) => c.SelectLevel(i),
            KeyChord.Of('1'),
            KeyChord.Of('2'),
            KeyChord.Of('3'),
            KeyChord.Of('4')
        ),
        new(
            KeyGroup.Parameter,
            "its temperature, top-k",
            (c, i) => c.Select(i == 0 ? ParameterTable.LevelTemperature(c.Level) : ParameterTable.LevelTopK(c.Level)),
            KeyChord.Of('t'),
            KeyChord.Of('k')
        ),
        new(
            KeyGroup.Parameter,
            "global temperature, top-k",
            (c, i) => c.Select(i == 0 ? ParameterId.Temperature : ParameterId.TopK),
            KeyChord.Of('T'),
            KeyChord.Of('K')
        ),
        new(KeyGroup.Parameter, "gain", (c, _) => c.Select(ParameterId.Gain), KeyChord.Of('g')),
        new(KeyGroup.Parameter, "levels: offset or own", (c, _) => c.Turn(ParameterId.LevelTemperatures, 1), KeyChord.Of('o')),
        new(
            KeyGroup.Play,
            "detail finer, coarser",
            (c, i) => c.Turn(ParameterId.Detail, i == 0 ? 1 : -1),
            KeyChord.Of('d'),
            KeyChord.Of('D')
        ),
        new(KeyGroup.Play, "another seed", (c, _) => c.ThrowSeed(), KeyChord.Of('s')),
        new(KeyGroup.Play, "type a seed", (c, _) => c.BeginSeed(), KeyChord.Of('S')),
        new(KeyGroup.Play, "freeze on, off", (c, _) => c.Turn(ParameterId.Freeze, 1), KeyChord.Of('f')),
        new(KeyGroup.Play, "freeze length", (c, _) => c.Select(ParameterId.FreezeLength), KeyChord.Of('F')),
        new(KeyGroup.Play, "reset: from the seed again", (c, _) => c.Reset(), KeyChord.Of('r')),
        new(KeyGroup.Play, "mode: free run, notes", (c, _) => c.Turn(ParameterId.Mode, 1), KeyChord.Of('m'), KeyChord.Of('M')),
        new(KeyGroup.Play, "panic: silence at once", (c, _) => c.Panic(), KeyChord.Of(' ')),
        new(KeyGroup.Session, "preset before, after", (c, i) => c.RecallNext(i == 0 ? -1 : 1), KeyChord.Of('['), KeyChord.Of(']')),
        new(KeyGroup.Session, "save as a preset", (c, _) => c.BeginSave(), KeyChord.Of('w')),
        new(KeyGroup.Session, "pack after, before", (c, i) => c.ChooseNextPack(i == 0 ? 1 : -1), KeyChord.Of('p'), KeyChord.Of('P')),
        new(KeyGroup.Session, "record a take, end it", (c, _) => c.ToggleRecording(), KeyChord.Of('R')),
        new(KeyGroup.Notes, "learn a controller", (c, _) => c.Learn(), KeyChord.Of('l'), KeyChord.Of('L')),
        new(KeyGroup.Notes, "forget the controller", (c, _) => c.Unlearn(), KeyChord.Of('u')),
        new(KeyGroup.Notes, "z s x d c … play notes", (c, _) => c.ToggleNoteKeys(), KeyChord.Of('n'), KeyChord.Of(ConsoleKey.Tab, "Tab")),
        new(
            KeyGroup.Notes,
            "octave of the note keys",
            (c, i) => c.MoveOctave(i == 0 ? -1 : 1),
            KeyChord.Of('-'),
            KeyChord.Of('='),
            KeyChord.Of('+')
        ),
        new(KeyGroup.View, "this help", (c, _) => c.TurnHelp(), KeyChord.Of('h'), KeyChord.Of('?')),
        new(KeyGroup.View, "leave entry, help, learn", (c, _) => c.Cancel(), KeyChord.Of(ConsoleKey.Escape, "Esc")),
        new(KeyGroup.View, "quit", (c, _) => c.AskToQuit(), KeyChord.Of('q'), KeyChord.Of('Q')),
        new(KeyGroup.View, "quit at once", (c, _) => c.Quit(), KeyChord.Of(ConsoleKey.C, "Ctrl-C", ConsoleModifiers.Control)),
    ];

    /// <summary>The lines of the help: a heading, or a binding where the heading is null.</summary>
    public static IReadOnlyList<(string? Heading, KeyBinding? Binding)> Help { get; } =
    [.. All.GroupBy(b => b.Group).SelectMany(g => g.Select(b => ((string?)null, (KeyBinding?)b)).Prepend((Heading(g.Key), null)))];

    private static string Heading(KeyGroup group) =>
        group switch
        {
            KeyGroup.Parameter => "Parameters",
            KeyGroup.Play => "Play",
            KeyGroup.Session => "Presets, packs, takes",
            KeyGroup.Notes => "MIDI and notes",
            _ => "View",
        };
}
