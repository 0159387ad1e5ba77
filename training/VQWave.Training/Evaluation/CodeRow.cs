namespace VQWave.Training.Evaluation;

/// <summary>A run of codes that a generator is asked about, from a state of zeros on.</summary>
/// <param name="File">Index of the file.</param>
/// <param name="Start">First input code, a multiple of the ratio between the levels.</param>
/// <param name="Count">Inputs; the targets are the codes from <paramref name="Start"/> + 1 to <paramref name="Start"/> + count.</param>
internal readonly record struct CodeRow(int File, int Start, int Count)
{
    // Shorter rows would measure the beginnings, where the state knows nothing yet, more than what follows.
    private const int ShortestRow = 1024;
    private const int RowsWanted = 64;

    /// <summary>Chooses rows evenly over the files: all of a short file, parts spread over a long one.</summary>
    /// <param name="lengths">Codes of each file.</param>
    /// <param name="ratio">Codes that a coarser code covers.</param>
    /// <param name="maxCodes">Targets in all.</param>
    public static IReadOnlyList<CodeRow> Plan(IReadOnlyList<int> lengths, int ratio, long maxCodes)
    {
        var rows = new List<CodeRow>();
        var left = maxCodes;
        var files = lengths.Count;
        var rowsPerFile = (RowsWanted + files - 1) / Math.Max(files, 1);

        // The shortest first: what they cannot use goes to the longer ones.
        foreach (var file in Enumerable.Range(0, lengths.Count).OrderBy(i => lengths[i]))
        {
            var targets = lengths[file] - 1;
            var share = (int)Math.Min(left / files--, targets);
            left -= share;
            if (share <= 0)
            {
                continue;
            }

            var count = Math.Clamp(share / ShortestRow, 1, rowsPerFile);
            for (var i = 0; i < count; i++)
            {
                var start = Boundary(i, count, targets, ratio);
                var end = i == count - 1 ? targets : Boundary(i + 1, count, targets, ratio);
                rows.Add(new CodeRow(file, start, share == targets ? end - start : Math.Min(share / count, end - start)));
            }
        }

        rows.RemoveAll(r => r.Count <= 0);
        rows.Sort((a, b) => a.File != b.File ? a.File.CompareTo(b.File) : a.Start.CompareTo(b.Start));
        return rows;
    }

    private static int Boundary(int index, int count, int targets, int ratio) => (int)((long)index * targets / count / ratio * ratio);
}
