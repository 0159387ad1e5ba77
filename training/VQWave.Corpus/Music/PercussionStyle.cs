namespace VQWave.Corpus.Music;

/// <summary>The light percussion of a piece.</summary>
internal enum PercussionStyle
{
    /// <summary>Brush kit: taps, closed hat and a soft kick.</summary>
    Brushes,

    /// <summary>Shaker eighths with a rim click and a soft kick.</summary>
    Shaker,

    /// <summary>Soft ride cymbal with pedal hat.</summary>
    Ride,
}
