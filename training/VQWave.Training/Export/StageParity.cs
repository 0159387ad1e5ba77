namespace VQWave.Training.Export;

/// <summary>How far a stage in ONNX Runtime is from the same stage in libtorch.</summary>
/// <param name="Stage">Such as <c>decoder_8</c>.</param>
/// <param name="Input">What it was run on.</param>
/// <param name="MaximumDifference">Largest difference of an output, relative to the largest value where that is above 1.</param>
/// <param name="DifferentCodes">Codes that differ without being tied; codebooks only.</param>
internal sealed record StageParity(string Stage, string Input, double MaximumDifference, int DifferentCodes);
