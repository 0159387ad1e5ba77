using VQWave.Corpus.Midi;

namespace VQWave.Corpus.Music;

/// <summary>
/// Collects the notes of a piece by bar and eighth, with swing and a player's small inaccuracies, and cleans them: two
/// notes of one channel and key never overlap.
/// </summary>
internal sealed class Score(SeededRandom random, int leadTicks, int quartersPerBar, int swingTicks)
{
    private const int TicksPerEighth = Piece.TicksPerQuarter / 2;

    /// <summary>About 8 ms at the tempi used: enough to loosen, not enough to stumble.</summary>
    private const int Looseness = 5;

    private readonly List<MidiNote> _notes = [];

    /// <summary>Ticks in a bar.</summary>
    public int BarTicks => quartersPerBar * Piece.TicksPerQuarter;

    public SeededRandom Random => random;

    public int QuartersPerBar => quartersPerBar;

    public int EighthsPerBar => 2 * quartersPerBar;

    /// <summary>Tick of an eighth (fractions allowed) of a bar; off-beat eighths are late by the swing.</summary>
    public int TickAt(int bar, double eighth)
    {
        double swing = Key.Modulo((int)Math.Floor(eighth), 2) == 1 ? swingTicks : 0;
        return leadTicks + (bar * BarTicks) + (int)Math.Round((eighth * TicksPerEighth) + swing);
    }

    /// <summary>Adds a note; <paramref name="delay"/> ticks roll a chord. Never sounds before the leading silence ends.</summary>
    public void Add(Instrument instrument, int key, double velocity, int bar, double eighth, double eighths, int delay = 0)
    {
        int start = Math.Max(leadTicks, TickAt(bar, eighth) + delay + random.Between(-Looseness, Looseness));
        int end = TickAt(bar, eighth + eighths);
        int loudness = Math.Clamp((int)Math.Round(velocity) + random.Between(-4, 4), 1, 127);
        _notes.Add(new MidiNote(instrument.Channel, key, loudness, start, Math.Max(30, end - start)));
    }

    /// <summary>All notes by start; a note that would overlap the next of its key ends a tick before it.</summary>
    public List<MidiNote> Finish()
    {
        var result = new List<MidiNote>();
        foreach (var sameKey in _notes.GroupBy(n => (n.Channel, n.Key)))
        {
            var ordered = sameKey.OrderBy(n => n.Start).ToList();
            for (int i = 0; i < ordered.Count; i++)
            {
                MidiNote note = ordered[i];
                if (i + 1 < ordered.Count && note.End >= ordered[i + 1].Start)
                {
                    note = note with { Length = ordered[i + 1].Start - note.Start - 1 };
                }

                if (note.Length > 0)
                {
                    result.Add(note);
                }
            }
        }

        return [.. result.OrderBy(n => n.Start).ThenBy(n => n.Channel).ThenBy(n => n.Key)];
    }
}
