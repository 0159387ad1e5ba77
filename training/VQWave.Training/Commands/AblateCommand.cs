using System.CommandLine;
using VQWave.Training.Ablation;
using VQWave.Training.Training;

namespace VQWave.Training.Commands;

/// <summary><c>vqwave-train ablate</c>.</summary>
internal static class AblateCommand
{
    public static Command Create()
    {
        var model = CommonOptions.Of("--model", "vqvae_512, vqvae_128, vqvae_32 or vqvae_8", "vqvae_8", "NAME");
        var ablation = new AblationArguments(
            new NetworkArguments(8, 2048, "a training crop", 3e-3),
            "Receives ablation.json, ablation.txt and a folder for each recipe",
            "ablation"
        );
        var recipes = CommonOptions.Of(
            "--recipes",
            $"Which to compare, of {string.Join(", ", AblationRecipe.All.Select(r => r.Name))}",
            "seed,ours",
            "NAMES"
        );
        var command = new Command(
            "ablate",
            $"""
            Train a VQ-VAE by the Python project's recipe and by ours: the same networks, data, steps and seed. Prints and keeps a table of what each makes of held-out music, 30 s of each file.

            Recipes:
            {string.Join('\n', AblationRecipe.All.Select(r => $"  {r.Name, -9} {r.Title}"))}
            """
        )
        {
            model,
        };
        ablation.AddTo(command, recipes);
        command.SetAction(
            (parse, cancellation) =>
            {
                var options = new VqvaeTrainingOptions(ablation.Read(parse, "vqvae_", parse.GetValue(model)!));
                var wanted = Read(parse.GetValue(recipes)!);
                return ablation.Execute(parse, new RecipeAblation(options, wanted), options, cancellation);
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
