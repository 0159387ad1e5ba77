namespace VQWave.Streaming.Voices;

/// <summary>What a MIDI note does to the sound: its pitch, its gain and its phrase. Real-time safe: pure functions.</summary>
public static class NoteControl
{
    /// <summary>The centre of the 14-bit pitch bend.</summary>
    public const int BendCentre = 8192;

    // 2^64 / golden ratio, odd: multiples of it are spread evenly over 64 bits.
    private const ulong GoldenGamma = 0x9E3779B97F4A7C15;

    /// <summary>How many times faster than at the root note the stream is played: 2^((note − root + bend) / 12).</summary>
    /// <param name="note">MIDI note number.</param>
    /// <param name="root">The note that plays at the stream's own pitch.</param>
    /// <param name="semitones">Bend, transposition or both.</param>
    public static double PitchRatio(int note, int root, double semitones = 0) => double.Exp2((note - root + semitones) / 12);

    /// <summary>The semitones of a bend wheel, so that its ends are the whole range in both directions.</summary>
    /// <param name="bend">14 bits, 0 to 16,383; 8,192 is the centre. Others are held within.</param>
    /// <param name="range">Semitones at the ends.</param>
    public static double BendSemitones(int bend, double range)
    {
        var offset = Math.Clamp(bend, 0, 16383) - BendCentre;
        return range * (offset < 0 ? offset / 8192.0 : offset / 8191.0);
    }

    /// <summary>
    /// The gain of a velocity: at full depth (velocity / 127)², which is the 40 · log10(velocity / 127) dB that the DLS and GM 2
    /// specifications recommend; less depth brings soft notes nearer to loud ones.
    /// </summary>
    /// <param name="velocity">0 to 127; others are held within.</param>
    /// <param name="depth">0 (all notes alike) to 1; others are held within.</param>
    public static float VelocityGain(int velocity, double depth = 1)
    {
        var share = Math.Clamp(velocity, 0, 127) / 127.0;
        var amount = Math.Clamp(depth, 0, 1);
        return velocity <= 0 ? 0 : (float)(1 - amount + (amount * share * share));
    }

    /// <summary>
    /// The seed of a note's own phrase: SplitMix64's finaliser (Steele, Lea and Flood, 2014) of
    /// <c>seed + (note + 1) · 0x9E3779B97F4A7C15</c>. The same seed and note always give the same phrase; the notes of a seed all differ.
    /// </summary>
    /// <param name="seed">The user's seed.</param>
    /// <param name="note">MIDI note number, 0 to 127.</param>
    public static ulong PhraseSeed(ulong seed, int note)
    {
        var mixed = unchecked(seed + (((ulong)note + 1) * GoldenGamma));
        mixed = unchecked((mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9);
        mixed = unchecked((mixed ^ (mixed >> 27)) * 0x94D049BB133111EB);
        return mixed ^ (mixed >> 31);
    }
}
