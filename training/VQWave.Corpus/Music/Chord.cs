namespace VQWave.Corpus.Music;

/// <summary>
/// A diatonic seventh or ninth chord on a 0-based degree of a key. A ninth that lies a semitone above the root grinds, so
/// such chords keep the root in its place.
/// </summary>
internal sealed class Chord
{
    public Chord(Key key, int degree, bool wantsNinth)
    {
        Key = key;
        Degree = degree;
        HasNinth = wantsNinth && key.Pitch(degree + 8) - key.Pitch(degree) == 14;
    }

    public Key Key { get; }

    public int Degree { get; }

    public bool HasNinth { get; }

    public int RootPitchClass => Key.Pitch(Degree) % 12;

    public int FifthPitchClass => Key.Pitch(Degree + 4) % 12;

    /// <summary>Four distinct pitch classes for the upper voices: third, fifth, seventh, and ninth or root.</summary>
    public int[] UpperPitchClasses =>
        [Key.Pitch(Degree + 2) % 12, Key.Pitch(Degree + 4) % 12, Key.Pitch(Degree + 6) % 12, Key.Pitch(Degree + (HasNinth ? 8 : 0)) % 12];

    /// <summary>Whether a scale degree (any octave) is root, third, fifth, seventh or the chord's ninth.</summary>
    public bool Contains(int degree) =>
        Key.Modulo(degree - Degree, 7) switch
        {
            0 or 2 or 4 or 6 => true,
            1 => HasNinth,
            _ => false,
        };

    /// <summary>The chord's scale degree nearest to <paramref name="degree"/>; the lower one of two.</summary>
    public int Nearest(int degree)
    {
        for (int distance = 0; ; distance++)
        {
            if (Contains(degree - distance))
            {
                return degree - distance;
            }

            if (Contains(degree + distance))
            {
                return degree + distance;
            }
        }
    }
}
