namespace VQWave.Vst3;

/// <summary>A module cannot be loaded, or a plug-in refused what a host needs; the message says which and what to do.</summary>
public sealed class Vst3Exception : Exception
{
    /// <summary>Makes an exception with a sentence.</summary>
    public Vst3Exception(string message)
        : base(message) { }

    /// <summary>Makes an exception with a sentence and its cause.</summary>
    public Vst3Exception(string message, Exception inner)
        : base(message, inner) { }
}
