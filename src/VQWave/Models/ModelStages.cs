namespace VQWave.Models;

/// <summary>Which stages a level has, and what their files are called.</summary>
public static class ModelStages
{
    /// <summary>Key of the metadata entry of a graph that names its stage.</summary>
    public const string StageKey = "vqwave.stage";

    /// <summary>Key of the metadata entry of a graph that names its level.</summary>
    public const string LevelKey = "vqwave.level";

    /// <summary>Key of the metadata entry of a graph that holds the format's number.</summary>
    public const string FormatKey = "vqwave.format";

    /// <summary>Key of the metadata entry of a quantised generator that says <c>int8</c> or <c>int4</c>; others lack it.</summary>
    public const string PrecisionKey = "vqwave.precision";

    /// <summary>Optional input of a decoder, int64 [1]: the first position that is taken on behind the layers of the codes' own rate; 0 without it.</summary>
    public const string PieceStart = "piece_start";

    /// <summary>Optional input of a decoder, int64 [1]: the position before which taking on ends, negative from the end; all without it.</summary>
    public const string PieceEnd = "piece_end";

    private static readonly ModelStage[] WithContext =
    [
        ModelStage.Encoder,
        ModelStage.Codebook,
        ModelStage.Decoder,
        ModelStage.Context,
        ModelStage.Generator,
    ];

    private static readonly ModelStage[] WithoutContext =
    [
        ModelStage.Encoder,
        ModelStage.Codebook,
        ModelStage.Decoder,
        ModelStage.Generator,
    ];

    /// <summary>The stages of a level; the coarsest has no context network.</summary>
    public static IReadOnlyList<ModelStage> Of(LevelConfiguration level) => level.Generator.Context is null ? WithoutContext : WithContext;

    /// <summary>The stage's name in files and metadata, such as <c>encoder</c>.</summary>
    public static string Name(ModelStage stage) =>
        stage switch
        {
            ModelStage.Encoder => "encoder",
            ModelStage.Codebook => "codebook",
            ModelStage.Decoder => "decoder",
            ModelStage.Context => "context",
            ModelStage.Generator => "generator",
            _ => throw new ArgumentOutOfRangeException(nameof(stage), stage, "There is no such stage."),
        };

    /// <summary>The name of a stage's file in a pack's folder, such as <c>encoder_512.onnx</c>.</summary>
    public static string FileName(ModelStage stage, LevelConfiguration level) => $"{Name(stage)}_{level.Name}.onnx";
}
