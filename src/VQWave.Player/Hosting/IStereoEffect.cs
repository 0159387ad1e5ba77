namespace VQWave.Player.Hosting;

/// <summary>An effect on a stereo signal.</summary>
/// <remarks>
/// <see cref="Process"/> is for the audio thread and is to be real-time safe. <see cref="Prepare"/> never overlaps it, nor does Dispose.
/// <see cref="Service"/> and <see cref="LatencySamples"/> are for control threads, at any time.
/// </remarks>
internal interface IStereoEffect : IDisposable
{
    /// <summary>Its name.</summary>
    string Name { get; }

    /// <summary>How much later its output comes, in frames.</summary>
    int LatencySamples { get; }

    /// <summary>Makes it ready for a rate and for blocks up to a size.</summary>
    /// <exception cref="Vst3.Vst3Exception">It refuses.</exception>
    void Prepare(int sampleRate, int maxFrames);

    /// <summary>Real-time safe. Processes a block in place.</summary>
    /// <param name="left">Left, no longer than prepared for.</param>
    /// <param name="right">Right, as long as left.</param>
    /// <returns>0 where it did, otherwise the code that says why not.</returns>
    int Process(Span<float> left, Span<float> right);

    /// <summary>Does what is due beside the sound.</summary>
    void Service();
}
