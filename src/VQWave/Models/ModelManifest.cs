using System.Text.Json.Nodes;

namespace VQWave.Models;

/// <summary>
/// What <c>model.json</c> of a model pack says. Immutable; read and written by <see cref="ModelManifestJson"/>, checked
/// against the files beside it by <see cref="ModelPack"/>.
/// </summary>
public sealed record ModelManifest
{
    /// <summary>The newest format that this version of the program reads, and the one that it writes.</summary>
    public const int CurrentFormat = 1;

    /// <summary>Name of the manifest's file in the pack's folder.</summary>
    public const string FileName = "model.json";

    /// <summary>Version of the pack's format.</summary>
    public int Format { get; init; } = CurrentFormat;

    /// <summary>The pack's name, as lists show it.</summary>
    public required string Name { get; init; }

    /// <summary>SPDX name of the licence of the weights.</summary>
    public string? License { get; init; }

    /// <summary>What it sounds like and what it learned from, in a sentence or two.</summary>
    public string? Description { get; init; }

    /// <summary>Sample rate, levels, networks and padding.</summary>
    public required HierarchyConfiguration Configuration { get; init; }

    /// <summary>For each level, coarsest first, the code that counts as the one at position 0.</summary>
    public required IReadOnlyList<int> StartCodes { get; init; }

    /// <summary>Lookahead of each level's context network, by the level's name; for readers, the configuration decides.</summary>
    public IReadOnlyDictionary<string, ModelLookahead>? Lookahead { get; init; }

    /// <summary>How the weights are stored.</summary>
    public ModelQuantization Quantization { get; init; } = new();

    /// <summary>What evaluation measured, by the level's name; free-form.</summary>
    public JsonObject? Metrics { get; init; }

    /// <summary>How the weights were trained; free-form.</summary>
    public JsonObject? Training { get; init; }

    /// <summary>Size and hash of each file of the pack, by its name in the pack's folder.</summary>
    public required IReadOnlyDictionary<string, ModelFile> Files { get; init; }
}
