using System.CommandLine;
using System.Globalization;
using VQWave.Controls;
using VQWave.Player.Hosting;
using VQWave.Player.Live.Surface;

namespace VQWave.Player.Commands;

/// <summary>The options of live play beside those of generation.</summary>
internal sealed class LivePlayOptions
{
    private readonly Option<string?> jack = new("--jack")
    {
        HelpName = "SERVER",
        Arity = ArgumentArity.ZeroOrOne,
        Description = "Be a JACK client of its own, with a MIDI port [default server: JACK_DEFAULT_SERVER]",
    };

    private readonly Option<string?> audio = new("--audio")
    {
        HelpName = "DEVICE",
        Description =
            "The sound device: its number or a part of its name, as 'vqwave devices' shows it [default: the last one, else the system's]",
    };

    private readonly Option<string?> host = new("--host")
    {
        HelpName = "API",
        Description = "How the device is reached: a part of ALSA, JACK, …",
    };

    private readonly Option<string?> rate = new("--rate")
    {
        HelpName = "HZ",
        Description = "Frames a second, 8000 to 192000 [default: the device's]",
    };

    private readonly Option<string?> frames = new("--frames")
    {
        HelpName = "N",
        Description = "Frames of a block, 16 to 8192 [default: 256]",
    };

    private readonly Option<bool> silent = new("--silent")
    {
        Description = "Open no sound device: play in real time into nothing (with --output: into the file)",
    };

    private readonly Option<string[]> midiIn = new("--midi-in")
    {
        HelpName = "NAME",
        Description = "A MIDI input, by a part of its name; may be repeated [default: all controllers]",
    };

    private readonly Option<bool> noMidi = new("--no-midi") { Description = "Open no MIDI inputs" };

    private readonly Option<string?> midiMap = new("--midi-map")
    {
        HelpName = "FILE",
        Description = "Which controllers move what [default: midi-map.json in the user's configuration folder]",
    };

    private readonly Option<string?> preset = new("--preset", "-p") { HelpName = "NAME", Description = "A preset to begin with" };

    private readonly Option<string?> mode = new("--mode")
    {
        HelpName = "free-run|notes",
        Description = "Whether the music runs by itself, or notes gate and pitch it",
    };

    private readonly Option<string[]> set = new("--set")
    {
        HelpName = "KEY=VALUE",
        Description = "A parameter to begin with, such as buffer=80, gain=-6 or level_4_temperature=0.7; may be repeated",
    };

    private readonly Option<string?> takes = new("--takes")
    {
        HelpName = "DIR",
        Description = "Where the record key writes takes [default: the current folder]",
    };

    private readonly Option<bool> follow = new("--follow")
    {
        Description = "Follow what comes in through JACK: it is encoded, and the finer levels are imagined on top",
    };

    private readonly Option<bool> transport = new("--transport")
    {
        Description = "JACK's transport plays: rolling, the piece begins from its seed; stopped, it is muted",
    };

    private readonly Option<string[]> insert = new("--insert")
    {
        HelpName = "EFFECT.vst3[:CLASS]",
        Description = "A VST3 effect behind the generator; may be repeated, and the sound goes through them in order",
    };

    private readonly Option<string[]> insertParameter = new("--insert-param")
    {
        HelpName = "N:NAME=VALUE",
        Description = "A parameter of the N-th insert, as 'vqwave host EFFECT.vst3 --list' names it; may be repeated",
    };

    private readonly Option<bool> fresh = new("--fresh")
    {
        Description = "Begin with the defaults; the last session is neither read nor written",
    };

    private readonly Option<string?> surface = new("--ui")
    {
        HelpName = "PORT",
        Arity = ArgumentArity.ZeroOrOne,
        Description =
            $"Serve the live surface, a page to see and touch it all, on this machine [default port: {SurfaceOptions.UsualPort}, else a free one]",
    };

    private readonly Option<string?> surfaceAddress = new("--ui-bind")
    {
        HelpName = "ADDRESS",
        Description =
            "Serve it on this address of this machine, for a tablet on the local network; 0.0.0.0 is all of them [default: 127.0.0.1]",
    };

    private readonly Option<bool> noBrowser = new("--no-browser") { Description = "With --ui: open no browser" };

    private readonly Option<bool> plain = new("--plain") { Description = "Plain lines, as without a terminal" };

    public void AddTo(Command command)
    {
        Option[] all =
        [
            jack,
            audio,
            host,
            rate,
            frames,
            silent,
            midiIn,
            noMidi,
            midiMap,
            preset,
            mode,
            set,
            insert,
            insertParameter,
            takes,
            follow,
            transport,
            fresh,
            surface,
            surfaceAddress,
            noBrowser,
            plain,
        ];
        foreach (var option in all)
        {
            command.Options.Add(option);
        }
    }

    public bool IsPlain(ParseResult result) => result.GetValue(plain);

    public LivePlayWish Read(ParseResult result)
    {
        var wantsJack = result.GetResult(jack) is { Implicit: false };
        if (wantsJack && (result.GetValue(audio) ?? result.GetValue(host)) is not null)
        {
            throw new UsageException("--jack and --audio or --host contradict each other: give one of them.");
        }

        if (result.GetValue(follow) && !wantsJack)
        {
            throw new UsageException("--follow hears through JACK: give --jack too.");
        }

        if (result.GetValue(transport) && !wantsJack)
        {
            throw new UsageException("--transport is JACK's: give --jack too.");
        }

        var served = ReadSurface(result);
        var inserts = ReadInserts(result.GetValue(insert) ?? [], result.GetValue(insertParameter) ?? []);
        return new LivePlayWish(
            wantsJack,
            result.GetValue(silent),
            inserts.Count > 0 ? "--insert"
                : served is not null ? "--ui"
                : null,
            options =>
                options with
                {
                    Jack = wantsJack,
                    JackServer = result.GetValue(jack),
                    Silent = result.GetValue(silent),
                    AudioDevice = result.GetValue(audio),
                    HostApi = result.GetValue(host),
                    SampleRate = Number("--rate", result.GetValue(rate), 8000, 192_000),
                    BlockFrames = Number("--frames", result.GetValue(frames), 16, 8192),
                    Midi = !result.GetValue(noMidi),
                    MidiInputs = result.GetValue(midiIn) ?? [],
                    MidiMap = result.GetValue(midiMap),
                    Preset = result.GetValue(preset),
                    Values = [.. options.Values, .. ReadMode(result.GetValue(mode)), .. (result.GetValue(set) ?? []).Select(ReadSet)],
                    Inserts = inserts,
                    TakeFolder = result.GetValue(takes),
                    Surface = served,
                    Follow = result.GetValue(follow),
                    Transport = result.GetValue(transport),
                    Fresh = result.GetValue(fresh),
                }
        );
    }

    /// <summary>A parameter and its value, as text.</summary>
    /// <exception cref="UsageException">There is no such parameter, or the value is out of its range.</exception>
    public static KeyValuePair<ParameterId, float> ReadSet(string text)
    {
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        var definition = equals > 0 ? ParameterTable.Default.FindKey(text[..equals].Trim()) : null;
        if (definition is null)
        {
            throw new UsageException(
                $"--set '{text}' does not name a parameter: give KEY=VALUE with one of {string.Join(", ", ParameterTable.Default.Parameters.Select(p => p.Key))}."
            );
        }

        return definition.TryParse(text.AsSpan(equals + 1), out var value)
            ? KeyValuePair.Create(definition.Id, value)
            : throw new UsageException($"--set '{text}': {definition.Describe()}.");
    }

    /// <summary>The effects in order, each with its parameters.</summary>
    /// <exception cref="UsageException">A parameter is for an insert that is not there.</exception>
    public static IReadOnlyList<InsertOptions> ReadInserts(string[] inserts, string[] parameters)
    {
        var ofInsert = inserts.Select(_ => new List<string>()).ToList();
        foreach (var text in parameters)
        {
            var colon = text.IndexOf(':', StringComparison.Ordinal);
            if (colon <= 0 || !int.TryParse(text.AsSpan(0, colon), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            {
                throw new UsageException($"--insert-param '{text}' is not N:NAME=VALUE, N being the number of the insert, from 1.");
            }

            if (number < 1 || number > inserts.Length)
            {
                throw new UsageException(
                    $"--insert-param '{text}' is for insert {number}, and {(inserts.Length == 0 ? "there is none: give --insert" : $"there are {inserts.Length}")}."
                );
            }

            ofInsert[number - 1].Add(text[(colon + 1)..]);
        }

        return [.. inserts.Select((plugin, i) => new InsertOptions(plugin, ofInsert[i]))];
    }

    /// <summary>The mode by name; nothing where none is given.</summary>
    public static IEnumerable<KeyValuePair<ParameterId, float>> ReadMode(string? text) =>
        text switch
        {
            null => [],
            "free-run" or "free run" => [KeyValuePair.Create(ParameterId.Mode, (float)PlayMode.FreeRun)],
            "notes" => [KeyValuePair.Create(ParameterId.Mode, (float)PlayMode.Notes)],
            _ => throw new UsageException($"--mode '{text}' is not free-run or notes."),
        };

    /// <summary>A whole number in a range; null where none is given.</summary>
    public static int? Number(string option, string? text, int low, int high) =>
        text is null ? null
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= low && value <= high ? value
        : throw new UsageException($"{option} '{text}' is not a whole number from {low} to {high}.");

    // How the live surface is to be served; null where it is not asked for.
    private SurfaceOptions? ReadSurface(ParseResult result)
    {
        var address = result.GetValue(surfaceAddress);
        if (result.GetResult(surface) is not { Implicit: false } && address is null)
        {
            return result.GetValue(noBrowser) ? throw new UsageException("--no-browser is for the live surface: give --ui too.") : null;
        }

        // A number alone would be an address too, and is meant as a port.
        if (address is not null && (address.IndexOfAny(['.', ':']) < 0 || !System.Net.IPAddress.TryParse(address, out _)))
        {
            throw new UsageException($"--ui-bind '{address}' is no IP address: give one of this machine's, or 0.0.0.0 for all.");
        }

        return new SurfaceOptions
        {
            Port = Number("--ui", result.GetValue(surface), 1, 65535),
            Address = address ?? "127.0.0.1",
            OpenBrowser = !result.GetValue(noBrowser),
        };
    }
}
