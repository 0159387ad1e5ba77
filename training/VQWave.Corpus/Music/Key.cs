namespace VQWave.Corpus.Music;

/// <summary>A tonic (pitch class, C = 0) with a mode; counts pitches in scale degrees, 7 to the octave.</summary>
internal sealed record Key(int Tonic, Mode Mode)
{
    private static readonly string[] Names = ["C", "Db", "D", "Eb", "E", "F", "Gb", "G", "Ab", "A", "Bb", "B"];

    public string Name => $"{Names[Tonic]} {Mode.Name}";

    /// <summary>MIDI key of a scale degree; degree 0 is the tonic of MIDI octave 0 (keys 0 to 11).</summary>
    public int Pitch(int degree) => Tonic + (12 * FloorDivide(degree, 7)) + Mode.Steps[Modulo(degree, 7)];

    /// <summary>Scale degree whose pitch is at or just below <paramref name="pitch"/>.</summary>
    public int DegreeAtOrBelow(int pitch)
    {
        int degree = FloorDivide(pitch - Tonic, 12) * 7;
        while (Pitch(degree + 1) <= pitch)
        {
            degree++;
        }

        return degree;
    }

    public static int Modulo(int value, int modulus) => ((value % modulus) + modulus) % modulus;

    private static int FloorDivide(int value, int divisor) => (value - Modulo(value, divisor)) / divisor;
}
