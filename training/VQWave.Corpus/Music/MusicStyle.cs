namespace VQWave.Corpus.Music;

/// <summary>The two kinds of music that are composed.</summary>
internal enum MusicStyle
{
    /// <summary>Ocarina, electric piano and vibraphone, bass and pad: what live-keys has learned.</summary>
    Keys,

    /// <summary>Harp, kalimba, celesta, music box and a soft pad, higher: what live-tines has learned.</summary>
    Tines,
}
