namespace VQWave.Corpus.Music;

/// <summary>What a stretch of bars is for in the form.</summary>
internal enum SectionKind
{
    Intro,
    Main,
    Contrast,
    Coda,
}

/// <summary>Which parts sound in a section; at most three at once.</summary>
[Flags]
internal enum Layers
{
    None = 0,
    Comp = 1,
    Melody = 2,
    Bass = 4,
    Pad = 8,
}

/// <summary>A stretch of bars with one chord a bar, its layers and its dynamic (0 to 1).</summary>
internal sealed record Section(SectionKind Kind, int FirstBar, IReadOnlyList<Chord> Chords, Layers Layers, double Dynamic, int Pass)
{
    public bool Has(Layers layer) => (Layers & layer) != Layers.None;
}
