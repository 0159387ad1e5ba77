namespace VQWave.Corpus.Music;

/// <summary>Who plays what in a piece: the instruments of the harmony and of the melody, and the percussion.</summary>
internal sealed record Ensemble(Instrument Comp, Instrument Melody, PercussionStyle Percussion)
{
    /// <summary>Vibraphone over electric piano is the usual pairing; the others season it.</summary>
    public static Ensemble Draw(SeededRandom random)
    {
        var (comp, melody) = random.Next(10) switch
        {
            < 6 => (Instrument.ElectricPiano, Instrument.Vibraphone),
            < 8 => (Instrument.ElectricPiano, Instrument.ElectricPiano),
            _ => (Instrument.Vibraphone, Instrument.ElectricPiano),
        };
        return new Ensemble(comp, melody, random.Pick([PercussionStyle.Brushes, PercussionStyle.Shaker, PercussionStyle.Ride]));
    }

    public Instrument Kit => Percussion == PercussionStyle.Brushes ? Instrument.BrushKit : Instrument.StandardKit;
}
