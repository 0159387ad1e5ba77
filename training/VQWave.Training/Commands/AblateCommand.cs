using System.CommandLine;
using VQWave.Training.Ablation;
using VQWave.Training.Evaluation;
using VQWave.Training.Training;

namespace VQWave.Training.Commands;

/// <summary><c>vqwave-train ablate</c>.</summary>
internal static class AblateCommand
{
    public static Command Create()
    {
        var model = new Option<string>("--model")
        {
            Description = "vqvae_512, vqvae_128, vqvae_32 or vqvae_8",
            DefaultValueFactory = _ => "vqvae_8",
            HelpName = "NAME",
        };
        var data = CommonOptions.DataDirectory();
        var validation = new Option<string>("--validation-dir")
        {
            Description = "Folder of held-out .u16 files that all are measured on, 30 s of each",
            Required = true,
            HelpName = "DIR",
        };
        var output = new Option<string>("--output-dir")
        {
            Description = "Receives ablation.json, ablation.txt and a folder for each recipe",
            DefaultValueFactory = _ => "ablation",
            HelpName = "DIR",
        };
        var recipes = new Option<string>("--recipes")
        {
            Description = $"Which to compare, of {string.Join(", ", AblationRecipe.All.Select(r => r.Name))}",
            DefaultValueFactory = _ => "seed,ours",
            HelpName = "NAMES",
        };
        var preset = CommonOptions.Configuration();
        var batch = CommonOptions.BatchSize(8);
        var length = CommonOptions.InputLength(2048, "a training crop");
        var steps = new Option<int>("--steps")
        {
            Description = "Optimiser steps of each",
            DefaultValueFactory = _ => 3000,
            HelpName = "N",
        };
        var resume = new Option<bool>("--resume") { Description = "Go on with what an interrupted comparison has left" };
        var rate = CommonOptions.LearningRate(3e-3);
        var seed = CommonOptions.Seed();
        var device = CommonOptions.Device();
        var threads = CommonOptions.Threads();
        var json = CommonOptions.Json();
        var command = new Command(
            "ablate",
            $"""
            Train a VQ-VAE by the Python project's recipe and by ours: the same networks, data, steps and seed. Prints and keeps a table of what each makes of held-out music.

            Recipes:
            {string.Join('\n', AblationRecipe.All.Select(r => $"  {r.Name, -9} {r.Title}"))}
            """
        )
        {
            model,
            data,
            validation,
            output,
            recipes,
            preset,
            batch,
            length,
            steps,
            resume,
            rate,
            seed,
            device,
            threads,
            json,
        };
        command.SetAction(
            (parse, cancellation) =>
            {
                var configuration = CommonOptions.ReadConfiguration(parse.GetValue(preset)!);
                var wanted = Read(parse.GetValue(recipes)!);
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
                    Resume = parse.GetValue(resume),
                    LearningRate = parse.GetValue(rate),
                    Seed = parse.GetValue(seed),
                    Device = parse.GetValue(device)!,
                    Threads = parse.GetValue(threads),
                };
                var rows = new AblationRun(options).Run(wanted, cancellation);
                if (rows is null)
                {
                    Console.Error.WriteLine("Interrupted; '--resume' goes on.");
                    return Task.FromResult(ExitCodes.Interrupted);
                }

                if (parse.GetValue(json))
                {
                    Console.WriteLine(EvaluationJson.Text(rows));
                }
                else
                {
                    AblationRun.Write(rows, Console.Out);
                }

                return Task.FromResult(ExitCodes.Success);
            }
        );
        return command;
    }

    private static AblationRecipe[] Read(string names) =>
        [
            .. names
                .Split(',', StringSplitOptions.TrimEntries)
                .Select(name =>
                    AblationRecipe.All.FirstOrDefault(r => r.Name == name)
                    ?? throw new VQWaveException(
                        $"--recipes '{name}' is unknown; choose of {string.Join(", ", AblationRecipe.All.Select(r => r.Name))}."
                    )
                ),
        ];
}
