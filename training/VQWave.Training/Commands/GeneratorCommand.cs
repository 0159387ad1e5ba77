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
        var data = CommonOptions.DataDirectory();
        var validation = CommonOptions.ValidationDirectory();
        var vqvae = new Option<string>("--vqvae-weights-dir")
        {
            Description = "Folder with the trained VQ-VAE weights",
            DefaultValueFactory = _ => "weights",
            HelpName = "DIR",
        };
        var output = CommonOptions.OutputDirectory();
        var preset = CommonOptions.Configuration();
        var batch = CommonOptions.BatchSize(16);
        var length = CommonOptions.InputLength(262144, "a segment that a stream walks through with its state carried along");
        var chunk = new Option<int>("--chunk")
        {
            Description = "Codes that one step's gradient runs through",
            DefaultValueFactory = _ => 64,
            HelpName = "N",
        };
        var steps = CommonOptions.Steps();
        var epochs = CommonOptions.Epochs();
        var start = CommonOptions.StartEpoch();
        var resume = CommonOptions.Resume();
        var rate = CommonOptions.LearningRate(3e-3);
        var warmup = CommonOptions.Warmup();
        var clip = CommonOptions.Clip();
        var seed = CommonOptions.Seed();
        var device = CommonOptions.Device();
        var precision = CommonOptions.Precision();
        var half = CommonOptions.HalfPrecision();
        var threads = CommonOptions.Threads();
        var limit = CommonOptions.TimeLimit();
        var checkpointMinutes = CommonOptions.CheckpointMinutes();
        var checkpointSteps = CommonOptions.CheckpointSteps();
        var dropout = new Option<double>("--dropout")
        {
            Description = "Share of the LSTM's outputs dropped in training",
            DefaultValueFactory = _ => 0,
            HelpName = "SHARE",
        };
        var smoothing = new Option<double>("--label-smoothing")
        {
            Description = "Probability spread over all codes in training",
            DefaultValueFactory = _ => 0,
            HelpName = "MASS",
        };
        var without = new Option<bool>("--no-context") { Description = "Leave the context network out, to measure what it brings" };
        var command = new Command(
            "generator",
            "Train the generator of one level and its context network on the codes of trained VQ-VAEs. The corpus is encoded once, beside the weights."
        )
        {
            generator,
            data,
            validation,
            vqvae,
            output,
            preset,
            batch,
            length,
            chunk,
            steps,
            epochs,
            start,
            resume,
            rate,
            warmup,
            clip,
            seed,
            device,
            precision,
            half,
            threads,
            limit,
            checkpointMinutes,
            checkpointSteps,
            dropout,
            smoothing,
            without,
        };
        command.SetAction(
            (parse, cancellation) =>
            {
                var configuration = CommonOptions.ReadConfiguration(parse.GetValue(preset)!);
                var place = LaunchEnvironment.Read(Environment.GetEnvironmentVariable);
                var options = new GeneratorTrainingOptions
                {
                    Configuration = configuration,
                    LevelIndex = CommonOptions.ReadLevel(configuration, parse.GetValue(generator)!, "generator_"),
                    DataDirectory = parse.GetValue(data)!,
                    ValidationDirectory = parse.GetValue(validation),
                    VqvaeWeightsDirectory = parse.GetValue(vqvae)!,
                    OutputDirectory = parse.GetValue(output)!,
                    BatchSize = parse.GetValue(batch),
                    InputLength = parse.GetValue(length),
                    ChunkCodes = parse.GetValue(chunk),
                    Steps = parse.GetValue(steps),
                    Epochs = parse.GetValue(epochs),
                    StartEpoch = parse.GetValue(start),
                    Resume = parse.GetValue(resume),
                    LearningRate = parse.GetValue(rate),
                    WarmupSteps = parse.GetValue(warmup),
                    ClipNorm = parse.GetValue(clip),
                    Seed = parse.GetValue(seed),
                    Device = place?.LocalDevice(parse.GetValue(device)!) ?? parse.GetValue(device)!,
                    Precision = CommonOptions.ReadPrecision(parse, precision, half),
                    Threads = parse.GetValue(threads),
                    TimeLimitMinutes = parse.GetValue(limit),
                    CheckpointMinutes = parse.GetValue(checkpointMinutes),
                    CheckpointSteps = parse.GetValue(checkpointSteps),
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
