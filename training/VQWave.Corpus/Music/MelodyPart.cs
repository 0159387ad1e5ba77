namespace VQWave.Corpus.Music;

/// <summary>
/// Writes the melody: four-bar phrases of a motif, its sequence or variation, an answer and a cadence. Main sections share
/// their motif and answer, so the ear recognises the return; the contrasting section has its own.
/// </summary>
internal sealed class MelodyPart
{
    private readonly Score _score;
    private readonly Ensemble _ensemble;
    private readonly Motif _main;
    private readonly Motif _answer;
    private readonly Motif _contrast;
    private readonly bool _rests;
    private readonly int _low;
    private readonly int _high;
    private int _anchor;

    public MelodyPart(Score score, Ensemble ensemble, Key key)
    {
        _score = score;
        _ensemble = ensemble;
        SeededRandom random = score.Random;
        _main = Motif.Draw(random, score.QuartersPerBar);
        _answer = random.Chance(0.5) ? _main.Vary(random) : Motif.Draw(random, score.QuartersPerBar);
        _contrast = Motif.Draw(random, score.QuartersPerBar);
        _rests = random.Chance(0.35);
        // Above the chords, where the instruments speak clearly.
        _low = key.DegreeAtOrBelow(74);
        _high = key.DegreeAtOrBelow(88);
        _anchor = key.DegreeAtOrBelow(random.Between(78, 83));
    }

    public void WriteSection(Section section)
    {
        int start = _anchor;
        for (int i = 0; i < section.Chords.Count; i++)
        {
            int bar = section.FirstBar + i;
            Chord chord = section.Chords[i];
            bool isCadence = i % 4 == 3 || i == section.Chords.Count - 1;
            if (isCadence)
            {
                WriteCadence(section, chord, bar);
                continue;
            }

            if (i % 4 == 1 && _rests && section.Pass == 0)
            {
                continue;
            }

            Motif motif =
                section.Kind == SectionKind.Contrast ? _contrast
                : i % 4 == 1 ? _answer
                : _main;
            if ((i % 4 == 2 && _score.Random.Chance(0.5)) || (section.Pass > 1 && _score.Random.Chance(0.3)))
            {
                motif = motif.Vary(_score.Random);
            }

            WriteMotif(section, motif, chord, bar);
        }

        // Each section sets out from the same register: sequences must not climb out of it.
        _anchor = start;
    }

    private void WriteMotif(Section section, Motif motif, Chord chord, int bar)
    {
        _anchor = Fold(chord.Nearest(_anchor + _score.Random.Between(-1, 1)));
        foreach (MotifNote note in motif.Notes)
        {
            int degree = Fold(_anchor + note.Step);
            // What is held or falls on a strong beat belongs to the chord; the rest may pass.
            if (note.Length > 1 || note.Onset % 4 == 0)
            {
                degree = chord.Nearest(degree);
            }

            double accent =
                note.Onset % 4 == 0 ? 6
                : note.Onset % 2 == 0 ? 2
                : -4;
            double velocity = 56 + (36 * section.Dynamic) + accent;
            _score.Add(_ensemble.Melody, chord.Key.Pitch(degree), velocity, bar, note.Onset, note.Length - 0.1);
        }
    }

    private void WriteCadence(Section section, Chord chord, int bar)
    {
        SeededRandom random = _score.Random;
        double velocity = 54 + (34 * section.Dynamic);
        int goal = Fold(chord.Nearest(_anchor));
        int pickup = random.Next(3);
        if (pickup > 0)
        {
            int from = goal + (random.Chance(0.5) ? 1 : -1);
            _score.Add(_ensemble.Melody, chord.Key.Pitch(from), velocity - 8, bar, 0, pickup - 0.1);
        }

        _score.Add(_ensemble.Melody, chord.Key.Pitch(goal), velocity, bar, pickup, _score.EighthsPerBar - pickup - 0.4);
        _anchor = goal;
    }

    private int Fold(int degree) =>
        degree > _high ? degree - 7
        : degree < _low ? degree + 7
        : degree;
}
