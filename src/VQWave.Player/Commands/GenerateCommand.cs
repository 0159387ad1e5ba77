using System.CommandLine;
using VQWave.Devices;

namespace VQWave.Player.Commands;

/// <summary><c>vqwave generate</c></summary>
internal static class GenerateCommand
{
    public static Command Create()
    {
        var options = new GenerationOptions();
        var command = new Command(
            "generate",
            """
            Generate music to a file, or play it where no file is named.

            Examples:
              vqwave generate --output piece.wav
              vqwave generate --seconds 60 --temperature 0.9 --seed 7 --output piece.flac
              vqwave generate --temperature 1.1,1,0.9,0.8 --top-k 0,0,100,100 --output piece.ogg
              vqwave generate --count 16 --seconds 30 --seed 1 --output idea.wav
              vqwave generate --generators generator_128 --length 1720 --output rough.wav
            """
        );
        options.AddTo(command);
        command.SetAction(
            (result, cancellation) =>
            {
                var arguments = options.Read(result);
                if (arguments.Output is null && !PortAudio.HasOutput)
                {
                    throw new AudioDeviceException("There is no sound device to play on: name a file with --output.");
                }

                // Off this thread: the handler of Ctrl-C is only set up once the action has begun.
                return Task.Run(() => GenerationRun.Execute(arguments, arguments.Output is null, cancellation), CancellationToken.None);
            }
        );
        return command;
    }
}
