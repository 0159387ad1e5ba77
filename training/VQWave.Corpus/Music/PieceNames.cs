namespace VQWave.Corpus.Music;

/// <summary>Two-word names for pieces, such as <c>amber-harbour</c>; letters and hyphens only, safe in file names.</summary>
internal static class PieceNames
{
    private static readonly string[] First =
    [
        "amber",
        "quiet",
        "copper",
        "drifting",
        "early",
        "faded",
        "gentle",
        "hollow",
        "ivory",
        "late",
        "little",
        "lunar",
        "misty",
        "northern",
        "open",
        "pale",
        "paper",
        "silver",
        "slow",
        "southern",
        "still",
        "velvet",
        "winter",
        "yellow",
    ];

    private static readonly string[] Second =
    [
        "harbour",
        "window",
        "lantern",
        "garden",
        "avenue",
        "river",
        "morning",
        "letter",
        "orchard",
        "shoreline",
        "station",
        "meadow",
        "balcony",
        "rain",
        "tide",
        "mirror",
        "corridor",
        "cinema",
        "postcard",
        "terrace",
        "signal",
        "snow",
    ];

    public static string Draw(SeededRandom random) => $"{random.Pick(First)}-{random.Pick(Second)}";
}
