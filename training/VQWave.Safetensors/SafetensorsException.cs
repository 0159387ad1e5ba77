namespace VQWave.Safetensors;

/// <summary>A safetensors file that cannot be read or written; the message names the file, what is wrong and the remedy.</summary>
public sealed class SafetensorsException : Exception
{
    /// <summary>An error with this message.</summary>
    public SafetensorsException(string message)
        : base(message) { }

    /// <summary>An error with this message and what caused it.</summary>
    public SafetensorsException(string message, Exception inner)
        : base(message, inner) { }
}
