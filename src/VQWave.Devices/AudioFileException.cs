namespace VQWave.Devices;

/// <summary>
/// An audio file could not be read or written. The message is one sentence for the user: the file, what is wrong with it and,
/// where there is one, the remedy.
/// </summary>
public sealed class AudioFileException : Exception
{
    /// <summary>Creates the exception with a general message.</summary>
    public AudioFileException()
        : base("The audio file could not be read or written.") { }

    /// <summary>Creates the exception with a message.</summary>
    /// <param name="message">The file, what is wrong with it and the remedy.</param>
    public AudioFileException(string message)
        : base(message) { }

    /// <summary>Creates the exception with a message and the error behind it.</summary>
    /// <param name="message">The file, what is wrong with it and the remedy.</param>
    /// <param name="innerException">The error behind it.</param>
    public AudioFileException(string message, Exception? innerException)
        : base(message, innerException) { }
}
