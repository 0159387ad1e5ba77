namespace VQWave.Models;

/// <summary>How far ahead a context network looks.</summary>
public sealed record ModelLookahead
{
    /// <summary>No look ahead: that of a causal network, and where there is none.</summary>
    public static ModelLookahead None { get; } = new() { Codes = 0, Seconds = 0 };

    /// <summary>Codes of the next coarser level.</summary>
    public required int Codes { get; init; }

    /// <summary>The same in seconds.</summary>
    public required double Seconds { get; init; }

    /// <summary>What the context network of a level looks ahead: by so much later the controls of all coarser levels are heard in live play. Null where the level has none.</summary>
    /// <param name="configuration">The hierarchy.</param>
    /// <param name="levelIndex">Position of the level in it.</param>
    public static ModelLookahead? Of(HierarchyConfiguration configuration, int levelIndex) =>
        configuration.Levels[levelIndex].Generator.Context is { } context
            ? new ModelLookahead
            {
                Codes = context.LookaheadCodes,
                Seconds = context.LookaheadCodes / configuration.CodeRate(configuration.Levels[levelIndex - 1]),
            }
            : null;
}
