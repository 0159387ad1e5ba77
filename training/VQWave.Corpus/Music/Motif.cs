namespace VQWave.Corpus.Music;

/// <summary>One bar of melody: onsets and lengths in eighths, and scale steps from the bar's anchor tone.</summary>
internal sealed record Motif(IReadOnlyList<MotifNote> Notes)
{
    private static readonly (int Onset, int Length)[][] FourRhythms =
    [
        [(0, 3), (3, 1), (4, 4)],
        [(2, 1), (3, 1), (4, 4)],
        [(0, 2), (2, 2), (4, 1), (5, 3)],
        [(1, 1), (2, 2), (4, 4)],
        [(0, 4), (6, 1), (7, 1)],
        [(0, 1), (1, 1), (2, 2), (4, 3), (7, 1)],
        [(3, 1), (4, 2), (6, 2)],
        [(0, 3), (3, 3), (6, 2)],
        [(0, 1), (1, 1), (2, 1), (3, 5)],
    ];

    private static readonly (int Onset, int Length)[][] ThreeRhythms =
    [
        [(0, 2), (2, 2), (4, 2)],
        [(0, 3), (3, 1), (4, 2)],
        [(0, 4), (4, 1), (5, 1)],
        [(1, 1), (2, 4)],
        [(0, 1), (1, 1), (2, 4)],
        [(0, 3), (3, 3)],
    ];

    /// <summary>Draws a rhythm of the metre and a contour that moves mostly by step and turns back after a leap.</summary>
    public static Motif Draw(SeededRandom random, int quartersPerBar)
    {
        var rhythm = random.Pick(quartersPerBar == 3 ? ThreeRhythms : FourRhythms);
        var notes = new List<MotifNote>();
        int step = 0;
        int lastMove = 0;
        foreach (var (onset, length) in rhythm)
        {
            notes.Add(new MotifNote(onset, length, step));
            int size = random.Pick([1, 1, 1, 2, 2, 3, 4]);
            int direction = random.Chance(0.5) ? 1 : -1;
            if (Math.Abs(lastMove) > 2 || Math.Abs(step) > 3)
            {
                direction = lastMove > 0 || step > 3 ? -1 : 1;
                size = 1;
            }

            lastMove = direction * size;
            step += lastMove;
        }

        return new Motif(notes);
    }

    /// <summary>The motif with one recognisable change: its end redirected, its contour inverted, or a passing note.</summary>
    public Motif Vary(SeededRandom random)
    {
        var notes = Notes.ToList();
        switch (random.Next(3))
        {
            case 0:
                notes[^1] = notes[^1] with { Step = notes[^1].Step + random.Pick([-2, -1, 1, 2]) };
                break;
            case 1:
                notes = notes.ConvertAll(n => n with { Step = -n.Step });
                break;
            default:
                int longest = notes.FindIndex(n => n.Length == notes.Max(m => m.Length));
                MotifNote split = notes[longest];
                notes[longest] = split with { Length = split.Length - 1 };
                notes.Insert(longest + 1, new MotifNote(split.Onset + split.Length - 1, 1, split.Step + (random.Chance(0.5) ? 1 : -1)));
                notes.RemoveAll(n => n.Length == 0);
                break;
        }

        return new Motif(notes);
    }
}
