using VQWave.Analysis;

namespace VQWave.Training.Evaluation;

/// <summary>A measure of what a sound is like.</summary>
/// <param name="Key">Its name in JSON.</param>
/// <param name="Title">Its name for people, with the unit.</param>
/// <param name="Places">Decimal places that mean something.</param>
internal sealed record SoundMeasure(string Key, string Title, int Places)
{
    /// <summary>The measures, in the order of <see cref="Measure"/>.</summary>
    public static IReadOnlyList<SoundMeasure> All { get; } =
    [
        new("rms_dbfs", "level, dBFS RMS", 1),
        new("peak", "peak, of full scale", 3),
        new("clipped_share", "clipped share", 6),
        new("centroid_hz", "spectral centroid, Hz", 0),
        new("flatness", "spectral flatness", 4),
        new("onsets_per_second", "onsets a second", 2),
        new("energy_above_1k", "energy above 1 kHz", 4),
        new("energy_above_4k", "energy above 4 kHz", 5),
        new("chroma_concentration", "chroma concentration", 3),
    ];

    /// <summary>All measures of a sound.</summary>
    /// <param name="samples">Mono samples.</param>
    /// <param name="sampleRate">Samples a second.</param>
    public static double[] Measure(ReadOnlySpan<float> samples, int sampleRate)
    {
        var level = SoundLevel.Of(samples);
        return
        [
            level.RmsDecibels,
            level.Peak,
            level.ClippedShare,
            SpectralFeatures.CentroidHertz(samples, sampleRate),
            SpectralFeatures.Flatness(samples),
            OnsetDetector.Rate(samples, sampleRate),
            SpectralFeatures.EnergyShareAbove(samples, sampleRate, 1000),
            SpectralFeatures.EnergyShareAbove(samples, sampleRate, 4000),
            ChromaConcentration(SpectralFeatures.Chroma(samples, sampleRate)),
        ];
    }

    /// <summary>1 less the entropy of the chroma over that of an even one: 0 for all pitch classes alike, or silence, 1 for a single one.</summary>
    public static double ChromaConcentration(ReadOnlySpan<double> chroma)
    {
        double entropy = 0;
        double sum = 0;
        foreach (var share in chroma)
        {
            sum += share;
            entropy -= share > 0 ? share * Math.Log(share) : 0;
        }

        return sum == 0 ? 0 : Math.Clamp(1 - (entropy / Math.Log(chroma.Length)), 0, 1);
    }
}
