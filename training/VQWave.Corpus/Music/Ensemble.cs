namespace VQWave.Corpus.Music;

/// <summary>Who plays what in a piece.</summary>
/// <param name="Comp">The instrument of the harmony.</param>
/// <param name="Melody">The instrument of the melody.</param>
/// <param name="Bass">The lowest part.</param>
/// <param name="Pad">Held chords.</param>
/// <param name="Percussion">The percussion, or null for none.</param>
/// <param name="Lift">Semitones by which harmony and pad lie higher than usual.</param>
internal sealed record Ensemble(Instrument Comp, Instrument Melody, Instrument Bass, Instrument Pad, PercussionStyle? Percussion, int Lift)
{
    public static Ensemble Draw(SeededRandom random, MusicStyle style) => style == MusicStyle.Tines ? DrawTines(random) : DrawKeys(random);

    /// <summary>The kit of the percussion, or null for none.</summary>
    public Instrument? Kit =>
        Percussion switch
        {
            null => null,
            PercussionStyle.Brushes => Instrument.BrushKit,
            _ => Instrument.StandardKit,
        };

    /// <summary>The instruments, by channel.</summary>
    public IEnumerable<Instrument> Instruments =>
        new[] { Comp, Melody, Bass, Pad, Kit }.OfType<Instrument>().DistinctBy(i => i.Channel).OrderBy(i => i.Channel);

    // Vibraphone over electric piano is the usual pairing; the others season it.
    private static Ensemble DrawKeys(SeededRandom random)
    {
        var (comp, melody) = random.Next(10) switch
        {
            < 6 => (Instrument.ElectricPiano, Instrument.Vibraphone),
            < 8 => (Instrument.ElectricPiano, Instrument.ElectricPiano),
            _ => (Instrument.Vibraphone, Instrument.ElectricPiano),
        };
        var percussion = random.Pick([PercussionStyle.Brushes, PercussionStyle.Shaker, PercussionStyle.Ride]);
        return new Ensemble(comp, melody, Instrument.Bass, Instrument.Pad, percussion, 0);
    }

    private static Ensemble DrawTines(SeededRandom random)
    {
        Instrument comp = random.Chance(0.6) ? Instrument.Harp : Instrument.Kalimba;
        Instrument melody = random.Chance(0.5) ? Instrument.Celesta : Instrument.MusicBox;
        return new Ensemble(comp, melody, Instrument.LowHarp, Instrument.SoftPad, null, 5);
    }
}
