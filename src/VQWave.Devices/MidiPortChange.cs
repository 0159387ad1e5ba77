namespace VQWave.Devices;

/// <summary>A change among the MIDI ports, in one sentence.</summary>
/// <param name="kind">What happened.</param>
/// <param name="port">The port; null for a note.</param>
/// <param name="message">One sentence for the user.</param>
public sealed class MidiPortChange(MidiPortChangeKind kind, MidiPort? port, string message) : EventArgs
{
    /// <summary>What happened.</summary>
    public MidiPortChangeKind Kind { get; } = kind;

    /// <summary>The port; null for a note.</summary>
    public MidiPort? Port { get; } = port;

    /// <summary>One sentence for the user.</summary>
    public string Message { get; } = message;

    /// <inheritdoc />
    public override string ToString() => Message;
}
