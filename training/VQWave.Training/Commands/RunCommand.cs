using System.CommandLine;
using System.Text.Json.Nodes;
using VQWave.Training.Recipes;

namespace VQWave.Training.Commands;

/// <summary><c>vqwave-train run</c>.</summary>
internal static class RunCommand
{
    private const string Help = """
        Make a model pack by a recipe: a JSON file that lists the commands from 'prepare' to 'export' with their options.

        Given again, it goes on where it was broken off, to the very step. Stages that are complete for the same options and the same content of their
        inputs are skipped; a stage that has changed begins anew, and so do those that depend on it. docs/training.md describes the file.

        Examples:
          vqwave-train run recipes/live-keys.json
          vqwave-train run recipes/live-keys.json --set corpus=/music/corpus --set folder=/scratch/keys
          vqwave-train run recipes/live-keys.json --list
        """;

    /// <summary>Creates the command.</summary>
    /// <param name="root">The commands that recipes run.</param>
    public static Command Create(RootCommand root)
    {
        var file = new Argument<string>("RECIPE") { Description = "The recipe's JSON file" };
        var set = new Option<string[]>("--set")
        {
            Description = "Another value for one of the recipe's variables",
            HelpName = "NAME=VALUE",
        };
        var list = new Option<bool>("--list") { Description = "Only show which stages are complete, begun or to do" };
        var json = CommonOptions.Json();
        var command = new Command("run", Help) { file, set, list, json };
        command.SetAction(
            async (parse, cancellation) =>
            {
                var recipe = Recipe.Read(parse.GetValue(file)!, parse.GetValue(set) ?? []);
                foreach (var stage in recipe.Stages)
                {
                    // Slips of the pen are found before hours are spent on the stages before them.
                    var errors = root.Parse(stage.CommandLine(recipe.Replace, 1)).Errors;
                    if (errors.Count > 0)
                    {
                        throw new VQWaveException($"Stage '{stage.Name}' of {parse.GetValue(file)}: {errors[0].Message.TrimEnd('.')}.");
                    }
                }

                var run = new RecipeRun(
                    recipe,
                    line =>
                        root.Parse(line)
                            .InvokeAsync(
                                new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null },
                                cancellation
                            )
                );
                var code = parse.GetValue(list) ? ExitCodes.Success : await run.RunAsync().ConfigureAwait(false);
                if (parse.GetValue(json))
                {
                    Console.WriteLine(
                        new JsonArray([
                            .. run.States().Select(s => (JsonNode)new JsonObject { ["stage"] = s.Name, ["state"] = s.State }),
                        ]).ToJsonString()
                    );
                }
                else if (parse.GetValue(list))
                {
                    foreach (var (name, state) in run.States())
                    {
                        Console.WriteLine($"{state, -9} {name}");
                    }
                }

                return code;
            }
        );
        return command;
    }
}
