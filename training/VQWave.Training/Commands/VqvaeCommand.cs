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
        var run = new RunArguments(new NetworkArguments(8, 65536, "a training crop", 1.5e-3));
        var loss = CommonOptions.Of(
            "--loss",
            "stft (waveform + multi-scale STFT), mel, mse, or weights such as mse=1,stft=0.1,mel=0.05",
            "stft",
            "LOSS"
        );
        var commitment = CommonOptions.Of(
            "--commitment",
            "Weight of the commitment loss, relative to the variance of the latents",
            0.25,
            "WEIGHT"
        );
        var codebook = CommonOptions.Of("--codebook", "ema or gradient: how code vectors are learnt", "ema", "HOW");
        var gradient = CommonOptions.Of(
            "--quantizer-gradient",
            "straight-through, or noise: training hears noise of the same length in place of the error of quantisation; for high compressions, where an encoder drifts from its codes",
            "straight-through",
            "HOW"
        );
        var unquantized = CommonOptions.Of("--unquantized-steps", "Steps before the codebook starts from k-means", 100, "N");
        var fresh = new Option<bool>("--new-codebook")
        {
            Description =
                "With --start-epoch or --initial-weights: keep encoder and decoder, begin again unquantised and with a new codebook",
        };
        var frozen = new Option<bool>("--freeze-encoder")
        {
            Description = "With --start-epoch or --initial-weights: only codebook and decoder learn",
        };
        var decoderOnly = new Option<bool>("--decoder-only")
        {
            Description =
                "With --start-epoch or --initial-weights: only the decoder learns; codes stay what they are, and generators trained on them still fit",
        };
        var interval = CommonOptions.Of("--restart-interval", "Steps between restarts of dead codes; 0 for never", 20, "N");
        var threshold = CommonOptions.Of("--restart-threshold", "A code used less than this share of the average is dead", 0.05, "SHARE");
        var restart = CommonOptions.Of(
            "--restart",
            "latents: a dead code becomes a latent of the batch; split: half of a code that is used most",
            "latents",
            "HOW"
        );
        var augment = CommonOptions.Of(
            "--augment",
            "What crops are put through: parts of gain=DB,polarity,pitch=CENTS,time (gain alone is 6 dB, pitch 30 cents)",
            "",
            "PARTS"
        );
        var samples = CommonOptions.Of(
            "--sample-epochs",
            "Epochs between samples of audio and spectrograms of held-out music; 0 for none",
            1,
            "N"
        );
        var command = new Command(
            "vqvae",
            "Train the VQ-VAE of one level. Weights are written after each epoch and, without a number, at the end; Ctrl-C leaves a checkpoint for --resume."
        )
        {
            model,
        };
        run.AddTo(
            command,
            loss,
            commitment,
            codebook,
            gradient,
            unquantized,
            fresh,
            frozen,
            decoderOnly,
            interval,
            threshold,
            restart,
            augment,
            samples
        );
        command.SetAction(
            (parse, cancellation) =>
            {
                var place = LaunchEnvironment.Read(Environment.GetEnvironmentVariable);
                var options = new VqvaeTrainingOptions(run.Read(parse, "vqvae_", parse.GetValue(model)!, place))
                {
                    Loss = parse.GetValue(loss)!,
                    Commitment = parse.GetValue(commitment),
                    Codebook = ReadCodebook(parse.GetValue(codebook)!),
                    Gradient = ReadGradient(parse.GetValue(gradient)!),
                    UnquantizedSteps = parse.GetValue(unquantized),
                    NewCodebook = parse.GetValue(fresh),
                    FreezeEncoder = parse.GetValue(frozen),
                    DecoderOnly = parse.GetValue(decoderOnly),
                    RestartInterval = parse.GetValue(interval),
                    RestartThreshold = parse.GetValue(threshold),
                    Restart = ReadRestart(parse.GetValue(restart)!),
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

    private static QuantizerGradient ReadGradient(string text) =>
        text switch
        {
            "straight-through" => QuantizerGradient.StraightThrough,
            "noise" => QuantizerGradient.NoiseSubstitution,
            _ => throw new VQWaveException($"--quantizer-gradient '{text}' is unknown; choose straight-through or noise."),
        };

    private static CodeRestart ReadRestart(string text) =>
        text switch
        {
            "latents" => CodeRestart.Latents,
            "split" => CodeRestart.Split,
            _ => throw new VQWaveException($"--restart '{text}' is unknown; choose latents or split."),
        };
}
