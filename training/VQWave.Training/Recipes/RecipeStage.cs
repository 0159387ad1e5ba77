using System.Text;
using System.Text.Json.Nodes;

namespace VQWave.Training.Recipes;

/// <summary>One command of a recipe.</summary>
/// <param name="Name">What it is called; unique in the recipe.</param>
/// <param name="Command">Such as <c>vqvae</c>.</param>
/// <param name="Arguments">Its arguments in order, variables not yet replaced.</param>
/// <param name="Options">Its options by name without dashes, variables not yet replaced, defaults included.</param>
internal sealed record RecipeStage(
    string Name,
    string Command,
    IReadOnlyList<string> Arguments,
    IReadOnlyDictionary<string, JsonNode> Options
)
{
    /// <summary>A <c>start-epoch</c> of this value goes on from the last epoch of the stage before it that trains the same network.</summary>
    public const string Latest = "latest";

    /// <summary>The network that is trained, or null.</summary>
    public string? Network =>
        Command is "vqvae" or "generator" ? Options.GetValueOrDefault(Command == "vqvae" ? "model" : "generator")?.ToString() : null;

    /// <summary>Whether it goes on from an earlier stage.</summary>
    public bool GoesOn => Options.GetValueOrDefault("start-epoch")?.ToString() == Latest;

    /// <summary>What it does, whatever the variables are: the part of its stamp that is text.</summary>
    public string Text =>
        new StringBuilder(Command)
            .AppendJoin(null, Arguments.Select(a => $"\n{a}"))
            .AppendJoin(null, Options.OrderBy(o => o.Key, StringComparer.Ordinal).Select(o => $"\n--{o.Key} {o.Value.ToJsonString()}"))
            .ToString();

    /// <summary>The command line.</summary>
    /// <param name="replace">Replaces variables.</param>
    /// <param name="startEpoch">What <see cref="Latest"/> stands for.</param>
    public string[] CommandLine(Func<string, string> replace, int startEpoch)
    {
        List<string> line = [Command, .. Arguments.Select(replace)];
        foreach (var (name, value) in Options)
        {
            if (value is JsonValue flag && flag.TryGetValue<bool>(out var set))
            {
                line.AddRange(set ? [$"--{name}"] : []);
            }
            else
            {
                var text = value.ToString();
                line.AddRange([$"--{name}", name == "start-epoch" && text == Latest ? $"{startEpoch}" : replace(text)]);
            }
        }

        return [.. line];
    }

    /// <summary>Whether this stage's result depends on that of an earlier one.</summary>
    public bool DependsOn(RecipeStage earlier) =>
        Command switch
        {
            // Audio and weights that others prepare are inputs by their content.
            "prepare" or "import-pack" => false,
            "vqvae" => earlier.Network == Network,
            "generator" => earlier.Network == Network || earlier.Command == "vqvae",
            _ => true,
        };

    /// <summary>Files and folders whose content the result depends on, variables not yet replaced.</summary>
    public IEnumerable<string> Inputs
    {
        get
        {
            string[] names = ["data-dir", "validation-dir", "preset", "training"];
            var options = names.Where(Options.ContainsKey).Select(n => Options[n].ToString());
            return Command is "prepare" or "import-pack" ? options.Concat(Arguments.Take(1)) : options;
        }
    }
}
