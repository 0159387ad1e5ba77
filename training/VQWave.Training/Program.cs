using System.CommandLine;
using VQWave;
using VQWave.Torch;
using VQWave.Training.Commands;
using VQWave.Training.Distributed;

var root = new RootCommand(
    """
    Train a hierarchy of VQ-VAEs and generators on your own music and export it as a model pack that vqwave plays.

    From a folder of music to a pack:
      vqwave-train prepare ~/music data
      vqwave-train vqvae --model vqvae_8 --data-dir data           (and vqvae_32, vqvae_128, vqvae_512)
      vqwave-train generator --generator generator_512 --data-dir data   (then generator_128, generator_32, generator_8)
      vqwave-train export --weights-dir weights --output models/mine
    or all of it, broken off and gone on with at will:
      vqwave-train run recipes/live-keys.json
    """
)
{
    PrepareCommand.Create(),
    VqvaeCommand.Create(),
    GeneratorCommand.Create(),
    EvaluateCommand.Create(),
    ExportCommand.Create(),
    InitCommand.Create(),
    ImportKerasCommand.Create(),
    ImportPackCommand.Create(),
    StepsCommand.Create(),
    AblateCommand.Create(),
    AblateContextsCommand.Create(),
    LaunchCommand.Create(),
    BenchBindingCommand.Create(),
    BenchCodesCommand.Create(),
};

root.Add(RunCommand.Create(root));
WorkerAction.WrapAll(root);
try
{
    var parse = root.Parse(args);
    if (parse.Errors.Count > 0)
    {
        var command = parse.CommandResult.Command;
        var name = command == root ? "vqwave-train" : $"vqwave-train {command.Name}";
        Console.Error.WriteLine($"{parse.Errors[0].Message.TrimEnd('.')}. See '{name} --help'.");
        return ExitCodes.Usage;
    }

    return await parse.InvokeAsync(
        new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = TimeSpan.FromMinutes(1) }
    );
}
catch (OperationCanceledException)
{
    Console.Error.WriteLine("Interrupted.");
    return ExitCodes.Interrupted;
}
catch (LostProcessException e)
{
    Console.Error.WriteLine(e.Message);
    AbruptEnd.Now(ExitCodes.LostProcess);
    return ExitCodes.LostProcess;
}
catch (Exception e)
    when (e
            is VQWaveException
                or TorchException
                or DllNotFoundException
                or TypeInitializationException
                or IOException
                or UnauthorizedAccessException
    )
{
    Console.Error.WriteLine((e is TypeInitializationException { InnerException: { } inner } ? inner : e).Message);
    return ExitCodes.Failure;
}
