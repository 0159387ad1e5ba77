namespace VQWave.Training.Evaluation;

/// <summary>What generated clips are like, beside a corpus.</summary>
/// <param name="WindowSamples">Samples that each figure is measured over, of clips and corpus alike.</param>
/// <param name="CorpusWindows">Windows of the corpus.</param>
/// <param name="CorpusFiles">Files that they are from.</param>
/// <param name="Measures">The measures.</param>
/// <param name="Frechet">Squared Fréchet distance of log mel frames between the clips and the corpus, nepers².</param>
/// <param name="FrechetYardstick">That between one half of the corpus's files and the other.</param>
/// <param name="CorpusExamples">A few windows of the corpus, for pictures.</param>
internal sealed record GeneratedFigures(
    int WindowSamples,
    int CorpusWindows,
    int CorpusFiles,
    IReadOnlyList<MeasureComparison> Measures,
    double Frechet,
    double FrechetYardstick,
    IReadOnlyList<(string Name, float[] Samples)> CorpusExamples
)
{
    /// <summary>Whether every measure is inside.</summary>
    public bool AllInside => Measures.All(m => m.Inside);
}
