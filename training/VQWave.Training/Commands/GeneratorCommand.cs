using System.CommandLine;
using VQWave.Training.Distributed;
using VQWave.Training.Training;

namespace VQWave.Training.Commands;

/// <summary><c>vqwave-train generator</c>.</summary>
internal static class GeneratorCommand
{
    public static Command Create()
    {
        var generator = new Option<string>("--generator")
        {
            Description = "generator_512, generator_128, generator_32 or generator_8",
            Required = true,
            HelpName = "NAME",
        };
        var vqvae = CommonOptions.VqvaeWeightsDirectory();
        var run = new RunArguments(
            new NetworkArguments(16, 262144, "a segment that a stream walks through with its state carried along", 3e-3)
        );
        var chunk = CommonOptions.Chunk();
        var dropout = CommonOptions.Of("--dropout", "Share of the LSTM's outputs dropped in training", 0.0, "SHARE");
        var smoothing = CommonOptions.Of("--label-smoothing", "Probability spread over all codes in training", 0.0, "MASS");
        var without = new Option<bool>("--no-context") { Description = "Leave the context network out, to measure what it brings" };
        var command = new Command(
            "generator",
            "Train the generator of one level and its context network on the codes of trained VQ-VAEs. The corpus is encoded once, beside the weights."
        )
        {
            generator,
            vqvae,
        };
        run.AddTo(command, chunk, dropout, smoothing, without);
        command.SetAction(
            (parse, cancellation) =>
            {
                var place = LaunchEnvironment.Read(Environment.GetEnvironmentVariable);
                var options = new GeneratorTrainingOptions(
                    run.Read(parse, "generator_", parse.GetValue(generator)!, place),
                    parse.GetValue(vqvae)!
                )
                {
                    ChunkCodes = parse.GetValue(chunk),
                    Dropout = parse.GetValue(dropout),
                    LabelSmoothing = parse.GetValue(smoothing),
                    WithoutContext = parse.GetValue(without),
                };
                options.Validate();
                using var processes = DataParallel.Join(place, options.Device);
                using var trainer = new GeneratorTrainer(options, cancellation, processes);
                VqvaeCommand.Describe(trainer.Data, processes);
                return Task.FromResult(trainer.Run(cancellation) ? ExitCodes.Success : ExitCodes.Interrupted);
            }
        );
        return command;
    }
}
