namespace VQWave.Corpus.Music;

/// <summary>Chooses the close voicing of a chord that moves its voices least from the one before.</summary>
internal static class VoiceLeading
{
    private const int WidestGap = 9;

    /// <summary>
    /// Places each pitch class once in [<paramref name="low"/>, <paramref name="high"/>] and returns the keys in rising
    /// order. The cost of a voicing is the movement of all voices, the leap of the top voice once more, and a slight pull
    /// to the middle of the range so that long progressions do not drift.
    /// </summary>
    public static int[] Lead(int[]? previous, int[] pitchClasses, int low, int high)
    {
        if (high - low < 12)
        {
            throw new ArgumentException($"the range {low} to {high} is narrower than an octave", nameof(high));
        }

        int[]? best = null;
        double bestCost = double.PositiveInfinity;
        foreach (int[] voicing in Place(pitchClasses, low, high))
        {
            double cost = Cost(voicing, previous, 0.5 * (low + high));
            if (cost < bestCost)
            {
                best = voicing;
                bestCost = cost;
            }
        }

        return best!;
    }

    private static double Cost(int[] voicing, int[]? previous, double middle)
    {
        double cost = 0.6 * Math.Abs(voicing.Average() - middle);
        for (int i = 0; i + 1 < voicing.Length; i++)
        {
            int gap = voicing[i + 1] - voicing[i];
            cost += gap > WidestGap ? 20 * (gap - WidestGap) : 0;
            cost += gap == 1 ? 3 : 0;
        }

        // A semitone under the top voice hides the melody line.
        cost += voicing[^1] - voicing[^2] == 1 ? 6 : 0;
        if (previous is null || previous.Length != voicing.Length)
        {
            return cost;
        }

        for (int i = 0; i < voicing.Length; i++)
        {
            cost += Math.Abs(voicing[i] - previous[i]);
        }

        return cost + Math.Abs(voicing[^1] - previous[^1]);
    }

    private static IEnumerable<int[]> Place(int[] pitchClasses, int low, int high)
    {
        IEnumerable<int[]> partial =
        [
            [],
        ];
        foreach (int pitchClass in pitchClasses)
        {
            int first = low + Key.Modulo(pitchClass - low, 12);
            var octaves = Enumerable.Range(0, ((high - first) / 12) + 1).Select(o => first + (12 * o)).ToArray();
            partial = partial.SelectMany(_ => octaves, (keys, key) => (int[])[.. keys, key]);
        }

        foreach (int[] keys in partial)
        {
            Array.Sort(keys);
            yield return keys;
        }
    }
}
