namespace VQWave.Devices;

/// <summary>A MIDI port could not be opened. The message is one sentence for the user: the port, what is wrong and the remedy.</summary>
public sealed class MidiDeviceException : Exception
{
    /// <summary>Creates the exception with a general message.</summary>
    public MidiDeviceException()
        : base("The MIDI port could not be opened.") { }

    /// <summary>Creates the exception with a message.</summary>
    /// <param name="message">The port, what is wrong and the remedy.</param>
    public MidiDeviceException(string message)
        : base(message) { }

    /// <summary>Creates the exception with a message and the error behind it.</summary>
    /// <param name="message">The port, what is wrong and the remedy.</param>
    /// <param name="innerException">The error behind it.</param>
    public MidiDeviceException(string message, Exception? innerException)
        : base(message, innerException) { }
}
