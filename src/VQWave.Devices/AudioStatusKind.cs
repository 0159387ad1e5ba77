namespace VQWave.Devices;

/// <summary>What an <see cref="AudioSupervisor"/> has to say.</summary>
public enum AudioStatusKind
{
    /// <summary>Nothing was started, or it was stopped.</summary>
    Stopped,

    /// <summary>A device sounds.</summary>
    Playing,

    /// <summary>The device went away; the renderer runs on in silence, and the device is tried again and again.</summary>
    Lost,
}
