using System.CommandLine;
using VQWave;
using VQWave.Analysis;
using VQWave.Devices;
using VQWave.Player;
using VQWave.Player.Commands;
using VQWave.Vst3;

var root = new RootCommand(
    """
    Generate and play music from a neural model pack.

    Examples:
      vqwave play                                     play live; 'h' shows the keys
      vqwave devices                                  sound and MIDI devices
      vqwave generate --seconds 30 --seed 7 --output piece.wav
      vqwave generate --generators generator_32 --temperature 0.9 --top-k 40 --output piece.flac
      vqwave reconstruct --level 32 song.mp3 song-32.wav
      vqwave models --verify

    Exit status: 0 done, 1 failed, 2 an option that cannot be meant, 130 interrupted.
    """
)
{
    GenerateCommand.Create(),
    PlayCommand.Create(),
    RenderCommand.Create(),
    HostCommand.Create(),
    BenchCommand.Create(),
    ReconstructCommand.Create(),
    ModelsCommand.Create(),
    DevicesCommand.Create(),
};

// The program's own help lists what each command is for; a command's help has the examples.
if (args is [] or ["-h" or "--help" or "-?"])
{
    foreach (var command in root.Subcommands)
    {
        command.Description = command.Description?.ReplaceLineEndings("\n").Split("\n\n")[0].Split(". ")[0].Replace('\n', ' ').TrimEnd('.');
    }
}

try
{
    var parse = root.Parse(args.Length == 0 ? ["--help"] : args);
    if (parse.Errors.Count > 0)
    {
        var name = parse.CommandResult.Command is RootCommand ? "" : $" {parse.CommandResult.Command.Name}";
        // What was mistyped says more than what is missing because of it.
        var message =
            parse.UnmatchedTokens.Count > 0
                ? $"Unrecognized command or argument '{parse.UnmatchedTokens[0]}'."
                : parse.Errors[0].Message.ReplaceLineEndings(" ").TrimEnd();
        Console.Error.WriteLine($"{message} See 'vqwave{name} --help'.");
        return ExitCodes.Usage;
    }

    return await parse.InvokeAsync(
        new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = TimeSpan.FromSeconds(10) }
    );
}
catch (OperationCanceledException)
{
    Console.Error.WriteLine("Interrupted: nothing was written.");
    return ExitCodes.Interrupted;
}
catch (UsageException e)
{
    Console.Error.WriteLine(e.Message);
    return ExitCodes.Usage;
}
catch (Exception e) when (e is VQWaveException or AudioFileException or AudioDeviceException or AnalysisException)
{
    Console.Error.WriteLine(e.Message);
    return ExitCodes.Failure;
}
catch (Vst3Exception e)
{
    // What the system's loader says may have several lines.
    Console.Error.WriteLine($"{e.Message.ReplaceLineEndings(" ").TrimEnd(' ', '.')}.");
    return ExitCodes.Failure;
}
catch (OutOfMemoryException)
{
    Console.Error.WriteLine("There is not enough memory: ask for a shorter piece.");
    return ExitCodes.Failure;
}
catch (Exception e) when (Environment.GetEnvironmentVariable("VQWAVE_DEBUG") is null or "")
{
    var message = e.Message.ReplaceLineEndings(" ").TrimEnd('.', ' ');
    Console.Error.WriteLine($"Unexpected problem: {message}; VQWAVE_DEBUG=1 shows where.");
    return ExitCodes.Failure;
}
