using VQWave.Controls;

namespace VQWave.Player.Live.Views;

// Settings, the selected parameter, messages, the bottom row and the help.
internal sealed partial class TerminalFrame
{
    private const int HelpKeysWidth = 12;
    private const int HelpColumn = 40;

    /// <summary>The pages that the help takes in a window of this size.</summary>
    public int HelpPages => Math.Max(1, (KeyBindings.Help.Count + HelpPerPage - 1) / HelpPerPage);

    private int HelpColumns => Math.Max(1, Width / HelpColumn);

    private int HelpPerPage => HelpColumns * Math.Max(1, canvas.Height - 3);

    private int DrawSettings(int y, in TerminalLayout layout)
    {
        var settings = TerminalController.Settings;
        var (columns, rows) = (layout.GridColumns, layout.GridRows);
        var total = (settings.Count + columns - 1) / columns;
        var selected = -1;
        for (var i = 0; i < settings.Count; i++)
        {
            selected = settings[i] == controller.Selected ? i : selected;
        }

        // Where not all rows fit, those around the selected one.
        var first = rows >= total || selected < 0 ? 0 : Math.Clamp((selected / columns) - (rows / 2), 0, total - rows);
        var cell = (Width - 2) / columns;
        for (var row = 0; row < rows; row++)
        {
            for (var column = 0; column < columns; column++)
            {
                var index = ((first + row) * columns) + column;
                if (index < settings.Count)
                {
                    DrawSetting(1 + (column * cell), y + row, cell - 1, settings[index]);
                }
            }
        }

        return y + rows;
    }

    private void DrawSetting(int x, int y, int width, ParameterId id)
    {
        var definition = Values.Table[id];
        var isSelected = id == controller.Selected;
        var nameWidth = width >= 26 ? 14 : 9;
        canvas.PutText(x, y, isSelected ? Stage.Key : Stage.Label, width >= 26 ? definition.Name : definition.ShortName, x + nameWidth - 1);
        line.Clear();
        AddSettingValue(definition);
        canvas.PutText(x + nameWidth, y, isSelected ? Stage.Selected : Stage.Plain, line.Span, x + width);
    }

    private void AddSettingValue(ParameterDefinition definition)
    {
        if (definition.Kind == ParameterKind.Trigger)
        {
            line.Add('↵');
        }
        else
        {
            line.AddValue(definition, Values[definition.Id]);
        }
    }

    private void DrawSelected(int y)
    {
        var definition = Values.Table[controller.Selected];
        canvas.Fill(0, y, Width, new Style(Stage.Text, Stage.Bar));
        var x = canvas.PutText(1, y, Stage.Key.On(Stage.Bar), "▸ ");
        x = canvas.PutText(x, y, Stage.Key.On(Stage.Bar), definition.Name, Width / 2) + 1;
        line.Clear().Add(' ');
        AddSettingValue(definition);
        x = canvas.PutText(x, y, Stage.Selected, line.Add(' ').Span, Width - 10) + 1;
        var controllerNumber = Controller(definition.Id);
        line.Clear();
        if (controllerNumber >= 0)
        {
            line.Write($"CC {controllerNumber} ");
        }
        else
        {
            line.Add("no CC ");
        }

        var end = Width - line.Length;
        canvas.PutText(end, y, Stage.TitleQuiet, line.Span);
        if (definition.Kind is ParameterKind.Continuous or ParameterKind.Integer)
        {
            var share = definition.ToNormalised(Values[definition.Id]);
            line.Clear().AddValue(definition, definition.Minimum);
            var bar = Math.Min(60, end - x - line.Length - 12);
            if (bar >= 8)
            {
                x = canvas.PutText(x, y, Stage.TitleQuiet, line.Span) + 1;
                DrawBar(x, y, bar, share, new Style(Stage.Amber));
                line.Clear().AddValue(definition, definition.Maximum);
                canvas.PutText(x + bar + 1, y, Stage.TitleQuiet, line.Span, end - 1);
            }

            return;
        }

        DrawChoices(x, y, end, definition);
    }

    private void DrawChoices(int x, int y, int end, ParameterDefinition definition)
    {
        if (definition.Kind == ParameterKind.Choice)
        {
            for (var i = 0; i < definition.Choices.Count; i++)
            {
                var isChosen = (int)(Values[definition.Id] - definition.Minimum) == i;
                x = canvas.PutText(x, y, isChosen ? Stage.Title : Stage.TitleQuiet, definition.Choices[i], end - 1) + 2;
            }
        }
        else
        {
            var text = definition.Kind == ParameterKind.Trigger ? "Enter or → does it" : "off / on";
            canvas.PutText(x, y, Stage.TitleQuiet, text, end - 1);
        }
    }

    private void DrawMessages(int y, int rows, LiveStatus status)
    {
        if (status.Fault is { } fault)
        {
            canvas.Fill(0, y, Width, Stage.Alarm);
            canvas.PutText(1, y++, Stage.Alarm, fault);
            rows--;
        }

        if (status.Learning is { } learning && rows > 0)
        {
            line.Clear().Add("Move a controller for ").Add(Values.Table[learning].Name).Add("; Esc leaves it.");
            canvas.PutText(1, y++, Stage.Warning, line.Span);
            rows--;
        }

        // The newest at the top, where the eye is.
        for (var i = 0; i < Math.Min(rows, log.Count); i++)
        {
            var message = log[i];
            line.Clear().AddTime(message.Time).Add(' ');
            var x = canvas.PutText(1, y + i, Stage.Label, line.Span);
            var style =
                message.IsProblem ? Stage.Problem
                : i == 0 ? Stage.Strong
                : Stage.Plain;
            canvas.PutText(x, y + i, style, message.Text);
        }
    }

    private void DrawBottom(int y, LiveStatus status)
    {
        if (controller.Prompt != PromptKind.None)
        {
            DrawPrompt(y);
            return;
        }

        canvas.Fill(0, y, Width, Stage.TitleQuiet);
        var x = 1;
        if (controller.AreNoteKeysOn)
        {
            x = PutHint(x, y, "z s x d …", "");
            line.Clear().Add("from ").AddNote((controller.Octave + 1) * 12);
            x = canvas.PutText(x, y, Stage.TitleQuiet, line.Span) + 2;
            x = PutHint(x, y, "- =", "octave");
            x = PutHint(x, y, "Tab", "end");
        }

        x = PutHint(x, y, "?", "help");
        x = PutHint(x, y, "↑↓", "choose");
        x = PutHint(x, y, "←→", "change");
        x = PutHint(x, y, "R", status.IsRecording ? "end take" : "record");
        x = PutHint(x, y, "Space", "panic");
        x = PutHint(x, y, "q", "quit");
        if (Width >= 100)
        {
            x = PutHint(x, y, "s", "new seed");
            x = PutHint(x, y, "f", "freeze");
            x = PutHint(x, y, "[ ]", "preset");
            x = PutHint(x, y, "l", "learn");
            _ = PutHint(x, y, "n", "note keys");
        }
    }

    private int PutHint(int x, int y, string key, string text)
    {
        if (x + key.Length + text.Length + 1 >= Width)
        {
            return x;
        }

        x = canvas.PutText(x, y, Stage.Key.On(Stage.Bar), key);
        return text.Length == 0 ? x + 1 : canvas.PutText(x + 1, y, Stage.TitleQuiet, text) + 2;
    }

    private void DrawPrompt(int y)
    {
        var style = new Style(Stage.White, Stage.Track, IsBold: true);
        canvas.Fill(0, y, Width, style);
        var x = controller.Prompt switch
        {
            PromptKind.PresetName => canvas.PutText(1, y, Stage.Key.On(Stage.Track), "Save preset as: "),
            PromptKind.Seed => canvas.PutText(1, y, Stage.Key.On(Stage.Track), "Seed: "),
            _ => canvas.PutText(canvas.PutText(1, y, Stage.Key.On(Stage.Track), Values.Table[controller.Selected].Name), y, style, ": "),
        };
        // The end of a long entry is what is being typed.
        var text = controller.Input.Span;
        var room = Width - x - 2;
        text = text.Length > room ? text[^room..] : text;
        x = canvas.PutText(x, y, style, text);
        canvas.Set(x, y, '▏', style with { Foreground = Stage.Amber });
        const string hint = " Enter: take  Esc: leave ";
        if (x + 2 < Width - hint.Length)
        {
            canvas.PutText(Width - hint.Length, y, new Style(Stage.Quiet, Stage.Track), hint);
        }
    }

    private void DrawHelp(LiveStatus status)
    {
        canvas.Fill(0, 0, Width, Stage.Title);
        var pages = HelpPages;
        var page = Math.Min(controller.HelpPage, pages - 1);
        canvas.PutText(1, 0, Stage.Title, "Keys");
        line.Clear().Write($"page {page + 1} of {pages} ");
        canvas.PutText(Width - line.Length, 0, Stage.TitleQuiet, line.Span);
        var rows = canvas.Height - 3;
        var width = Width / HelpColumns;
        for (var i = 0; i < HelpPerPage; i++)
        {
            var index = (page * HelpPerPage) + i;
            if (index >= KeyBindings.Help.Count)
            {
                break;
            }

            var (heading, binding) = KeyBindings.Help[index];
            var (x, y) = (1 + (i / rows * width), 1 + (i % rows));
            if (binding is null)
            {
                canvas.PutText(x, y, Stage.Strong, heading, x + width - 1);
                continue;
            }

            canvas.PutText(x, y, Stage.Key, binding.Label, x + HelpKeysWidth);
            canvas.PutText(x + HelpKeysWidth + 1, y, Stage.Plain, binding.Help, x + width - 1);
        }

        var end = canvas.Height - 2;
        canvas.PutText(
            1,
            end,
            Stage.Label,
            page + 1 < pages ? "? or h: next page   Esc: back   keys work here too" : "? h Esc: back   keys work here too"
        );
        DrawBottom(canvas.Height - 1, status);
    }
}
