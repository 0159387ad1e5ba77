using VQWave.Controls;

namespace VQWave.Player.Live.Views;

/// <summary>What keys do: key presses in, changes of live play out. It knows no terminal.</summary>
/// <remarks>Threading: one thread at a time, the view's.</remarks>
internal sealed class TerminalController
{
    private const int NoNote = -1;
    private const int KeyVelocity = 100;
    private const int LowestOctave = -1;
    private const int HighestOctave = 8;
    private const int LongestInput = 96;

    // Keyboards repeat a held key every 20 to 50 ms; nobody strikes that fast.
    private static readonly TimeSpan RepeatTime = TimeSpan.FromMilliseconds(60);
    private static readonly TimeSpan QuitTime = TimeSpan.FromSeconds(3);

    // Globals of the sound first, then level by level, then what is set up once.
    private static readonly ParameterId[] FirstOrder = [ParameterId.Temperature, ParameterId.TopK];

    private static readonly ParameterId[] LastOrder =
    [
        ParameterId.Gain,
        ParameterId.Detail,
        ParameterId.Mode,
        ParameterId.Seed,
        ParameterId.Freeze,
        ParameterId.FreezeLength,
        ParameterId.Pitch,
        ParameterId.LevelTemperatures,
        ParameterId.Attack,
        ParameterId.Release,
        ParameterId.VelocityDepth,
        ParameterId.RootNote,
        ParameterId.BendRange,
        ParameterId.Buffer,
        ParameterId.Bypass,
        ParameterId.Reset,
    ];

    private readonly ILivePlayer player;
    private readonly TimeProvider time;
    private readonly LiveStatus status = new();
    private readonly Queue<LiveMessage> notices = new();
    private List<ParameterId> order;
    private int levels;
    private int note = NoNote;
    private char lastNoteKey;
    private long lastNoteTime;
    private long quitAsked;

    /// <summary>Begins with the global temperature selected.</summary>
    /// <param name="player">What is played.</param>
    /// <param name="time">The clock; the system's by default.</param>
    public TerminalController(ILivePlayer player, TimeProvider? time = null)
    {
        this.player = player;
        this.time = time ?? TimeProvider.System;
        levels = Math.Clamp(player.Values.Table.Compressions.Count, 1, ParameterTable.LevelSlots);
        order = Order();
    }

    /// <summary>The parameters that do not belong to a level, in the order of the keys.</summary>
    public static IReadOnlyList<ParameterId> Settings => LastOrder;

    /// <summary>The selected parameter.</summary>
    public ParameterId Selected { get; private set; } = ParameterId.Temperature;

    /// <summary>The selected level's index, coarsest first.</summary>
    public int Level { get; private set; }

    /// <summary>How many levels there are, at most four.</summary>
    public int Levels
    {
        get => levels;
        set
        {
            var count = Math.Clamp(value, 1, ParameterTable.LevelSlots);
            if (count == levels)
            {
                return;
            }

            levels = count;
            order = Order();
            Level = Math.Min(Level, count - 1);
            if (!order.Contains(Selected))
            {
                Selected = ParameterId.Temperature;
            }
        }
    }

    /// <summary>The page of the help that is shown, from 0; −1 where it is not.</summary>
    public int HelpPage { get; private set; } = -1;

    /// <summary>The pages of help that the window makes; set by the view.</summary>
    public int HelpPages { get; set; } = 1;

    /// <summary>What is being typed.</summary>
    public PromptKind Prompt { get; private set; }

    /// <summary>What was typed so far.</summary>
    public LineText Input { get; } = new();

    /// <summary>Whether the lower letter keys play notes.</summary>
    public bool AreNoteKeysOn { get; private set; }

    /// <summary>The octave that the note keys begin in.</summary>
    public int Octave { get; private set; } = 4;

    /// <summary>Whether the user wants to end.</summary>
    public bool IsQuitting { get; private set; }

    /// <summary>Takes the next sentence for the user about a key.</summary>
    public bool TryTakeNotice(out LiveMessage notice) => notices.TryDequeue(out notice);

    /// <summary>Does what a key asks for.</summary>
    /// <returns>Whether it means anything.</returns>
    public bool Press(ConsoleKeyInfo press)
    {
        if (press.Key == ConsoleKey.C && press.Modifiers == ConsoleModifiers.Control)
        {
            Quit();
            return true;
        }

        if (Prompt != PromptKind.None)
        {
            return Type(press);
        }

        if (
            AreNoteKeysOn
            && (press.Modifiers & (ConsoleModifiers.Control | ConsoleModifiers.Alt)) == ConsoleModifiers.None
            && PressNote(press.KeyChar)
        )
        {
            return true;
        }

        foreach (var binding in KeyBindings.All)
        {
            if (binding.Match(press) is var chord and >= 0)
            {
                binding.Act(this, chord);
                return true;
            }
        }

        return false;
    }

    /// <summary>Selects a parameter, and the level it belongs to.</summary>
    public void Select(ParameterId parameter)
    {
        Selected = parameter;
        for (var level = 0; level < Levels; level++)
        {
            if (parameter == ParameterTable.LevelTemperature(level) || parameter == ParameterTable.LevelTopK(level))
            {
                Level = level;
            }
        }
    }

    /// <summary>Selects the parameter before (−1) or after (1), round the end.</summary>
    public void SelectNext(int step)
    {
        var place = order.IndexOf(Selected);
        Select(order[(place + step + order.Count) % order.Count]);
    }

    /// <summary>Selects a level: its top-k where a top-k is selected, else its temperature.</summary>
    public void SelectLevel(int level)
    {
        if (level >= Levels)
        {
            Tell($"This pack has {Levels} levels.", isProblem: true);
            return;
        }

        var isTopK = Selected == ParameterId.TopK || Selected == ParameterTable.LevelTopK(Level);
        Select(isTopK ? ParameterTable.LevelTopK(level) : ParameterTable.LevelTemperature(level));
    }

    /// <summary>Moves the selected parameter a step up (1) or down (−1).</summary>
    public void Change(int direction, StepSize size)
    {
        var definition = Definition;
        if (definition.Kind == ParameterKind.Trigger)
        {
            if (direction > 0)
            {
                player.Values.Fire(Selected);
            }

            return;
        }

        player.Values[Selected] = ParameterSteps.Step(definition, player.Values[Selected], direction, size);
    }

    /// <summary>Turns a switch or choice to the next (1) or last (−1) value, round the end. What is selected stays so: a hand may be on it.</summary>
    public void Turn(ParameterId parameter, int step)
    {
        var definition = player.Values.Table[parameter];
        // Of the choice of detail only the levels that the pack has.
        var count = parameter == ParameterId.Detail ? Levels : definition.StepCount + 1;
        var place = Math.Min(count - 1, (int)(player.Values[parameter] - definition.Minimum));
        var next = (place + step + count) % count;
        // The last choice of detail is the finest level, however many there are.
        player.Values[parameter] = parameter == ParameterId.Detail && next == count - 1 ? definition.Maximum : definition.Minimum + next;
    }

    /// <summary>Sets the selected parameter to its default.</summary>
    public void SetDefault() => player.Values[Selected] = Definition.Default;

    /// <summary>Chooses another seed by chance.</summary>
    public void ThrowSeed()
    {
        var definition = player.Values.Table[ParameterId.Seed];
        var present = player.Values[ParameterId.Seed];
        float next;
        do
        {
            next = Random.Shared.Next((int)definition.Minimum, (int)definition.Maximum + 1);
        } while (next == present);

        player.Values[ParameterId.Seed] = next;
    }

    /// <summary>Starts again from the seed.</summary>
    public void Reset() => player.Values.Fire(ParameterId.Reset);

    /// <summary>Silences everything at once.</summary>
    public void Panic()
    {
        note = NoNote;
        player.Panic();
    }

    /// <summary>Recalls the preset before (−1) or after (1).</summary>
    public void RecallNext(int step) => player.RecallNext(step);

    /// <summary>Chooses the pack before (−1) or after (1).</summary>
    public void ChooseNextPack(int step) => player.ChooseNextPack(step);

    /// <summary>Begins or ends a take.</summary>
    public void ToggleRecording() => player.ToggleRecording();

    /// <summary>Learns the selected parameter.</summary>
    public void Learn() => player.Learn(Selected);

    /// <summary>Takes the selected parameter from its controller.</summary>
    public void Unlearn() => player.Unlearn(Selected);

    /// <summary>Begins to type a value of the selected parameter.</summary>
    public void BeginValue()
    {
        if (Definition.Kind == ParameterKind.Trigger)
        {
            player.Values.Fire(Selected);
            return;
        }

        Begin(PromptKind.Value, "");
    }

    /// <summary>Begins to type a seed.</summary>
    public void BeginSeed() => Begin(PromptKind.Seed, "");

    /// <summary>Begins to type a preset's name; the present one's is there already.</summary>
    public void BeginSave() => Begin(PromptKind.PresetName, player.PresetName ?? "");

    /// <summary>Lets the letter keys play notes, or no more.</summary>
    public void ToggleNoteKeys()
    {
        AreNoteKeysOn = !AreNoteKeysOn;
        if (!AreNoteKeysOn)
        {
            LetGo();
            return;
        }

        var isFree = player.Values[ParameterId.Mode] == (float)PlayMode.FreeRun;
        Tell(isFree ? "Note keys are on; notes sound in mode notes (M)." : "Note keys are on: z s x d c v … play, Tab or Esc ends it.");
    }

    /// <summary>Moves the note keys an octave.</summary>
    public void MoveOctave(int step) => Octave = Math.Clamp(Octave + step, LowestOctave, HighestOctave);

    /// <summary>Shows the help, its next page, or no more help.</summary>
    public void TurnHelp() => HelpPage = HelpPage + 1 < HelpPages ? HelpPage + 1 : -1;

    /// <summary>Leaves what was begun last.</summary>
    public void Cancel()
    {
        if (HelpPage >= 0)
        {
            HelpPage = -1;
        }
        else if (player.Map.LearningParameter is not null)
        {
            player.CancelLearning();
        }
        else if (AreNoteKeysOn)
        {
            ToggleNoteKeys();
        }
    }

    /// <summary>Ends; asks first where a slip would cost a take, or where letters are played.</summary>
    public void AskToQuit()
    {
        player.ReadStatus(status);
        var now = time.GetTimestamp();
        if ((!status.IsRecording && !AreNoteKeysOn) || (quitAsked != 0 && time.GetElapsedTime(quitAsked, now) < QuitTime))
        {
            Quit();
            return;
        }

        quitAsked = now;
        Tell(status.IsRecording ? "A take is being recorded: q again ends it and quits." : "q again quits.");
    }

    /// <summary>Ends at once.</summary>
    public void Quit()
    {
        LetGo();
        IsQuitting = true;
    }

    private ParameterDefinition Definition => player.Values.Table[Selected];

    private List<ParameterId> Order() =>
        [
            .. FirstOrder,
            .. Enumerable.Range(0, levels).SelectMany(l => new[] { ParameterTable.LevelTemperature(l), ParameterTable.LevelTopK(l) }),
            .. LastOrder,
        ];

    private void Begin(PromptKind kind, string text)
    {
        Prompt = kind;
        Input.Clear().Add(text);
    }

    private bool Type(ConsoleKeyInfo press)
    {
        switch (press.Key)
        {
            case ConsoleKey.Escape:
                Prompt = PromptKind.None;
                return true;
            case ConsoleKey.Enter:
                Accept();
                return true;
            case ConsoleKey.Backspace:
                Input.RemoveLast();
                return true;
            case ConsoleKey.U when press.Modifiers == ConsoleModifiers.Control:
                Input.Clear();
                return true;
        }

        if (char.IsControl(press.KeyChar) || Input.Length >= LongestInput)
        {
            return false;
        }

        Input.Add(press.KeyChar);
        return true;
    }

    private void Accept()
    {
        var text = Input.ToString().Trim();
        if (text.Length == 0)
        {
            Prompt = PromptKind.None;
            return;
        }

        if (Prompt == PromptKind.PresetName)
        {
            Prompt = PromptKind.None;
            player.SavePreset(text);
            return;
        }

        var definition = Prompt == PromptKind.Seed ? player.Values.Table[ParameterId.Seed] : Definition;
        if (definition.TryParse(text, out var value))
        {
            Prompt = PromptKind.None;
            player.Values[definition.Id] = value;
        }
        else
        {
            // What was typed stays, to be mended.
            Tell($"'{text}' is no value of {definition.Name}: give {definition.Describe()}.", isProblem: true);
        }
    }

    private bool PressNote(char letter)
    {
        var place = KeyBindings.Piano.IndexOf(letter, StringComparison.Ordinal);
        if (place < 0)
        {
            return false;
        }

        var now = time.GetTimestamp();
        var isRepeat = letter == lastNoteKey && note != NoNote && time.GetElapsedTime(lastNoteTime, now) < RepeatTime;
        (lastNoteKey, lastNoteTime) = (letter, now);
        var next = ((Octave + 1) * 12) + place;
        if (isRepeat || next is < 0 or > 127)
        {
            return true;
        }

        LetGo();
        note = next;
        player.NoteOn(note, KeyVelocity);
        return true;
    }

    private void LetGo()
    {
        if (note != NoNote)
        {
            player.NoteOff(note);
            note = NoNote;
        }
    }

    private void Tell(string text, bool isProblem = false)
    {
        player.ReadStatus(status);
        notices.Enqueue(new LiveMessage("keys", text, isProblem, status.Seconds));
    }
}
