namespace VQWave.Analysis;

/// <summary>A picture could not be written. The message is one sentence for the user: the file and what is wrong.</summary>
public sealed class AnalysisException : Exception
{
    /// <summary>Creates the exception with a general message.</summary>
    public AnalysisException()
        : base("The analysis could not be written.") { }

    /// <summary>Creates the exception with a message.</summary>
    /// <param name="message">The file and what is wrong.</param>
    public AnalysisException(string message)
        : base(message) { }

    /// <summary>Creates the exception with a message and the error behind it.</summary>
    /// <param name="message">The file and what is wrong.</param>
    /// <param name="innerException">The error behind it.</param>
    public AnalysisException(string message, Exception? innerException)
        : base(message, innerException) { }
}
