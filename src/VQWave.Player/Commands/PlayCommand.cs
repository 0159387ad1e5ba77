using System.CommandLine;
using VQWave.Devices;

namespace VQWave.Player.Commands;

/// <summary><c>vqwave play</c></summary>
internal static class PlayCommand
{
    /// <summary>Where the sound goes if nothing can play it and no file is named.</summary>
    private const string FallbackFile = "vqwave-play.wav";

    public static Command Create()
    {
        var options = new GenerationOptions();
        var command = new Command(
            "play",
            $"""
            Generate music and play it; with --output also write it. Where there is no sound device it is written to {FallbackFile}
            in the current folder.

            Examples:
              vqwave play
              vqwave play --seconds 30 --temperature 0.9 --seed 7
            """
        );
        options.AddTo(command);
        command.SetAction(
            (result, cancellation) =>
            {
                var arguments = options.Read(result);
                var canPlay = PortAudio.HasOutput;
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
