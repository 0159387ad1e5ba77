namespace VQWave;

/// <summary>
/// A problem that a user can act on: its message is one sentence that names the file or option, the value, and the remedy.
/// </summary>
public class VQWaveException : Exception
{
    /// <summary>Creates the exception with its sentence.</summary>
    public VQWaveException(string message)
        : base(message) { }

    /// <summary>Creates the exception with its sentence and the error that led to it.</summary>
    public VQWaveException(string message, Exception inner)
        : base(message, inner) { }
}
