namespace VQWave.Corpus.Music;

/// <summary>Who plays what in a piece.</summary>
/// <param name="Comp">The instrument of the harmony.</param>
/// <param name="Melody">The instrument of the melody.</param>
/// <param name="Bass">The lowest part.</param>
/// <param name="Pad">Held chords.</param>
/// <param name="Lift">Semitones by which harmony and pad lie higher than usual.</param>
internal sealed record Ensemble(Instrument Comp, Instrument Melody, Instrument Bass, Instrument Pad, int Lift)
{
    public static Ensemble Draw(SeededRandom random, MusicStyle style) => style == MusicStyle.Tines ? DrawTines(random) : DrawKeys(random);

    /// <summary>The instruments, by channel.</summary>
    public IEnumerable<Instrument> Instruments => new[] { Comp, Melody, Bass, Pad }.DistinctBy(i => i.Channel).OrderBy(i => i.Channel);

    // A wind over keys is the usual pairing; keys among themselves season it.
    private static Ensemble DrawKeys(SeededRandom random)
    {
        var (comp, melody) = random.Next(10) switch
        {
            < 4 => (Instrument.ElectricPiano, Instrument.Ocarina),
            < 8 => (Instrument.Vibraphone, Instrument.Ocarina),
            < 9 => (Instrument.Vibraphone, Instrument.ElectricPiano),
            _ => (Instrument.ElectricPiano, Instrument.ElectricPiano),
        };
        return new Ensemble(comp, melody, Instrument.Bass, Instrument.Pad, 0);
    }

    private static Ensemble DrawTines(SeededRandom random)
    {
        Instrument comp = random.Chance(0.6) ? Instrument.Harp : Instrument.Kalimba;
        Instrument melody = random.Chance(0.5) ? Instrument.Celesta : Instrument.MusicBox;
        return new Ensemble(comp, melody, Instrument.LowHarp, Instrument.SoftPad, 5);
    }
}
