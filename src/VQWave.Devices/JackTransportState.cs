namespace VQWave.Devices;

/// <summary>What JACK's transport does.</summary>
public enum JackTransportState
{
    /// <summary>It stands.</summary>
    Stopped,

    /// <summary>It plays.</summary>
    Rolling,

    /// <summary>It waits for slow clients to be ready.</summary>
    Starting,
}
