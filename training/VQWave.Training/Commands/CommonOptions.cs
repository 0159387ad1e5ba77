using System.CommandLine;
using VQWave.Models;
using VQWave.Training.Training;

namespace VQWave.Training.Commands;

/// <summary>Options that several commands share.</summary>
internal static class CommonOptions
{
    /// <summary>An option with a value where it is not given.</summary>
    public static Option<T> Of<T>(string name, string description, T value, string helpName) =>
        new(name)
        {
            Description = description,
            DefaultValueFactory = _ => value,
            HelpName = helpName,
        };

    public static Option<string> DataDirectory() =>
        new("--data-dir")
        {
            Description = "Folder of .u16 files, as 'prepare' makes it",
            Required = true,
            HelpName = "DIR",
        };

    public static Option<string?> ValidationDirectory() =>
        new("--validation-dir") { Description = "Folder of held-out .u16 files, evaluated after each epoch", HelpName = "DIR" };

    public static Option<string> OutputDirectory() => Of("--output-dir", "Where weights, checkpoint and metrics go", "weights", "DIR");

    public static Option<string> Configuration() =>
        Of("--preset", $"Sizes of the networks: {string.Join(", ", Presets.Names)}, or a JSON file of your own", "live", "NAME|FILE");

    public static Option<bool> Json() => new("--json") { Description = "Print the result as JSON on standard output" };

    public static Option<int> BatchSize(int value) =>
        Of("--batch-size", "Crops or streams side by side, of all processes together", value, "N");

    public static Option<int> InputLength(int value, string what) =>
        Of("--input-length", $"Samples of {what}; shorter files are left out", value, "N");

    public static Option<int> Steps() => Of("--steps", "Optimiser steps an epoch", 10000, "N");

    public static Option<int> Epochs() => Of("--epochs", "Epochs in all; the learning rate falls over all of them", 1, "N");

    public static Option<string> ImportDirectory() =>
        new("--output")
        {
            Description = "Folder that receives the weights as safetensors",
            Required = true,
            HelpName = "DIR",
        };

    public static Option<string?> InitialWeights() =>
        new("--initial-weights")
        {
            Description = "Begin with the weights that another run left in this folder instead of random ones: learn on from other music",
            HelpName = "DIR",
        };

    public static Option<int> StartEpoch() => Of("--start-epoch", "Go on from the numbered weights of this epoch", 0, "N");

    public static Option<bool> Resume() =>
        new("--resume") { Description = "Go on exactly where the checkpoint in the output folder stands" };

    public static Option<double> LearningRate(double value) => Of("--learning-rate", "Peak learning rate", value, "RATE");

    public static Option<int> Warmup() =>
        Of("--warmup", "Steps over which the learning rate rises at the beginning, and again where the codebook begins", 50, "N");

    public static Option<double> Clip() => Of("--clip", "Largest norm of all gradients together", 1.0, "NORM");

    public static Option<long> Seed() => Of("--seed", "Seed of weights and of everything drawn", 1L, "N");

    public static Option<string> Device() => Of("--device", "cpu, cuda or cuda:N", "cpu", "NAME");

    public static Option<string> Precision() =>
        Of(
            "--precision",
            "Numbers of convolutions and matrix products: fp32, bf16, or fp16 with loss scaling (CUDA only); weights stay fp32",
            "fp32",
            "TYPE"
        );

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

    public static Option<string> VqvaeWeightsDirectory() =>
        Of("--vqvae-weights-dir", "Folder with the trained VQ-VAE weights", "weights", "DIR");

    public static Option<int> Chunk() => Of("--chunk", "Codes that one step's gradient runs through", 64, "N");

    public static Option<int> Threads() => Of("--threads", "CPU threads of one operation; 2 are slower than 1 for small LSTMs", 1, "N");

    public static Option<double> TimeLimit() => Of("--time-limit", "Finish, schedule complete, after so many minutes", 0.0, "MINUTES");

    public static Option<double> CheckpointMinutes() =>
        Of("--checkpoint-minutes", "Minutes between checkpoints, beside those after each epoch; 0 for none", 10.0, "MINUTES");

    public static Option<int> CheckpointSteps() =>
        Of("--checkpoint-steps", "Steps between checkpoints, beside those after each epoch; 0 for none", 0, "N");

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
