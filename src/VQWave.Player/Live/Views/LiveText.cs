using VQWave.Controls;

namespace VQWave.Player.Live.Views;

/// <summary>Figures of live play as text, written without an allocation.</summary>
internal static class LiveText
{
    private static readonly string[] NoteNames = ["C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B"];
    private static readonly string[] Fixed = ["F0", "F1", "F2", "F3", "F4"];

    /// <summary>A linear level in dBFS; −infinity for silence.</summary>
    public static double Decibels(double level) => level > 0 ? 20 * Math.Log10(level) : double.NegativeInfinity;

    /// <summary>Adds a level in dBFS with one decimal; "-inf" for silence.</summary>
    public static LineText AddDecibels(this LineText line, double level)
    {
        var decibels = Decibels(level);
        return double.IsFinite(decibels) ? line.Add(decibels, "F1") : line.Add("-inf");
    }

    /// <summary>Adds a note by name; C4 is 60.</summary>
    public static LineText AddNote(this LineText line, int note) => line.Write($"{NoteNames[note % 12]}{(note / 12) - 1}");

    /// <summary>Adds the held notes by name, the sounding one last, with a blank between them; "-" where there is none.</summary>
    public static LineText AddNotes(this LineText line, LiveStatus status)
    {
        if (status.NoteCount == 0)
        {
            return line.Add('-');
        }

        for (var i = 0; i < Math.Min(status.NoteCount, status.Notes.Length); i++)
        {
            if (i > 0)
            {
                line.Add(' ');
            }

            line.AddNote(status.Notes[i]);
        }

        return line;
    }

    /// <summary>Adds seconds as minutes:seconds, with hours where there are any.</summary>
    public static LineText AddTime(this LineText line, double seconds)
    {
        var whole = double.IsFinite(seconds) ? (long)Math.Max(0, seconds) : 0;
        return whole >= 3600
            ? line.Write($"{whole / 3600}:{whole / 60 % 60:00}:{whole % 60:00}")
            : line.Write($"{whole / 60}:{whole % 60:00}");
    }

    /// <summary>Adds a number with its sign; zero has none.</summary>
    public static LineText AddSigned(this LineText line, double value, string format)
    {
        var start = line.Length;
        line.Add(value, format);
        var digits = line.Span[start..];
        var isZero = IsZero(digits);
        if (isZero && digits[0] == '-')
        {
            line.Truncate(start).Add(0.0, format);
        }
        else if (!isZero && value > 0)
        {
            line.Truncate(start).Add('+').Add(value, format);
        }

        return line;
    }

    // A plain loop: the library's searches allocate until the compiler has optimised them.
    private static bool IsZero(ReadOnlySpan<char> digits)
    {
        foreach (var digit in digits)
        {
            if (digit is >= '1' and <= '9')
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Adds a top-k; 0 is all codes.</summary>
    public static LineText AddTopK(this LineText line, int topK) => topK == 0 ? line.Add("all") : line.Add(topK, default);

    /// <summary>Adds a MIDI message in words, as <see cref="MidiMessage.ToString"/> gives it.</summary>
    public static LineText AddMidi(this LineText line, in MidiMessage message)
    {
        var channel = message.Channel + 1;
        return message.Kind switch
        {
            MidiMessageKind.None => line.Add("nothing"),
            MidiMessageKind.NoteOff => line.Write($"note off {message.Data1}, channel {channel}"),
            MidiMessageKind.NoteOn => line.Write($"note {message.Data1} velocity {message.Data2}, channel {channel}"),
            MidiMessageKind.PolyPressure => line.Write($"pressure {message.Data2} of note {message.Data1}, channel {channel}"),
            MidiMessageKind.ControlChange => line.Write($"CC {message.Data1} = {message.Data2}, channel {channel}"),
            MidiMessageKind.ProgramChange => line.Write($"program {message.Data1 + 1}, channel {channel}"),
            MidiMessageKind.ChannelPressure => line.Write($"pressure {message.Data1}, channel {channel}"),
            MidiMessageKind.PitchBend => line.Write($"bend {message.Bend - 8192}, channel {channel}"),
            _ => line.Write($"system 0x{message.Status:X2}"),
        };
    }

    /// <summary>The kind of a MIDI message as a word for programs.</summary>
    public static string MidiKind(MidiMessageKind kind) =>
        kind switch
        {
            MidiMessageKind.None => "none",
            MidiMessageKind.NoteOff => "note_off",
            MidiMessageKind.NoteOn => "note_on",
            MidiMessageKind.PolyPressure => "poly_pressure",
            MidiMessageKind.ControlChange => "control_change",
            MidiMessageKind.ProgramChange => "program_change",
            MidiMessageKind.ChannelPressure => "channel_pressure",
            MidiMessageKind.PitchBend => "pitch_bend",
            _ => "system",
        };

    /// <summary>Adds a parameter's value as <see cref="ParameterDefinition.Format"/> writes it.</summary>
    public static LineText AddValue(this LineText line, ParameterDefinition parameter, float plain)
    {
        var value = parameter.Clamp(plain);
        if (value == parameter.Minimum && parameter.MinimumText is { } minimum)
        {
            return line.Add(minimum);
        }

        switch (parameter.Kind)
        {
            case ParameterKind.Toggle:
                return line.Add(value > 0 ? "on" : "off");
            case ParameterKind.Trigger:
                return line.Add(value > 0 ? "now" : "-");
            case ParameterKind.Choice:
                return line.Add(parameter.Choices[(int)(value - parameter.Minimum)]);
        }

        if (parameter.Unit == ParameterUnit.Note)
        {
            return line.AddNote((int)value);
        }

        var format = Fixed[parameter.Kind == ParameterKind.Continuous ? Math.Min(parameter.Decimals, Fixed.Length - 1) : 0];
        if (parameter.Unit is ParameterUnit.Semitones or ParameterUnit.Decibels && parameter.Minimum < 0)
        {
            line.AddSigned(value, format);
        }
        else
        {
            line.Add(value, format);
        }

        return parameter.UnitText.Length == 0 ? line : line.Add(' ').Add(parameter.UnitText);
    }
}
