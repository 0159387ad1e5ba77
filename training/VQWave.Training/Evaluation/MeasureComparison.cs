namespace VQWave.Training.Evaluation;

/// <summary>One measure of the generated clips beside the corpus's.</summary>
/// <param name="Measure">Which.</param>
/// <param name="Corpus">Over the corpus's windows.</param>
/// <param name="Generated">Over the windows of all clips.</param>
/// <param name="Clips">The median over each clip's windows.</param>
internal sealed record MeasureComparison(SoundMeasure Measure, Distribution Corpus, Distribution Generated, IReadOnlyList<double> Clips)
{
    /// <summary>Whether the generated median is between the corpus's 5 % and 95 %.</summary>
    public bool Inside => Corpus.Spans(Generated.Median);
}
