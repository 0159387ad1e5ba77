using System.Text.Json;
using VQWave.Controls;
using VQWave.SurfaceLink;

namespace VQWave.Surface;

/// <summary>What one page asks for: checked, held to a bearable rate, and handed on.</summary>
/// <remarks>Threading: one call at a time.</remarks>
internal sealed class PageCommands
{
    private const double PlayedPerSecond = 400;
    private const double ReleasedPerSecond = 200;
    private const double AskedPerSecond = 10;

    private readonly SurfaceHub hub;
    private readonly PageConnection page;
    private readonly HeldNotes held = new();
    private readonly RateLimit played;
    private readonly RateLimit released;
    private readonly RateLimit asked;
    private readonly RateLimit hints;

    /// <summary>Creates it for a page.</summary>
    public PageCommands(SurfaceHub hub, PageConnection page, TimeProvider? time = null)
    {
        this.hub = hub;
        this.page = page;
        var clock = time ?? TimeProvider.System;
        played = new RateLimit(PlayedPerSecond, PlayedPerSecond, clock);
        released = new RateLimit(ReleasedPerSecond, ReleasedPerSecond, clock);
        asked = new RateLimit(AskedPerSecond, 2 * AskedPerSecond, clock);
        hints = new RateLimit(1, 1, clock);
    }

    /// <summary>Does what a command says; what it cannot be is answered with a sentence.</summary>
    public void Take(ReadOnlyMemory<byte> json)
    {
        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 4 });
            // In a flood what ends a sound still counts: a note must not hang.
            if (played.TryTake() || (EndsSound(document.RootElement) && released.TryTake()))
            {
                Do(document.RootElement);
            }
            else
            {
                Hint();
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException or KeyNotFoundException)
        {
            Refuse("This is no command of the live surface.");
        }
        catch (VQWaveException e)
        {
            Refuse(e.Message);
        }
    }

    /// <summary>Lets the notes go that the page holds: it has gone.</summary>
    public void Release()
    {
        hub.Moves.Flush();
        held.Release(note => hub.Player.Note(note, 0), (status, note) => hub.Player.Midi(status, note, 0));
    }

    private static bool EndsSound(JsonElement command) =>
        command.GetProperty("do").GetString() switch
        {
            "note" => Number(command, "velocity", 127) == 0,
            "midi" => command.GetProperty("bytes") is var bytes
                && bytes.GetArrayLength() == 3
                && HeldNotes.IsRelease(bytes[0].GetByte(), bytes[2].GetByte()),
            "panic" => true,
            _ => false,
        };

    private void Do(JsonElement command)
    {
        switch (command.GetProperty("do").GetString())
        {
            case "set":
                hub.Moves.Add(Parameter(command).Index, command.GetProperty("value").GetSingle());
                break;
            case "text":
                var typed = Parameter(command);
                hub.Moves.Add(typed.Index, typed.Parse(Text(command, "text")));
                break;
            case "default":
                var back = Parameter(command);
                hub.Moves.Add(back.Index, back.Default);
                break;
            case "trigger":
                hub.Moves.Flush();
                hub.Player.Fire(Parameter(command).Index);
                break;
            case "note":
                var (note, velocity) = (Number(command, "note", 127), Number(command, "velocity", 127));
                hub.Moves.Flush();
                held.Play(note, velocity);
                hub.Player.Note(note, velocity);
                break;
            case "midi":
                Midi(command.GetProperty("bytes"));
                break;
            case "panic":
                hub.Moves.Flush();
                hub.Player.Do(new SurfaceCommand("panic"));
                break;
            case { } other:
                Ask(other, command);
                break;
            case null:
                throw new FormatException();
        }
    }

    // What is asked for, not played: a few a second are plenty.
    private void Ask(string what, JsonElement command)
    {
        if (!asked.TryTake())
        {
            Hint();
            return;
        }

        hub.Moves.Flush();
        switch (what)
        {
            case "record" or "cancel_learning" or "dice":
                hub.Player.Do(new SurfaceCommand(what));
                break;
            case "next_preset":
                hub.Player.Do(new SurfaceCommand(what, Step: command.GetProperty("step").GetInt32() < 0 ? -1 : 1));
                break;
            case "lock_seed":
                hub.Player.Do(new SurfaceCommand(what, On: command.GetProperty("locked").GetBoolean()));
                break;
            case "learn" or "unlearn":
                hub.Player.Do(new SurfaceCommand(what, Parameter(command).Key));
                break;
            case "recall" or "save_preset" or "delete_preset":
                hub.Player.Do(new SurfaceCommand(what, Text(command, "name")));
                break;
            case "rename_preset":
                hub.Player.Do(new SurfaceCommand(what, Text(command, "name"), Text(command, "to")));
                break;
            case "pack":
                // By its name in the list only: no folder that a page thinks of.
                hub.Player.Do(new SurfaceCommand(what, hub.Packs.Find(Text(command, "name")).Directory));
                break;
            case "rename_take":
                hub.Takes.Rename(Text(command, "name"), Text(command, "to"));
                hub.TellTakes();
                break;
            case "delete_take":
                hub.Takes.Delete(Text(command, "name"));
                hub.TellTakes();
                break;
            case "invite":
                page.SendText(hub.Invitation());
                break;
            default:
                throw new FormatException();
        }
    }

    private void Midi(JsonElement bytes)
    {
        Span<byte> message = stackalloc byte[3];
        if (bytes.GetArrayLength() is < 1 or > 3)
        {
            throw new FormatException();
        }

        for (var i = 0; i < bytes.GetArrayLength(); i++)
        {
            message[i] = bytes[i].GetByte();
        }

        if (!MidiMessage.TryRead(message, out var read) || read.Kind is MidiMessageKind.System)
        {
            throw new FormatException();
        }

        hub.Moves.Flush();
        held.Play(read.Status, read.Data1, read.Data2);
        hub.Player.Midi(read.Status, read.Data1, read.Data2);
    }

    private static ParameterDefinition Parameter(JsonElement command)
    {
        var key = Text(command, "key");
        return ParameterTable.Default.FindKey(key) ?? throw new VQWaveException($"There is no parameter '{key}'.");
    }

    private static string Text(JsonElement command, string name) => command.GetProperty(name).GetString() ?? throw new FormatException();

    private static int Number(JsonElement command, string name, int most) =>
        command.GetProperty(name).GetInt32() is var number && number >= 0 && number <= most ? number : throw new FormatException();

    private void Refuse(string sentence)
    {
        if (hints.TryTake())
        {
            page.SendText(
                LinkJson.Object(json =>
                {
                    json.WriteString("event", "error");
                    json.WriteString("text", sentence);
                })
            );
        }
    }

    private void Hint()
    {
        if (hints.TryTake())
        {
            page.SendText("""{"event":"limited"}"""u8.ToArray());
        }
    }
}
