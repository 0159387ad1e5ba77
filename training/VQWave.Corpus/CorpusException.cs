namespace VQWave.Corpus;

/// <summary>An error the user can act on; its message is one sentence that names what is wrong and the remedy.</summary>
internal sealed class CorpusException : Exception
{
    public CorpusException(string message)
        : base(message) { }

    public CorpusException(string message, Exception innerException)
        : base(message, innerException) { }
}
