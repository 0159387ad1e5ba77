namespace VQWave.Training.Evaluation;

/// <summary>One measure of the generated clips beside the corpus's.</summary>
/// <param name="Measure">Which.</param>
/// <param name="Corpus">Over the corpus's windows.</param>
/// <param name="Generated">Over the clips.</param>
/// <param name="Clips">Each clip's value.</param>
internal sealed record MeasureComparison(SoundMeasure Measure, Distribution Corpus, Distribution Generated, IReadOnlyList<double> Clips)
{
    /// <summary>Whether the clips' median is between the corpus's 5 % and 95 %.</summary>
    public bool Inside => Corpus.Spans(Generated.Median);
}
