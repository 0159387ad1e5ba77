namespace VQWave.Analysis;

/// <summary>Guards shared by the measures that compare two signals.</summary>
internal static class Pair
{
    /// <summary>Throws unless both signals have the same, positive length.</summary>
    public static void Guard(ReadOnlySpan<float> reference, ReadOnlySpan<float> estimate)
    {
        if (reference.IsEmpty || reference.Length != estimate.Length)
        {
            throw new ArgumentException(
                $"Two signals of the same length are needed, not {reference.Length} and {estimate.Length} samples."
            );
        }
    }
}
