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
}
