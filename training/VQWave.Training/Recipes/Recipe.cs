using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace VQWave.Training.Recipes;

/// <summary>A file that says, command by command, how a model pack is made from music.</summary>
internal sealed partial class Recipe
{
    private static readonly string[] Commands = ["import-pack", "prepare", "vqvae", "generator", "export", "evaluate"];
    private readonly Dictionary<string, string> _variables = new(StringComparer.Ordinal);
    private readonly string _path;

    private Recipe(string path) => _path = path;

    /// <summary>The stages in order.</summary>
    public IReadOnlyList<RecipeStage> Stages { get; private set; } = [];

    /// <summary>Where weights and stamps are kept: the variable <c>folder</c>.</summary>
    public string Folder => Replace("${folder}");

    /// <summary>Reads a recipe.</summary>
    /// <param name="path">The JSON file.</param>
    /// <param name="settings"><c>NAME=VALUE</c> in the place of the file's variables.</param>
    /// <exception cref="VQWaveException">The file or a setting is not usable.</exception>
    public static Recipe Read(string path, IEnumerable<string> settings)
    {
        var recipe = new Recipe(path);
        JsonObject json;
        try
        {
            json =
                JsonNode.Parse(
                    File.ReadAllText(path),
                    documentOptions: new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true }
                ) as JsonObject
                ?? throw new JsonException("it is not an object");
            recipe._variables["recipe"] = Path.GetDirectoryName(Path.GetFullPath(path))!;
            foreach (var (name, value) in json["variables"]?.AsObject() ?? [])
            {
                recipe._variables[name] = (string)value!;
            }

            recipe.Stages = [.. json["stages"]!.AsArray().Select(s => ReadStage(s!.AsObject(), json["defaults"]?.AsObject()))];
        }
        catch (Exception e)
            when (e
                    is IOException
                        or UnauthorizedAccessException
                        or JsonException
                        or InvalidOperationException
                        or NullReferenceException
                        or FormatException
            )
        {
            throw new VQWaveException($"{path} is not a readable recipe: {e.Message.Split('\n')[0].TrimEnd('.')}.", e);
        }

        foreach (var setting in settings)
        {
            var pair = setting.Split('=', 2);
            if (pair.Length != 2 || pair[0] == "recipe" || !recipe._variables.ContainsKey(pair[0]))
            {
                throw new VQWaveException(
                    $"--set '{setting}' is not NAME=VALUE with a variable of {path}: {string.Join(", ", recipe._variables.Keys.Where(k => k != "recipe"))}."
                );
            }

            recipe._variables[pair[0]] = pair[1];
        }

        recipe.Check();
        return recipe;
    }

    /// <summary>Replaces <c>${name}</c> by the variable's value.</summary>
    /// <exception cref="VQWaveException">There is no such variable.</exception>
    public string Replace(string text) =>
        Variable()
            .Replace(
                text,
                match =>
                    _variables.TryGetValue(match.Groups[1].Value, out var value)
                        ? value
                        : throw new VQWaveException($"{_path} uses {match.Value}, which is not among its variables.")
            );

    private static RecipeStage ReadStage(JsonObject stage, JsonObject? defaults)
    {
        var command = (string)stage["command"]!;
        var options = new Dictionary<string, JsonNode>(StringComparer.Ordinal);
        foreach (var (name, value) in (defaults?[command]?.AsObject() ?? []).Concat(stage["options"]?.AsObject() ?? []))
        {
            options[name] = value!;
        }

        return new RecipeStage((string)stage["name"]!, command, [.. stage["arguments"]?.AsArray().Select(a => (string)a!) ?? []], options);
    }

    private void Check()
    {
        if (!_variables.ContainsKey("folder"))
        {
            throw new VQWaveException($"{_path} has no variable 'folder', the place for weights and stamps.");
        }

        var names = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < Stages.Count; i++)
        {
            var stage = Stages[i];
            var problem =
                !Commands.Contains(stage.Command) ? $"runs '{stage.Command}', which is none of {string.Join(", ", Commands)}"
                : !names.Add(stage.Name) || stage.Name.AsSpan().ContainsAny(Path.GetInvalidFileNameChars())
                    ? "needs a name of its own that can be a file's"
                : stage.Options.ContainsKey("resume") ? "has --resume, which a recipe decides itself"
                : stage.Network is not null && !stage.Options.ContainsKey("output-dir") ? "needs an output-dir"
                : stage.GoesOn && !Stages.Take(i).Any(s => s.Network == stage.Network)
                    ? "goes on from the latest epoch of a network that no stage before it trains"
                : null;
            if (problem is not null)
            {
                throw new VQWaveException($"{_path}: stage {i + 1} '{stage.Name}' {problem}.");
            }

            _ = stage.CommandLine(Replace, 1);
        }
    }

    [GeneratedRegex(@"\$\{([^}]*)\}")]
    private static partial Regex Variable();
}
