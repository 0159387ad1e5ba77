using System.CommandLine;
using System.Globalization;
using VQWave.Player.Hosting;

namespace VQWave.Player.Commands;

/// <summary><c>vqwave host</c></summary>
internal static class HostCommand
{
    private const double LongestSeconds = 6 * 3600;

    public static Command Create()
    {
        var plugin = new Argument<string>("PLUGIN.vst3")
        {
            Description = "A VST3 bundle or its library, or the name of one that is installed; PLUGIN.vst3:CLASS where it holds several",
        };
        var list = new Option<bool>("--list") { Description = "Print its classes, buses and parameters" };
        var className = new Option<string?>("--class")
        {
            HelpName = "NAME",
            Description = "The plug-in of this name, where the bundle holds several",
        };
        var midi = new Option<string?>("--midi") { HelpName = "FILE", Description = "A standard MIDI file to play" };
        var input = new Option<string?>("--input", "-i") { HelpName = "FILE", Description = "A sound file that goes through an effect" };
        var output = new Option<string?>("--output", "-o")
        {
            HelpName = "FILE",
            Description = "Render to a .wav, .flac or .ogg file, as fast as it goes [default: play live]",
        };
        var param = new Option<string[]>("--param")
        {
            HelpName = "NAME=V[@T]",
            Description =
                "A parameter, from T seconds on; V as the plug-in writes it ('-6', '440 Hz', 'on'), or n: and a number from 0 to 1; may be repeated",
        };
        var rate = new Option<string?>("--rate")
        {
            HelpName = "HZ",
            Description = "Frames a second, 8000 to 192000 [default: the input's or the device's, else 48000]",
        };
        var frames = new Option<string?>("--frames")
        {
            HelpName = "N",
            Description = "Frames of a block, 16 to 8192 [default: 512 to render, 256 live]",
        };
        var seconds = new Option<string?>("--seconds", "-s")
        {
            HelpName = "S",
            Description = "How long [default: the song or the input, and the tail; live without either: until Ctrl-C]",
        };
        var tail = new Option<string?>("--tail") { HelpName = "S", Description = "Seconds after the song or the input [default: 2]" };
        var jack = new Option<string?>("--jack")
        {
            HelpName = "SERVER",
            Arity = ArgumentArity.ZeroOrOne,
            Description = "Live: be a JACK client, with a MIDI port, and inputs for an effect [default server: JACK_DEFAULT_SERVER]",
        };
        var audio = new Option<string?>("--audio")
        {
            HelpName = "DEVICE",
            Description = "Live: the sound device, by its number or a part of its name",
        };
        var host = new Option<string?>("--host")
        {
            HelpName = "API",
            Description = "Live: how the device is reached: a part of ALSA, JACK, …",
        };
        var silent = new Option<bool>("--silent") { Description = "Live: open no sound device and play in real time into nothing" };
        var midiIn = new Option<string[]>("--midi-in")
        {
            HelpName = "NAME",
            Description = "Live: a MIDI input, by a part of its name; may be repeated [default: all controllers]",
        };
        var noMidi = new Option<bool>("--no-midi") { Description = "Live: open no MIDI inputs" };
        var json = CommonOptions.Json();
        var command = new Command(
            "host",
            """
            Load a VST3 plug-in of anybody's: list what it has, render it to a file, or play it live. An instrument plays a MIDI file or what comes
            from controllers; an effect works on a sound file or on what comes in through JACK.

            A plug-in is native code in this program: one that crashes ends it.

            Examples:
              vqwave host ZamVerb.vst3 --list
              vqwave host ZamVerb.vst3 --input dry.wav --output wet.wav --param Room=5 --tail 5
              vqwave host Synth.vst3 --midi song.mid --output song.flac --param Cutoff=n:0.2 --param Cutoff=n:0.9@4.5
              vqwave host Synth.vst3 --jack
            """
        )
        {
            plugin,
            list,
            className,
            midi,
            input,
            output,
            param,
            rate,
            frames,
            seconds,
            tail,
            jack,
            audio,
            host,
            silent,
            midiIn,
            noMidi,
            json,
        };
        command.SetAction(
            (result, cancellation) =>
            {
                var options = new HostOptions
                {
                    Plugin = result.GetRequiredValue(plugin),
                    Class = result.GetValue(className),
                    Midi = result.GetValue(midi),
                    Input = result.GetValue(input),
                    Output = result.GetValue(output),
                    Parameters = result.GetValue(param) ?? [],
                    SampleRate = LivePlayOptions.Number("--rate", result.GetValue(rate), 8000, 192_000),
                    BlockFrames = LivePlayOptions.Number("--frames", result.GetValue(frames), 16, 8192),
                    Seconds = Seconds("--seconds", result.GetValue(seconds), LongestSeconds),
                    Tail = Seconds("--tail", result.GetValue(tail), 600) ?? 2,
                    Json = result.GetValue(json),
                    Jack = result.GetResult(jack) is { Implicit: false },
                    JackServer = result.GetValue(jack),
                    Silent = result.GetValue(silent),
                    AudioDevice = result.GetValue(audio),
                    HostApi = result.GetValue(host),
                    MidiInput = !result.GetValue(noMidi),
                    MidiInputs = result.GetValue(midiIn) ?? [],
                };
                Check(options, result.GetValue(list));
                Func<int> run =
                    result.GetValue(list) ? () => HostListing.Execute(options)
                    : options.Output is not null ? () => HostRender.Execute(options, cancellation)
                    : () => HostLive.Execute(options, cancellation);
                return Task.Run(run, CancellationToken.None);
            }
        );
        return command;
    }

    private static void Check(HostOptions options, bool isList)
    {
        if (isList && (options.Output ?? options.Midi ?? options.Input) is not null)
        {
            throw new UsageException("--list plays nothing: leave out --output, --midi and --input.");
        }

        var isLive = options.Jack || options.Silent || options.AudioDevice is not null || options.HostApi is not null;
        if (options.Output is { } output)
        {
            CommandLineValues.CheckAudioName("--output", output);
            if (isLive)
            {
                throw new UsageException(
                    "--output renders, and --jack, --audio, --host and --silent are for live play: leave out one or the other."
                );
            }

            if (options.Input is { } input && Path.GetFullPath(input) == Path.GetFullPath(output))
            {
                throw new UsageException($"--output '{output}' is the input itself.");
            }
        }

        if (options.Jack && (options.AudioDevice ?? options.HostApi) is not null)
        {
            throw new UsageException("--jack and --audio or --host contradict each other: give one of them.");
        }
    }

    private static double? Seconds(string option, string? text, double most) =>
        text is null ? null
        : double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value) && value >= 0 && value <= most
            ? value
        : throw new UsageException($"{option} '{text}' is not a number of seconds from 0 to {most}.");
}
