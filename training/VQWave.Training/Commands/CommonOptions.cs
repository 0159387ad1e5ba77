using System.CommandLine;
using VQWave.Models;
using VQWave.Training.Training;

namespace VQWave.Training.Commands;

/// <summary>Options that several commands share.</summary>
internal static class CommonOptions
{
    public static Option<string> DataDirectory() =>
        new("--data-dir")
        {
            Description = "Folder of .u16 files, as 'prepare' makes it",
            Required = true,
            HelpName = "DIR",
        };

    public static Option<string?> ValidationDirectory() =>
        new("--validation-dir") { Description = "Folder of held-out .u16 files, evaluated after each epoch", HelpName = "DIR" };

    public static Option<string> OutputDirectory() =>
        new("--output-dir")
        {
            Description = "Where weights, checkpoint and metrics go",
            DefaultValueFactory = _ => "weights",
            HelpName = "DIR",
        };

    public static Option<string> Configuration() =>
        new("--preset")
        {
            Description = $"Sizes of the networks: {string.Join(", ", Presets.Names)}, or a JSON file of your own",
            DefaultValueFactory = _ => "live",
            HelpName = "NAME|FILE",
        };

    public static Option<bool> Json() => new("--json") { Description = "Print the result as JSON on standard output" };

    public static Option<int> BatchSize(int value) =>
        new("--batch-size")
        {
            Description = "Crops or streams side by side, of all processes together",
            DefaultValueFactory = _ => value,
            HelpName = "N",
        };

    public static Option<int> InputLength(int value, string what) =>
        new("--input-length")
        {
            Description = $"Samples of {what}; shorter files are left out",
            DefaultValueFactory = _ => value,
            HelpName = "N",
        };

    public static Option<int> Steps() =>
        new("--steps")
        {
            Description = "Optimiser steps an epoch",
            DefaultValueFactory = _ => 10000,
            HelpName = "N",
        };

    public static Option<int> Epochs() =>
        new("--epochs")
        {
            Description = "Epochs in all; the learning rate falls over all of them",
            DefaultValueFactory = _ => 1,
            HelpName = "N",
        };

    public static Option<int> StartEpoch() =>
        new("--start-epoch")
        {
            Description = "Go on from the numbered weights of this epoch",
            DefaultValueFactory = _ => 0,
            HelpName = "N",
        };

    public static Option<bool> Resume() =>
        new("--resume") { Description = "Go on exactly where the checkpoint in the output folder stands" };

    public static Option<double> LearningRate(double value) =>
        new("--learning-rate")
        {
            Description = "Peak learning rate",
            DefaultValueFactory = _ => value,
            HelpName = "RATE",
        };

    public static Option<int> Warmup() =>
        new("--warmup")
        {
            Description = "Steps over which the learning rate rises",
            DefaultValueFactory = _ => 50,
            HelpName = "N",
        };

    public static Option<double> Clip() =>
        new("--clip")
        {
            Description = "Largest norm of all gradients together",
            DefaultValueFactory = _ => 1,
            HelpName = "NORM",
        };

    public static Option<long> Seed() =>
        new("--seed")
        {
            Description = "Seed of weights and of everything drawn",
            DefaultValueFactory = _ => 1,
            HelpName = "N",
        };

    public static Option<string> Device() =>
        new("--device")
        {
            Description = "cpu, cuda or cuda:N",
            DefaultValueFactory = _ => "cpu",
            HelpName = "NAME",
        };

    public static Option<string> Precision() =>
        new("--precision")
        {
            Description =
                "Numbers of convolutions and matrix products: fp32, bf16, or fp16 with loss scaling (CUDA only); weights stay fp32",
            DefaultValueFactory = _ => "fp32",
            HelpName = "TYPE",
        };

    public static Option<bool> HalfPrecision() => new("--fp16") { Description = "The same as --precision fp16" };

    /// <summary>The precision that both options mean.</summary>
    public static TrainingPrecision ReadPrecision(ParseResult parse, Option<string> precision, Option<bool> half)
    {
        var text = parse.GetValue(precision)!;
        if (parse.GetValue(half))
        {
            return parse.GetResult(precision) is { Implicit: false } && text != "fp16"
                ? throw new VQWaveException($"--fp16 and --precision {text} contradict each other; give one of them.")
                : TrainingPrecision.Fp16;
        }

        return text switch
        {
            "fp32" => TrainingPrecision.Fp32,
            "bf16" => TrainingPrecision.Bf16,
            "fp16" => TrainingPrecision.Fp16,
            _ => throw new VQWaveException($"--precision '{text}' is unknown; choose fp32, bf16 or fp16."),
        };
    }

    public static Option<int> Threads() =>
        new("--threads")
        {
            Description = "CPU threads of one operation; 2 are slower than 1 for small LSTMs",
            DefaultValueFactory = _ => 1,
            HelpName = "N",
        };

    public static Option<double> TimeLimit() =>
        new("--time-limit")
        {
            Description = "Finish, schedule complete, after so many minutes",
            DefaultValueFactory = _ => 0,
            HelpName = "MINUTES",
        };

    public static Option<double> CheckpointMinutes() =>
        new("--checkpoint-minutes")
        {
            Description = "Minutes between checkpoints, beside those after each epoch; 0 for none",
            DefaultValueFactory = _ => 10,
            HelpName = "MINUTES",
        };

    public static Option<int> CheckpointSteps() =>
        new("--checkpoint-steps")
        {
            Description = "Steps between checkpoints, beside those after each epoch; 0 for none",
            DefaultValueFactory = _ => 0,
            HelpName = "N",
        };

    /// <summary>An option that would be passed over in silence is a mistake of the one who gave it.</summary>
    public static void Refuse(ParseResult parse, IEnumerable<Option> options, string reason)
    {
        if (options.FirstOrDefault(o => parse.GetResult(o) is { Implicit: false }) is { } given)
        {
            throw new VQWaveException($"{given.Name} has no meaning where {reason}: leave it out.");
        }
    }

    /// <summary>The configuration that a preset name or a file means.</summary>
    public static HierarchyConfiguration ReadConfiguration(string nameOrFile)
    {
        if (Presets.Names.Contains(nameOrFile))
        {
            return Presets.Get(nameOrFile);
        }

        if (!File.Exists(nameOrFile))
        {
            throw new VQWaveException(
                $"'{nameOrFile}' is neither a preset ({string.Join(", ", Presets.Names)}) nor a file; 'vqwave-train init --preset live --print' shows what such a file holds."
            );
        }

        try
        {
            return HierarchyConfigurationJson.Deserialize(File.ReadAllText(nameOrFile));
        }
        catch (VQWaveException e)
        {
            throw new VQWaveException($"{nameOrFile}: {e.Message}", e);
        }
    }

    /// <summary>Position of the level that a name such as vqvae_8 or generator_8 means.</summary>
    public static int ReadLevel(HierarchyConfiguration configuration, string name, string prefix)
    {
        for (var i = 0; i < configuration.Levels.Count; i++)
        {
            if (name == prefix + configuration.Levels[i].Name)
            {
                return i;
            }
        }

        throw new VQWaveException(
            $"There is no {name} in '{configuration.Name}'; choose one of {string.Join(", ", configuration.Levels.Select(l => prefix + l.Name))}."
        );
    }
}
