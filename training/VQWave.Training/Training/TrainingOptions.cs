using VQWave.Models;

namespace VQWave.Training.Training;

/// <summary>What VQ-VAE and generator training have in common.</summary>
public record TrainingOptions
{
    /// <summary>The hierarchy that the level belongs to.</summary>
    public required HierarchyConfiguration Configuration { get; init; }

    /// <summary>Position of the level in it.</summary>
    public required int LevelIndex { get; init; }

    /// <summary>Folder of <c>.u16</c> files.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>Folder of held-out <c>.u16</c> files, or null for no validation.</summary>
    public string? ValidationDirectory { get; init; }

    /// <summary>Where weights, checkpoint and metrics go.</summary>
    public required string OutputDirectory { get; init; }

    /// <summary>Crops or streams side by side.</summary>
    public required int BatchSize { get; init; }

    /// <summary>Samples of a crop or segment.</summary>
    public required int InputLength { get; init; }

    /// <summary>Optimiser steps an epoch.</summary>
    public int Steps { get; init; } = 10000;

    /// <summary>Epochs in all.</summary>
    public int Epochs { get; init; } = 1;

    /// <summary>Epoch whose numbered weights to go on from; 0 begins anew.</summary>
    public int StartEpoch { get; init; }

    /// <summary>Folder of another run's weights to begin from instead of random ones; null for none. A run that is resumed has them behind it.</summary>
    public string? InitialWeights { get; init; }

    /// <summary>Whether to go on exactly where the checkpoint in the output folder stands.</summary>
    public bool Resume { get; init; }

    /// <summary>Peak learning rate.</summary>
    public required double LearningRate { get; init; }

    /// <summary>Steps of the linear ramp.</summary>
    public int WarmupSteps { get; init; } = 50;

    /// <summary>Largest norm of all gradients together.</summary>
    public double ClipNorm { get; init; } = 1;

    /// <summary>Seed of weights, crops and restarts.</summary>
    public long Seed { get; init; } = 1;

    /// <summary>Device as libtorch spells it: cpu, cuda, cuda:1.</summary>
    public string Device { get; init; } = "cpu";

    /// <summary>Numbers that convolutions and matrix products are computed in.</summary>
    public TrainingPrecision Precision { get; init; } = TrainingPrecision.Fp32;

    /// <summary>Threads of one operation on the CPU.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>Stops, with the schedule complete, after this many minutes; 0 for no limit.</summary>
    public double TimeLimitMinutes { get; init; }

    /// <summary>Minutes between checkpoints within an epoch; 0 for none by time.</summary>
    public double CheckpointMinutes { get; init; } = 10;

    /// <summary>Steps between checkpoints within an epoch; 0 for none by steps.</summary>
    public int CheckpointSteps { get; init; }

    /// <summary>The level to train.</summary>
    public LevelConfiguration Level => Configuration.Levels[LevelIndex];

    /// <summary>Steps of the whole run.</summary>
    public long TotalSteps => (long)Steps * Epochs;

    /// <summary>What processes that train together have to agree on; where files lie is each machine's own affair.</summary>
    public virtual string Describe() =>
        (
            this with
            {
                DataDirectory = "",
                ValidationDirectory = null,
                OutputDirectory = "",
                InitialWeights = InitialWeights is null ? null : "",
                Device = "",
                Threads = 1,
            }
        ).ToString() + HierarchyConfigurationJson.Serialize(Configuration);

    /// <summary>Checks ranges.</summary>
    /// <exception cref="VQWaveException">An option is out of its range.</exception>
    public virtual void Validate()
    {
        Require(BatchSize is >= 1 and <= 65536, "--batch-size", BatchSize, "1 to 65536");
        Require(Steps is >= 1 and <= 100_000_000, "--steps", Steps, "1 to 100000000");
        Require(Epochs is >= 1 and <= 100_000, "--epochs", Epochs, "1 to 100000");
        Require(StartEpoch is >= 0 and < 100_000, "--start-epoch", StartEpoch, "0 to 99999");
        Require(LearningRate is > 0 and <= 1, "--learning-rate", LearningRate, "above 0, at most 1");
        Require(WarmupSteps >= 0, "--warmup", WarmupSteps, "0 or more");
        Require(ClipNorm > 0, "--clip", ClipNorm, "above 0");
        Require(Threads is >= 1 and <= 1024, "--threads", Threads, "1 to 1024");
        Require(TimeLimitMinutes >= 0, "--time-limit", TimeLimitMinutes, "0 or more minutes");
        Require(CheckpointMinutes >= 0, "--checkpoint-minutes", CheckpointMinutes, "0 or more minutes");
        Require(CheckpointSteps >= 0, "--checkpoint-steps", CheckpointSteps, "0 or more");
        Require(
            (long)BatchSize * InputLength <= 1 << 30,
            "--batch-size × --input-length",
            (long)BatchSize * InputLength,
            "at most 1073741824 samples"
        );
        if (Resume && StartEpoch > 0)
        {
            throw new VQWaveException("--resume goes on from the checkpoint and --start-epoch from numbered weights; give one of them.");
        }

        if (InitialWeights is not null && StartEpoch > 0)
        {
            throw new VQWaveException(
                "--initial-weights begins from another run and --start-epoch goes on from this one's weights; give one of them."
            );
        }

        if (StartEpoch >= Epochs)
        {
            throw new VQWaveException($"Epoch {StartEpoch} of {Epochs} is already the last; raise --epochs to train on.");
        }

        var unit =
            LevelIndex > 0 && this is GeneratorTrainingOptions ? Configuration.Levels[LevelIndex - 1].Compression : Level.Compression;
        if (InputLength < unit || InputLength % unit != 0)
        {
            throw new VQWaveException(
                $"--input-length {InputLength} is not a multiple of {unit} samples, the length of one code; use {Math.Max(1, InputLength / unit) * unit}."
            );
        }
    }

    /// <summary>Throws one sentence about an option.</summary>
    protected static void Require(bool condition, string option, object value, string range)
    {
        if (!condition)
        {
            throw new VQWaveException($"{option} {value} is out of range; it takes {range}.");
        }
    }
}
