using VQWave.Inference;

namespace VQWave.Player.Commands;

/// <summary>Precisions as options spell them.</summary>
internal static class PrecisionNames
{
    /// <summary>Reads <c>auto</c>, <c>fp32</c>, <c>int8</c> or <c>int4</c>.</summary>
    /// <exception cref="UsageException">It is none of them.</exception>
    public static InferencePrecision Parse(string text) =>
        text switch
        {
            "auto" => InferencePrecision.Auto,
            "fp32" => InferencePrecision.Float32,
            "int8" => InferencePrecision.Int8,
            "int4" => InferencePrecision.Int4,
            _ => throw new UsageException($"--precision '{text}' is not auto, fp32, int8 or int4."),
        };

    /// <summary>The name of a precision.</summary>
    public static string Of(InferencePrecision precision) =>
        precision switch
        {
            InferencePrecision.Float32 => "fp32",
            InferencePrecision.Int8 => "int8",
            InferencePrecision.Int4 => "int4",
            _ => "auto",
        };
}
