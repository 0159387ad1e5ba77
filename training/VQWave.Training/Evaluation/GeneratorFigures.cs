namespace VQWave.Training.Evaluation;

/// <summary>How well a generator knows what comes next in held-out music.</summary>
/// <param name="Codes">Codes that it was asked for.</param>
/// <param name="BitsPerCode">Mean −log2 of the probability of the true code, with the true codes before it and the true coarser ones.</param>
/// <param name="UnigramBits">Entropy of the histogram of those same codes: the cost of coding each by itself with the best fixed table.</param>
/// <param name="BitsWithoutContext">As <paramref name="BitsPerCode"/> with a context of zeros; null at the coarsest level.</param>
/// <param name="BitsByFile">Bits per code of each file, NaN for one that gave no codes.</param>
internal sealed record GeneratorFigures(
    long Codes,
    double BitsPerCode,
    double UnigramBits,
    double? BitsWithoutContext,
    IReadOnlyList<double> BitsByFile
);
