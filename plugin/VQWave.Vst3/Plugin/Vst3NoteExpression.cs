namespace VQWave.Vst3;

/// <summary>A note expression that a plug-in understands.</summary>
/// <param name="TypeId">0 volume, 1 pan, 2 tuning, 3 vibrato, 4 expression, 5 brightness; 100,000 and above its own.</param>
/// <param name="Title">Name to show.</param>
/// <param name="DefaultValue">Default, 0 to 1.</param>
public sealed record Vst3NoteExpression(uint TypeId, string Title, double DefaultValue = 0.5)
{
    /// <summary>Name for little room.</summary>
    public string ShortTitle { get; init; } = "";

    /// <summary>Unit, as shown.</summary>
    public string Units { get; init; } = "";

    /// <summary>Unit (group) that it belongs to.</summary>
    public int UnitId { get; init; }

    /// <summary>Steps between the ends; 0 continuous.</summary>
    public int StepCount { get; init; }

    /// <summary>A parameter that it belongs to; used when the flags say so.</summary>
    public uint AssociatedParameterId { get; init; } = Vst3Parameter.NoId;

    /// <summary>Properties.</summary>
    public Vst3NoteExpressionFlags Flags { get; init; }
}
