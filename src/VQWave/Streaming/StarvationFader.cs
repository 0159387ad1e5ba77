namespace VQWave.Streaming;

/// <summary>
/// Keeps the signal without a step where samples are missing: from the last value down to silence in a few milliseconds, and up
/// again as they come back.
/// </summary>
/// <remarks>Real-time safe: allocates nothing, locks nothing, waits for nothing. One caller at a time.</remarks>
internal sealed class StarvationFader(int length)
{
    private float gain = 1;
    private float residue;
    private float decay;
    private float last;
    private bool missing;

    /// <summary>Samples of a fade.</summary>
    public int Length => length;

    /// <summary>Treats a block of which only the first samples are there.</summary>
    public void Process(Span<float> block, int there)
    {
        for (var i = 0; i < there; i++)
        {
            if (gain < 1 || residue != 0)
            {
                gain = Math.Min(1, gain + (1f / length));
                block[i] = (block[i] * gain) + Residue();
            }
        }

        if (there > 0)
        {
            missing = false;
            last = block[there - 1];
        }

        if (there == block.Length)
        {
            return;
        }

        if (!missing)
        {
            missing = true;
            gain = 0;
            residue = last;
            decay = last / length;
        }

        for (var i = there; i < block.Length; i++)
        {
            block[i] = Residue();
        }

        last = block[^1];
    }

    private float Residue()
    {
        residue = Math.Abs(residue) <= Math.Abs(decay) ? 0 : residue - decay;
        return residue;
    }
}
