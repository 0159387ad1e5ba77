namespace VQWave.Corpus.Music;

/// <summary>How the chords of a piece are played.</summary>
internal enum CompStyle
{
    /// <summary>One gently rolled chord a bar.</summary>
    Block,

    /// <summary>Two chords a bar.</summary>
    Pulse,

    /// <summary>A chord on the beat, another on the off-beat after.</summary>
    Syncopated,

    /// <summary>Broken chords in eighths.</summary>
    Arpeggio,
}
