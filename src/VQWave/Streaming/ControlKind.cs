namespace VQWave.Streaming;

/// <summary>What a <see cref="ControlChange"/> changes.</summary>
public enum ControlKind
{
    /// <summary>The temperature of the levels that have none of their own.</summary>
    Temperature,

    /// <summary>A level's own temperature.</summary>
    OwnTemperature,

    /// <summary>What is added to a level's temperature.</summary>
    TemperatureOffset,

    /// <summary>The top-k of the levels that have none of their own.</summary>
    TopK,

    /// <summary>A level's own top-k.</summary>
    OwnTopK,

    /// <summary>The seed.</summary>
    Seed,

    /// <summary>Whether the coarsest level repeats its last codes.</summary>
    Freeze,

    /// <summary>How many codes it repeats.</summary>
    FreezeLength,

    /// <summary>One code of the coarsest level that is given rather than drawn.</summary>
    CoarseCode,

    /// <summary>The finest level that is generated and heard.</summary>
    Detail,

    /// <summary>A bound on the detail that the overload governor set.</summary>
    DetailLimit,

    /// <summary>The end of the piece and the beginning of the next, from the start codes.</summary>
    Reset,
}
