namespace VQWave.Controls;

/// <summary>The values of <see cref="ParameterId.Mode"/>.</summary>
public enum PlayMode
{
    /// <summary>The stream sounds all the time.</summary>
    FreeRun,

    /// <summary>MIDI notes gate and pitch the stream.</summary>
    Notes,
}
