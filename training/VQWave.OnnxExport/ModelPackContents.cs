using System.Text.Json.Nodes;
using VQWave.Models;

namespace VQWave.OnnxExport;

/// <summary>What <see cref="ModelPackWriter"/> writes.</summary>
public sealed record ModelPackContents
{
    /// <summary>The pack's name, as lists show it.</summary>
    public required string Name { get; init; }

    /// <summary>SPDX name of the licence of the weights.</summary>
    public string? License { get; init; }

    /// <summary>What it sounds like and what it learned from.</summary>
    public string? Description { get; init; }

    /// <summary>The hierarchy.</summary>
    public required HierarchyConfiguration Configuration { get; init; }

    /// <summary>The weights of each level, coarsest first.</summary>
    public required IReadOnlyList<LevelWeights> Levels { get; init; }

    /// <summary>What evaluation measured, by the level's name.</summary>
    public JsonObject? Metrics { get; init; }

    /// <summary>How the weights were trained.</summary>
    public JsonObject? Training { get; init; }

    /// <summary>Storage of the weights and metadata of the files.</summary>
    public ExportOptions Options { get; init; } = new();
}
