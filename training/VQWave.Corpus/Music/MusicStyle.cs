namespace VQWave.Corpus.Music;

/// <summary>The two kinds of music that are composed.</summary>
internal enum MusicStyle
{
    /// <summary>Electric piano, vibraphone, bass, pad and light percussion: what live-keys has learned.</summary>
    Keys,

    /// <summary>Harp, kalimba, celesta, music box and a soft pad, higher and without percussion: what live-tines has learned.</summary>
    Tines,
}
