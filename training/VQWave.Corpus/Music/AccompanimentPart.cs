namespace VQWave.Corpus.Music;

/// <summary>Writes chords, bass and pad of a section from one voice-led progression.</summary>
internal sealed class AccompanimentPart(Score score, Ensemble ensemble, CompStyle style)
{
    private const int CompLow = 57;
    private const int CompHigh = 77;
    private const int PadLow = 60;
    private const int PadHigh = 79;
    private const int BassLow = 33;

    private int[]? _voicing;
    private int[]? _padVoicing;
    private int _lastBass = 40;

    public void WriteSection(Section section)
    {
        for (int i = 0; i < section.Chords.Count; i++)
        {
            Chord chord = section.Chords[i];
            int bar = section.FirstBar + i;
            bool isEnd = section.Kind == SectionKind.Coda && i == section.Chords.Count - 1;
            double arch = section.Dynamic * (0.92 + (0.08 * (i % 4 is 1 or 2 ? 1 : 0)));
            _voicing = VoiceLeading.Lead(_voicing, chord.UpperPitchClasses, CompLow + ensemble.Lift, CompHigh + ensemble.Lift);
            if (section.Has(Layers.Comp))
            {
                WriteComp(bar, arch, isEnd);
            }

            if (section.Has(Layers.Pad))
            {
                WritePad(chord, bar, arch);
            }

            if (section.Has(Layers.Bass))
            {
                Chord next = section.Chords[(i + 1) % section.Chords.Count];
                WriteBass(chord, next, bar, arch, isEnd);
            }
        }
    }

    private void WriteComp(int bar, double dynamic, bool isEnd)
    {
        SeededRandom random = score.Random;
        double velocity = 36 + (28 * dynamic);
        int eighths = score.EighthsPerBar;
        if (isEnd)
        {
            Strike(bar, 0, eighths, velocity, roll: 60);
            score.Add(ensemble.Comp, _voicing![^1] + 12, velocity - 4, bar, 0, eighths, delay: 260);
            return;
        }

        switch (style)
        {
            case CompStyle.Block:
                Strike(bar, 0, eighths - 0.3, velocity, roll: 14);
                if (random.Chance(0.35))
                {
                    score.Add(ensemble.Comp, _voicing![^1] + 12, velocity - 6, bar, eighths - 2, 1.8);
                }

                break;

            case CompStyle.Pulse:
                Strike(bar, 0, eighths / 2 - 0.3, velocity, roll: 8);
                Strike(bar, eighths / 2, eighths - (eighths / 2) - 0.3, velocity - 8, roll: 8);
                break;

            case CompStyle.Syncopated:
                Strike(bar, 0, 2.6, velocity, roll: 5);
                Strike(bar, 3, eighths - 3 - 0.4, velocity - 5, roll: 5);
                break;

            default:
                int[] line = [_voicing![0], _voicing[2], _voicing[1] + 12, _voicing[3], _voicing[2] + 12, _voicing[3]];
                for (int eighth = 0; eighth < eighths; eighth++)
                {
                    double accent = eighth % 4 == 0 ? 5 : 0;
                    double length = Math.Min(3, eighths - eighth);
                    score.Add(ensemble.Comp, line[eighth % line.Length], velocity - 4 + accent, bar, eighth, length);
                }

                break;
        }
    }

    private void Strike(int bar, double eighth, double eighths, double velocity, int roll)
    {
        for (int voice = 0; voice < _voicing!.Length; voice++)
        {
            // The top voice sings a little over the others.
            double emphasis = voice == _voicing.Length - 1 ? 5 : 0;
            score.Add(ensemble.Comp, _voicing[voice], velocity + emphasis, bar, eighth, eighths, voice * roll);
        }
    }

    private void WritePad(Chord chord, int bar, double dynamic)
    {
        int[] classes = [chord.UpperPitchClasses[0], chord.UpperPitchClasses[1], chord.UpperPitchClasses[2]];
        _padVoicing = VoiceLeading.Lead(_padVoicing, classes, PadLow + ensemble.Lift, PadHigh + ensemble.Lift);
        foreach (int key in _padVoicing)
        {
            score.Add(ensemble.Pad, key, 38 + (30 * dynamic), bar, 0, score.EighthsPerBar - 0.1);
        }
    }

    private void WriteBass(Chord chord, Chord next, int bar, double dynamic, bool isEnd)
    {
        SeededRandom random = score.Random;
        double velocity = 46 + (28 * dynamic);
        int eighths = score.EighthsPerBar;
        int root = Near(chord.RootPitchClass);
        if (isEnd)
        {
            score.Add(ensemble.Bass, root, velocity, bar, 0, eighths);
            return;
        }

        bool approaches = random.Chance(0.4);
        double first = eighths == 6 ? 3.6 : random.Pick([2.8, 3.8, 3.8]);
        score.Add(ensemble.Bass, root, velocity, bar, 0, first);
        if (random.Chance(0.75))
        {
            int fifth = root + Key.Modulo(chord.FifthPitchClass - root, 12);
            int second = random.Chance(0.3) ? root + 12 : fifth;
            score.Add(ensemble.Bass, second, velocity - 8, bar, 4, (approaches ? eighths - 1 : eighths) - 4.2);
        }

        _lastBass = root;
        if (approaches)
        {
            // A diatonic step above or below leads into the next root.
            int target = Near(next.RootPitchClass);
            int degree = chord.Key.DegreeAtOrBelow(target) + (random.Chance(0.5) ? 1 : -1);
            score.Add(ensemble.Bass, chord.Key.Pitch(degree), velocity - 10, bar, eighths - 1, 0.9);
        }
    }

    /// <summary>The key of a pitch class in the bass octave that lies nearest to the last root.</summary>
    private int Near(int pitchClass)
    {
        int low = BassLow + Key.Modulo(pitchClass - BassLow, 12);
        return low + 12 <= 48 && Math.Abs(low + 12 - _lastBass) < Math.Abs(low - _lastBass) ? low + 12 : low;
    }
}
