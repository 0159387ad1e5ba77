namespace VQWave.Inference;

/// <summary>Names of precisions, as options and reports spell them.</summary>
public static class InferencePrecisionNames
{
    /// <summary><c>auto</c>, <c>fp32</c>, <c>fp16</c>, <c>int8</c> or <c>int4</c>.</summary>
    public static string ToName(this InferencePrecision precision) =>
        precision switch
        {
            InferencePrecision.Float32 => "fp32",
            InferencePrecision.Float16 => "fp16",
            InferencePrecision.Int8 => "int8",
            InferencePrecision.Int4 => "int4",
            _ => "auto",
        };

    /// <summary>Reads a name as <see cref="ToName"/> spells it.</summary>
    /// <param name="name">The name; null is none.</param>
    /// <param name="precision">The precision, or <see cref="InferencePrecision.Auto"/> where there is none of that name.</param>
    /// <returns>Whether there is one of that name.</returns>
    public static bool TryParse(string? name, out InferencePrecision precision)
    {
        foreach (var known in Enum.GetValues<InferencePrecision>())
        {
            if (known.ToName() == name)
            {
                precision = known;
                return true;
            }
        }

        precision = InferencePrecision.Auto;
        return false;
    }
}
