namespace VQWave.Devices;

/// <summary>
/// Sound could not be played. The message is one sentence for the user: the device, what is wrong and, where there is one, the
/// remedy.
/// </summary>
public sealed class AudioDeviceException : Exception
{
    /// <summary>Creates the exception with a general message.</summary>
    public AudioDeviceException()
        : base("Sound could not be played.") { }

    /// <summary>Creates the exception with a message.</summary>
    /// <param name="message">The device, what is wrong and the remedy.</param>
    public AudioDeviceException(string message)
        : base(message) { }

    /// <summary>Creates the exception with a message and the error behind it.</summary>
    /// <param name="message">The device, what is wrong and the remedy.</param>
    /// <param name="innerException">The error behind it.</param>
    public AudioDeviceException(string message, Exception? innerException)
        : base(message, innerException) { }
}
