using System.CommandLine;
using VQWave.Training.Distributed;
using VQWave.Training.Networks;
using VQWave.Training.Training;

namespace VQWave.Training.Commands;

/// <summary><c>vqwave-train vqvae</c>.</summary>
internal static class VqvaeCommand
{
    public static Command Create()
    {
        var model = new Option<string>("--model")
        {
            Description = "vqvae_512, vqvae_128, vqvae_32 or vqvae_8",
            Required = true,
            HelpName = "NAME",
        };
        var data = CommonOptions.DataDirectory();
        var validation = CommonOptions.ValidationDirectory();
        var output = CommonOptions.OutputDirectory();
        var preset = CommonOptions.Configuration();
        var batch = CommonOptions.BatchSize(8);
        var length = CommonOptions.InputLength(65536, "a training crop");
        var steps = CommonOptions.Steps();
        var epochs = CommonOptions.Epochs();
        var start = CommonOptions.StartEpoch();
        var resume = CommonOptions.Resume();
        var rate = CommonOptions.LearningRate(1.5e-3);
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
        var loss = new Option<string>("--loss")
        {
            Description = "stft (waveform + multi-scale STFT), mel, mse, or weights such as mse=1,stft=0.1,mel=0.05",
            DefaultValueFactory = _ => "stft",
            HelpName = "LOSS",
        };
        var commitment = new Option<double>("--commitment")
        {
            Description = "Weight of the commitment loss, relative to the variance of the latents",
            DefaultValueFactory = _ => 0.25,
            HelpName = "WEIGHT",
        };
        var codebook = new Option<string>("--codebook")
        {
            Description = "ema or gradient: how code vectors are learnt",
            DefaultValueFactory = _ => "ema",
            HelpName = "HOW",
        };
        var unquantized = new Option<int>("--unquantized-steps")
        {
            Description = "Steps before the codebook starts from k-means",
            DefaultValueFactory = _ => 100,
            HelpName = "N",
        };
        var fresh = new Option<bool>("--new-codebook")
        {
            Description = "With --start-epoch: keep encoder and decoder, begin again unquantised and with a new codebook",
        };
        var frozen = new Option<bool>("--freeze-encoder") { Description = "With --start-epoch: only codebook and decoder learn" };
        var interval = new Option<int>("--restart-interval")
        {
            Description = "Steps between restarts of dead codes; 0 for never",
            DefaultValueFactory = _ => 20,
            HelpName = "N",
        };
        var threshold = new Option<double>("--restart-threshold")
        {
            Description = "A code used less than this share of the average is dead",
            DefaultValueFactory = _ => 0.05,
            HelpName = "SHARE",
        };
        var augment = new Option<string>("--augment")
        {
            Description = "What crops are put through: parts of gain=DB,polarity,pitch=CENTS,time (gain alone is 6 dB, pitch 30 cents)",
            DefaultValueFactory = _ => "",
            HelpName = "PARTS",
        };
        var samples = new Option<int>("--sample-epochs")
        {
            Description = "Epochs between samples of audio and spectrograms of held-out music; 0 for none",
            DefaultValueFactory = _ => 1,
            HelpName = "N",
        };
        var command = new Command(
            "vqvae",
            "Train the VQ-VAE of one level. Weights are written after each epoch and, without a number, at the end; Ctrl-C leaves a checkpoint for --resume."
        )
        {
            model,
            data,
            validation,
            output,
            preset,
            batch,
            length,
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
            loss,
            commitment,
            codebook,
            unquantized,
            fresh,
            frozen,
            interval,
            threshold,
            augment,
            samples,
        };
        command.SetAction(
            (parse, cancellation) =>
            {
                var configuration = CommonOptions.ReadConfiguration(parse.GetValue(preset)!);
                var place = LaunchEnvironment.Read(Environment.GetEnvironmentVariable);
                var options = new VqvaeTrainingOptions
                {
                    Configuration = configuration,
                    LevelIndex = CommonOptions.ReadLevel(configuration, parse.GetValue(model)!, "vqvae_"),
                    DataDirectory = parse.GetValue(data)!,
                    ValidationDirectory = parse.GetValue(validation),
                    OutputDirectory = parse.GetValue(output)!,
                    BatchSize = parse.GetValue(batch),
                    InputLength = parse.GetValue(length),
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
                    Loss = parse.GetValue(loss)!,
                    Commitment = parse.GetValue(commitment),
                    Codebook = ReadCodebook(parse.GetValue(codebook)!),
                    UnquantizedSteps = parse.GetValue(unquantized),
                    NewCodebook = parse.GetValue(fresh),
                    FreezeEncoder = parse.GetValue(frozen),
                    RestartInterval = parse.GetValue(interval),
                    RestartThreshold = parse.GetValue(threshold),
                    Augment = parse.GetValue(augment)!,
                    SampleEpochs = parse.GetValue(samples),
                };
                options.Validate();
                using var processes = DataParallel.Join(place, options.Device);
                using var trainer = new VqvaeTrainer(options, processes);
                Describe(trainer.Data, processes);
                return Task.FromResult(trainer.Run(cancellation) ? ExitCodes.Success : ExitCodes.Interrupted);
            }
        );
        return command;
    }

    internal static void Describe(Data.U16Dataset data, DataParallel processes)
    {
        if (!processes.IsFirst)
        {
            return;
        }

        if (processes.Size > 1)
        {
            Console.Error.WriteLine($"{processes.Size} processes train together");
        }

        Console.Error.WriteLine($"{data.Files.Count} files, {data.TotalSamples} samples{data.LeftOut}");
    }

    private static CodebookLearning ReadCodebook(string text) =>
        text switch
        {
            "ema" => CodebookLearning.Ema,
            "gradient" => CodebookLearning.Gradient,
            _ => throw new VQWaveException($"--codebook '{text}' is unknown; choose ema or gradient."),
        };
}
