namespace VQWave.Inference;

/// <summary>A piece of a sequence with the overlap that makes it join its neighbours.</summary>
/// <param name="Start">First code wanted.</param>
/// <param name="Count">Number of codes wanted.</param>
/// <param name="InputStart">First code to compute from.</param>
/// <param name="InputCount">Number of codes to compute from.</param>
internal readonly record struct Chunk(int Start, int Count, int InputStart, int InputCount)
{
    /// <summary>Codes to drop from the beginning of the computed piece.</summary>
    public int Skip => Start - InputStart;

    /// <summary>The piece at <paramref name="start"/> of a sequence of <paramref name="total"/> codes.</summary>
    public static Chunk At(int start, int count, int total, ReceptiveField field)
    {
        var from = Math.Max(0, start - field.Before);
        var to = (int)Math.Min(total, (long)start + count + field.After);
        return new Chunk(start, count, from, to - from);
    }
}
