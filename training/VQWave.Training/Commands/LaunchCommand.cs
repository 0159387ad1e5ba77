using System.CommandLine;
using VQWave.Training.Distributed;

namespace VQWave.Training.Commands;

/// <summary><c>vqwave-train launch</c>.</summary>
internal static class LaunchCommand
{
    public static Command Create()
    {
        var count = new Option<int>("--processes")
        {
            Description = "How many processes share each batch",
            DefaultValueFactory = _ => 2,
            HelpName = "N",
        };
        var rest = new Argument<string[]>("command")
        {
            Description = "What each of them runs, after --: vqvae … or generator …",
            Arity = ArgumentArity.OneOrMore,
        };
        var command = new Command(
            "launch",
            "Train with several processes on this machine: 'vqwave-train launch --processes 2 -- vqvae --model vqvae_8 --data-dir data'. For several machines start one "
                + "process on each with MASTER_ADDR, MASTER_PORT, RANK and WORLD_SIZE set, as PyTorch's launchers do."
        )
        {
            count,
            rest,
        };
        command.SetAction(
            (parse, cancellation) =>
            {
                var processes = parse.GetValue(count);
                var arguments = parse.GetValue(rest)!;
                if (processes is < 1 or > 1024)
                {
                    throw new VQWaveException($"--processes {processes} is out of range; it takes 1 to 1024.");
                }

                if (arguments[0] is not ("vqvae" or "generator"))
                {
                    throw new VQWaveException(
                        $"'{arguments[0]}' does not train with several processes; write vqvae … or generator … after --."
                    );
                }

                return Task.FromResult(new LocalLauncher(processes, arguments).Run(cancellation));
            }
        );
        return command;
    }
}
