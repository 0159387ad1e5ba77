namespace VQWave.Devices;

/// <summary>Whether sound is heard, in one sentence.</summary>
/// <param name="kind">What happened.</param>
/// <param name="message">One sentence for the user.</param>
public sealed class AudioStatus(AudioStatusKind kind, string message) : EventArgs
{
    /// <summary>What happened.</summary>
    public AudioStatusKind Kind { get; } = kind;

    /// <summary>One sentence for the user.</summary>
    public string Message { get; } = message;

    /// <inheritdoc />
    public override string ToString() => Message;
}
