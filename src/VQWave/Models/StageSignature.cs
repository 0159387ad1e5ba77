namespace VQWave.Models;

/// <summary>The inputs and outputs that a stage's graph must have.</summary>
internal static class StageSignature
{
    public static IReadOnlyList<OnnxValue> Inputs(ModelStage stage, LevelConfiguration level) =>
        stage switch
        {
            ModelStage.Encoder => [Float("audio", null, null)],
            ModelStage.Codebook => [Float("latents", null, null, level.CodebookDimension)],
            ModelStage.Decoder or ModelStage.Context => [Codes("codes", null, null)],
            _ =>
            [
                Codes("code", [null]),
                .. level.Generator.ContextWidth > 0 ? [Float("context", null, level.Generator.ContextWidth)] : Array.Empty<OnnxValue>(),
                .. States(level, ""),
            ],
        };

    /// <summary>Inputs that a graph may have beside those that it must have: they have a value of their own.</summary>
    public static IReadOnlyList<OnnxValue> OptionalInputs(ModelStage stage) =>
        stage == ModelStage.Decoder ? [Codes(ModelStages.PieceStart, 1), Codes(ModelStages.PieceEnd, 1)] : [];

    public static IReadOnlyList<OnnxValue> Outputs(ModelStage stage, LevelConfiguration level) =>
        stage switch
        {
            ModelStage.Encoder => [Float("latents", null, null, level.CodebookDimension)],
            ModelStage.Codebook => [Codes("codes", null, null), Float("quantized", null, null, level.CodebookDimension)],
            ModelStage.Decoder => [Float("audio", null, null)],
            ModelStage.Context => [Float("context", null, null, level.Generator.ContextWidth)],
            _ => [Float("logits", null, level.CodebookSize), .. States(level, "_out")],
        };

    /// <summary>What is wrong with a graph's inputs or outputs, or null.</summary>
    public static string? FindProblem(
        IReadOnlyList<OnnxValue> expected,
        IReadOnlyList<OnnxValue> optional,
        IReadOnlyList<OnnxValue> found,
        string kind
    )
    {
        foreach (var value in expected.Concat(optional))
        {
            var other = found.FirstOrDefault(f => f.Name == value.Name);
            if (other is null)
            {
                if (optional.Contains(value))
                {
                    continue;
                }

                return $"the {kind} '{value.Name}' is missing";
            }

            if (other.Type != value.Type || other.Dimensions is null || !other.Dimensions.SequenceEqual(value.Dimensions!))
            {
                return $"the {kind} '{value.Name}' is {other} where {value} is expected";
            }
        }

        var extra = found.FirstOrDefault(f => expected.Concat(optional).All(e => e.Name != f.Name));
        return extra is null ? null : $"the {kind} '{extra.Name}' is not one of this stage";
    }

    private static IEnumerable<OnnxValue> States(LevelConfiguration level, string suffix)
    {
        for (var i = 0; i < level.Generator.Layers; i++)
        {
            yield return Float($"h_{i}{suffix}", null, level.Generator.Units);
            yield return Float($"c_{i}{suffix}", null, level.Generator.Units);
        }
    }

    private static OnnxValue Float(string name, params long?[] dimensions) => new(name, OnnxValue.Float32, dimensions);

    private static OnnxValue Codes(string name, params long?[] dimensions) => new(name, OnnxValue.Int64, dimensions);
}
