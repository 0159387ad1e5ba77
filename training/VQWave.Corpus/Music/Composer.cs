using VQWave.Corpus.Midi;

namespace VQWave.Corpus.Music;

/// <summary>
/// Composes one piece from the corpus's seed and the piece's number, and from nothing else: a piece stays the same
/// whatever the length of the corpus.
/// </summary>
internal static class Composer
{
    private const double ShortestBody = 44;
    private const double LongestBody = 67;

    /// <summary>Bars between the introduction and the coda, as sections of four bars: M main, C contrast.</summary>
    private static readonly string[] Forms = ["MC", "MMC", "MCM", "MMCM", "MCMM", "MMCMM", "MMCCM"];

    public static Piece Compose(ulong seed, int index, MusicStyle style = MusicStyle.Keys)
    {
        SeededRandom random = SeededRandom.ForItem(seed, index);
        var key = new Key(random.Next(12), random.Pick(Mode.All));
        int tempo = random.Between(60, 84);
        int quarters = random.Chance(0.22) ? 3 : 4;
        Ensemble ensemble = Ensemble.Draw(random, style);
        int swing = random.Chance(0.4) ? random.Between(24, 64) : 0;
        int leadMilliseconds = random.Between(110, 190);
        int leadTicks = (int)Math.Ceiling(leadMilliseconds * tempo * Piece.TicksPerQuarter / 60000.0);
        var score = new Score(random, leadTicks, quarters, swing);

        double barSeconds = quarters * 60.0 / tempo;
        var fitting = Forms.Where(f => Fits(f, barSeconds)).ToArray();
        string form = random.Pick(fitting);
        List<Section> sections = Arrange(random, key, form);
        var accompaniment = new AccompanimentPart(score, ensemble, DrawComp(random, style));
        var melody = new MelodyPart(score, ensemble, key);
        foreach (Section section in sections)
        {
            accompaniment.WriteSection(section);
            if (section.Has(Layers.Melody))
            {
                melody.WriteSection(section);
            }
        }

        string name = PieceNames.Draw(random);
        int bars = sections.Sum(s => s.Chords.Count);
        // The last chord fills its bar and rings for three quarters more.
        int endTick = score.TickAt(bars, 0) + (3 * Piece.TicksPerQuarter);
        List<MidiNote> notes = score.Finish();
        var used = notes.Select(n => n.Channel).ToHashSet();
        return new Piece(
            index,
            name,
            key,
            tempo,
            quarters,
            [.. ensemble.Instruments.Where(i => used.Contains(i.Channel))],
            notes,
            [.. PadSwells(score, sections)],
            [.. Tempi(score, tempo, bars)],
            endTick
        );
    }

    // Plucked strings and tines are broken into arpeggios; keys do everything.
    private static CompStyle DrawComp(SeededRandom random, MusicStyle style) =>
        style == MusicStyle.Tines
            ? random.Pick([CompStyle.Arpeggio, CompStyle.Arpeggio, CompStyle.Block])
            : random.Pick(Enum.GetValues<CompStyle>());

    private static bool Fits(string form, double barSeconds)
    {
        double seconds = ((4 * form.Length) + 4) * barSeconds;
        return seconds is >= ShortestBody and <= LongestBody;
    }

    private static List<Section> Arrange(SeededRandom random, Key key, string form)
    {
        int[] main = random.Pick(key.Mode.MainProgressions);
        int[] contrast = random.Pick(key.Mode.ContrastProgressions);
        bool ninths = random.Chance(0.7);
        Chord[] Chords(IEnumerable<int> degrees) => [.. degrees.Select(d => new Chord(key, d, ninths))];

        // Pad and harmony never sound together: at most three parts at once.
        Layers full = Layers.Comp | Layers.Melody | Layers.Bass;
        Layers airy = random.Chance(0.5) ? Layers.Pad | Layers.Melody : Layers.Pad | Layers.Melody | Layers.Bass;
        Layers calm = random.Chance(0.5) ? Layers.Comp | Layers.Melody : Layers.Comp | Layers.Melody | Layers.Bass;
        Layers intro = random.Pick([Layers.Comp, Layers.Comp, Layers.Pad]);

        var sections = new List<Section> { new(SectionKind.Intro, 0, Chords(main.Take(2)), intro, 0.45, 0) };
        int bar = 2;
        int pass = 0;
        foreach (char letter in form)
        {
            bool isMain = letter == 'M';
            Layers layers =
                !isMain ? airy
                : pass == 0 ? calm
                : full;
            double dynamic = isMain ? 0.6 + (0.12 * Math.Min(pass, 3)) : 0.75;
            SectionKind kind = isMain ? SectionKind.Main : SectionKind.Contrast;
            sections.Add(new Section(kind, bar, Chords(isMain ? main : contrast), layers, dynamic, pass));
            bar += 4;
            pass++;
        }

        Layers end = Layers.Comp | Layers.Bass;
        sections.Add(new Section(SectionKind.Coda, bar, Chords([main[^1] == 0 ? 3 : main[^1], 0]), end, 0.5, pass));
        return sections;
    }

    /// <summary>Expression on the pad channel: each bar swells and falls back, so that the pad breathes.</summary>
    private static IEnumerable<MidiControl> PadSwells(Score score, List<Section> sections)
    {
        const int Steps = 8;
        foreach (Section section in sections.Where(s => s.Has(Layers.Pad)))
        {
            for (int bar = section.FirstBar; bar < section.FirstBar + section.Chords.Count; bar++)
            {
                for (int step = 0; step < Steps; step++)
                {
                    double position = (double)step / Steps;
                    int value = 76 + (int)Math.Round(40 * 4 * position * (1 - position));
                    int tick = score.TickAt(bar, 0) + (step * score.BarTicks / Steps);
                    yield return new MidiControl(Instrument.Pad.Channel, 11, value, tick);
                }
            }
        }
    }

    /// <summary>The piece's tempo, slowing over the two bars of the coda.</summary>
    private static IEnumerable<TempoChange> Tempi(Score score, int tempo, int bars)
    {
        yield return new TempoChange(0, MicrosecondsPerQuarter(tempo));
        double[] slowing = [0.96, 0.91, 0.86];
        for (int i = 0; i < slowing.Length; i++)
        {
            int tick = score.TickAt(bars - 2, 0) + ((i + 1) * score.BarTicks / 3);
            yield return new TempoChange(tick, MicrosecondsPerQuarter(tempo * slowing[i]));
        }
    }

    private static int MicrosecondsPerQuarter(double tempo) => (int)Math.Round(60e6 / tempo);
}
