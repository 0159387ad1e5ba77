using System.CommandLine;
using VQWave.Devices;
using VQWave.Player.Live;

namespace VQWave.Player.Commands;

/// <summary><c>vqwave play</c></summary>
internal static class PlayCommand
{
    /// <summary>Where the sound goes if nothing can play it and no file is named.</summary>
    private const string FallbackFile = "vqwave-play.wav";

    public static Command Create()
    {
        var generation = new GenerationOptions(isLive: true);
        var live = new LivePlayOptions();
        var command = new Command(
            "play",
            $"""
            Play live: the music is generated while it sounds, and a MIDI controller or the keys of the terminal change it ('h' shows them).
            With --ui it serves a page to see and touch all of it, for this machine's browser, and with --ui-bind for a tablet on the local network.
            With --output all that is played is recorded. Where there is no sound device, ten seconds are written to {FallbackFile} in the
            current folder instead. With --length or --play-intermediates a whole piece is generated first and then played.

            MIDI: CC 20-23 temperature and CC 24-27 top-k of the levels 512x, 128x, 32x, 8x; CC 1 temperature and CC 71 top-k of all;
            CC 7 volume, CC 64 freeze, CC 123 all notes off, pitch bend, program change = preset. Every parameter can be learnt.

            VST3 effects behind the generator (--insert) are bypassed where they misbehave: an error, a value that is not finite, a sound louder
            than +24 dB for long, or blocks that take too long. They are native code in this program: one that crashes ends it.

            Examples:
              vqwave play
              vqwave play --jack --midi-in nanoKONTROL --output concert.flac
              vqwave play --mode notes --preset "Phrase Keys" --set release=800
              vqwave play --ui
              vqwave play --insert ZamVerb.vst3 --insert-param "1:Room=5"
              vqwave play --json --seconds 60 --seed 7
            """
        );
        generation.AddTo(command);
        live.AddTo(command);
        command.SetAction(
            (result, cancellation) =>
            {
                var wish = live.Read(result);
                if (wish.LiveOnly is { } refused && generation.WantsWholePiece(result))
                {
                    throw new UsageException($"{refused} is for live play: leave out --length and --play-intermediates.");
                }

                var canPlay = wish.Jack || wish.Silent || PortAudio.HasOutput;
                if (canPlay && !generation.WantsWholePiece(result))
                {
                    var (options, seconds, json) = generation.ReadLive(result);
                    return Task.Run(
                        () => LivePlay.Execute(wish.Combine(options), seconds, json, live.IsPlain(result), cancellation),
                        CancellationToken.None
                    );
                }

                if (wish.LiveOnly is { } option)
                {
                    throw new UsageException(
                        $"There is no sound device, and {option} is for live play: --silent plays without one, and --output FILE keeps it."
                    );
                }

                var arguments = generation.Read(result);
                if (!canPlay)
                {
                    arguments = arguments with { Output = arguments.Output ?? FallbackFile };
                    Console.Error.WriteLine($"There is no sound device: writing to {arguments.Output} instead of playing.");
                }

                return Task.Run(() => GenerationRun.Execute(arguments, canPlay, cancellation), CancellationToken.None);
            }
        );
        return command;
    }
}
