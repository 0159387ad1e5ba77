namespace VQWave.Corpus.Music;

/// <summary>
/// A diatonic mode: its seven steps in semitones and the four-bar progressions (0-based degrees) that suit it in main and
/// contrasting sections. Degrees whose diatonic triad is diminished are left out.
/// </summary>
internal sealed record Mode(string Name, int[] Steps, int[][] MainProgressions, int[][] ContrastProgressions)
{
    public static readonly Mode Ionian = new(
        "ionian",
        [0, 2, 4, 5, 7, 9, 11],
        [
            [0, 5, 1, 4],
            [0, 2, 3, 4],
            [0, 3, 5, 4],
            [0, 4, 5, 3],
            [1, 4, 0, 5],
            [3, 2, 1, 0],
        ],
        [
            [3, 4, 2, 5],
            [5, 2, 3, 0],
            [1, 2, 3, 4],
            [5, 3, 0, 4],
        ]
    );

    public static readonly Mode Dorian = new(
        "dorian",
        [0, 2, 3, 5, 7, 9, 10],
        [
            [0, 3, 0, 3],
            [0, 1, 2, 3],
            [0, 6, 3, 0],
            [0, 4, 3, 2],
        ],
        [
            [2, 3, 6, 0],
            [3, 4, 2, 1],
            [6, 2, 3, 3],
        ]
    );

    public static readonly Mode Aeolian = new(
        "aeolian",
        [0, 2, 3, 5, 7, 8, 10],
        [
            [0, 5, 2, 6],
            [0, 3, 6, 2],
            [0, 4, 5, 3],
            [0, 2, 5, 4],
            [0, 6, 5, 6],
        ],
        [
            [5, 6, 2, 0],
            [3, 0, 5, 4],
            [2, 6, 3, 5],
            [5, 2, 6, 4],
        ]
    );

    public static readonly Mode Lydian = new(
        "lydian",
        [0, 2, 4, 6, 7, 9, 11],
        [
            [0, 1, 0, 1],
            [0, 5, 1, 2],
            [0, 4, 1, 0],
        ],
        [
            [5, 1, 2, 4],
            [2, 5, 1, 4],
            [4, 1, 5, 2],
        ]
    );

    public static readonly Mode Mixolydian = new(
        "mixolydian",
        [0, 2, 4, 5, 7, 9, 10],
        [
            [0, 6, 3, 0],
            [0, 4, 3, 6],
            [0, 3, 4, 3],
        ],
        [
            [3, 6, 0, 4],
            [5, 3, 6, 4],
            [1, 3, 4, 6],
        ]
    );

    public static readonly IReadOnlyList<Mode> All = [Ionian, Dorian, Aeolian, Lydian, Mixolydian];
}
