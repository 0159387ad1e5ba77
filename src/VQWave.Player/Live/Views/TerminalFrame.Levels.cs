using VQWave.Controls;
using VQWave.Inference;

namespace VQWave.Player.Live.Views;

// The levels: temperature, top-k, codes.
internal sealed partial class TerminalFrame
{
    private int DrawLevels(int y, LiveStatus status, int levels, in TerminalLayout layout)
    {
        DrawGlobals(y++);
        for (var level = 0; level < levels; level++)
        {
            var isResting = level > status.Engine.Sounding;
            var x = DrawLevel(y, status, level, isResting, layout);
            if (layout.LaneRows == 0)
            {
                DrawLane(x, y, 1, level, isResting);
                y++;
                continue;
            }

            y++;
            DrawLane(3, y, layout.LaneRows, level, isResting);
            y += layout.LaneRows + (level + 1 < levels ? layout.LevelGap : 0);
        }

        return y;
    }

    private void DrawGlobals(int y)
    {
        canvas.PutText(3, y, Stage.Strong, "all");
        var temperature = Values[ParameterId.Temperature];
        var isIdle = Values[ParameterId.LevelTemperatures] == (float)LevelTemperatureMode.Own;
        line.Clear().Write($"{temperature:F2}");
        DrawFigures(
            y,
            ParameterId.Temperature,
            ParameterId.TopK,
            isIdle ? " unused" : "",
            (int)Values[ParameterId.TopK],
            "",
            temperature,
            false
        );
    }

    private int DrawLevel(int y, LiveStatus status, int level, bool isResting, in TerminalLayout layout)
    {
        var temperatureId = ParameterTable.LevelTemperature(level);
        var topKId = ParameterTable.LevelTopK(level);
        var isSelected = controller.Selected == temperatureId || controller.Selected == topKId;
        canvas.Put(1, y, isSelected ? Stage.Key : Stage.Label, $"{level + 1}");
        line.Clear();
        AddLevelName(status, level);
        var isHeard = level == status.Engine.Sounding;
        var name =
            isResting ? Stage.Label
            : isHeard ? Stage.Strong with { Foreground = Stage.Green }
            : Stage.Strong;
        canvas.PutText(3, y, name, line.Span, 8);
        var own = Values[temperatureId];
        var effective = Values.EffectiveTemperature(level);
        var isOwn = Values[ParameterId.LevelTemperatures] == (float)LevelTemperatureMode.Own;
        var offset = own - 1;
        line.Clear();
        if (isOwn)
        {
            line.Add(" own");
        }
        else
        {
            // Also nothing has a sign here, so that it reads as an offset beside the temperature.
            var start = line.Add(' ').Length;
            line.AddSigned(offset, "F2");
            if (line.Span[start] is not ('+' or '-'))
            {
                line.Truncate(start).Add('±').Add(0.0, "F2");
            }
        }

        var setting = line.Span;
        var topKSetting = Values[topKId] > 0 ? "own" : "all";
        var x = DrawFigures(y, temperatureId, topKId, setting, Values.EffectiveTopK(level), topKSetting, effective, isResting);
        if (layout.LaneRows > 0)
        {
            var end = DrawLevelState(x, y, status, level, isResting);
            DrawEngine(end, y, status, level);
        }

        return x;
    }

    // Temperature and its setting, a bar, top-k and its setting: the same columns for all levels and for the global values.
    private int DrawFigures(
        int y,
        ParameterId temperatureId,
        ParameterId topKId,
        ReadOnlySpan<char> temperatureSetting,
        int topK,
        ReadOnlySpan<char> topKSetting,
        float temperature,
        bool isQuiet
    )
    {
        var isWide = Width >= 76;
        var value = isQuiet ? Stage.Plain : Stage.Strong;
        var x = 9;
        if (isWide)
        {
            canvas.PutText(x, y, Stage.Label, "temp");
            x += 5;
        }

        var temperatureStyle = controller.Selected == temperatureId ? Stage.Selected : value;
        canvas.PutText(x + 4, y, Stage.Label, temperatureSetting, x + 11);
        canvas.Put(x, y, temperatureStyle, $"{temperature:F2}");
        x += 12;
        // What steps the level has room at the right: with its name, or its precision only.
        var engine = Width >= 100 ? 24 : 7;
        var bar = isWide ? Math.Clamp(Width - 60 - engine, 10, TemperatureBarWidth) : 10;
        DrawLamps(x, y, bar, temperature / ParameterTable.MaximumTemperature, TemperatureColour(temperature, isQuiet));
        x += bar + 1;
        if (isWide)
        {
            x++;
            canvas.PutText(x, y, Stage.Label, "top-k");
            x += 6;
        }
        else
        {
            canvas.PutText(x, y, Stage.Label, "k");
            x += 2;
        }

        line.Clear().AddTopK(topK);
        line.AlignRight(0, 4);
        canvas.PutText(x, y, controller.Selected == topKId ? Stage.Selected : value, line.Span);
        x += 5;
        // "all" as a setting would read as "all codes".
        canvas.PutText(
            x,
            y,
            Stage.Label,
            topKSetting is "own" ? "own"
                : topKSetting.IsEmpty ? ""
                : "glob"
        );
        return x + 5;
    }

    // Lamps in a row: they do not run into the lanes of codes above and below.
    private void DrawLamps(int start, int y, int width, double share, int colour)
    {
        var lit = (int)Math.Round(Math.Clamp(share, 0, 1) * width);
        for (var i = 0; i < width; i++)
        {
            canvas.Set(start + i, y, i < lit ? '■' : '·', new Style(i < lit ? colour : Stage.Rail));
        }
    }

    private static int TemperatureColour(float temperature, bool isQuiet) =>
        isQuiet ? Stage.Quiet
        : temperature < 0.6f ? Stage.Cyan
        : temperature <= 1.05f ? Stage.Green
        : temperature <= 1.4f ? Stage.Amber
        : Stage.Red;

    // What steps the level, at the right; where there is little room in how many bits only.
    private void DrawEngine(int x, int y, LiveStatus status, int level)
    {
        if (level >= status.Engines.Count)
        {
            return;
        }

        var engine = status.Engines[level];
        var room = Width - 1 - (x + 1);
        var text = engine.Text.Length <= room ? engine.Text : engine.Precision.ToName();
        if (text.Length <= room)
        {
            canvas.PutText(Width - 1 - text.Length, y, Stage.Label, text);
        }
    }

    private int DrawLevelState(int x, int y, LiveStatus status, int level, bool isResting)
    {
        var engine = status.Engine;
        if (isResting)
        {
            var isDropped = level <= engine.Detail;
            return canvas.PutText(x + 1, y, isDropped ? Stage.Warning : Stage.Label, isDropped ? "DROPPED" : "rests");
        }

        line.Clear();
        AddControllers(ParameterTable.LevelTemperature(level), ParameterTable.LevelTopK(level));
        x = canvas.PutText(x + 1, y, Stage.Label, line.Span);
        if (level == engine.Sounding && x + 2 + "heard".Length < Width)
        {
            x = canvas.PutText(x + 2, y, new Style(Stage.Green), "heard");
        }

        if (level == 0 && engine.Frozen)
        {
            x = canvas.PutText(x + 2, y, new Style(Stage.Cyan, IsBold: true), "frozen");
        }

        return x;
    }

    private void AddControllers(ParameterId first, ParameterId second)
    {
        var a = Controller(first);
        var b = Controller(second);
        if (a >= 0)
        {
            line.Write($"CC{a}");
        }

        if (b >= 0)
        {
            line.Add(a >= 0 ? " " : "").Write($"CC{b}");
        }
    }

    private int Controller(ParameterId parameter)
    {
        var bindings = player.Map.Bindings;
        for (var i = 0; i < bindings.Count; i++)
        {
            if (bindings[i].Parameter == parameter)
            {
                return bindings[i].Controller;
            }
        }

        return -1;
    }

    // The newest code at the right; a colour for each code.
    private void DrawLane(int start, int y, int rows, int level, bool isResting)
    {
        var lane = lanes[level];
        for (var x = Width - 2; x >= start; x--)
        {
            var age = Width - 2 - x;
            var code = !isResting && age < lane.Count ? lane[age] : CodeLane.Gap;
            var (letter, style) =
                code == CodeLane.Gap ? (Empty, new Style(Stage.Quiet, Stage.Bar))
                : canvas.Depth == ColorDepth.None ? (CodeLetters[code % CodeLetters.Length], Stage.Plain)
                : (' ', new Style(Stage.Text, Stage.Code(code)));
            for (var row = 0; row < rows; row++)
            {
                canvas.Set(x, y + row, letter, style);
            }
        }
    }
}
