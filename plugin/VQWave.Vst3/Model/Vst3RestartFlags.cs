namespace VQWave.Vst3;

/// <summary>What a plug-in tells its host has changed.</summary>
[Flags]
public enum Vst3RestartFlags
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>Everything: take the component out and in again.</summary>
    ReloadComponent = 1 << 0,

    /// <summary>Buses have changed.</summary>
    IoChanged = 1 << 1,

    /// <summary>Values of parameters have changed.</summary>
    ParameterValuesChanged = 1 << 2,

    /// <summary>The latency has changed.</summary>
    LatencyChanged = 1 << 3,

    /// <summary>Titles, units or defaults of parameters have changed.</summary>
    ParameterTitlesChanged = 1 << 4,

    /// <summary>The assignment of MIDI controllers has changed.</summary>
    MidiMappingChanged = 1 << 5,

    /// <summary>Note expressions have changed.</summary>
    NoteExpressionChanged = 1 << 6,

    /// <summary>Names of buses have changed.</summary>
    IoTitlesChanged = 1 << 7,

    /// <summary>Whether prefetching is allowed has changed.</summary>
    PrefetchableSupportChanged = 1 << 8,

    /// <summary>Routing has changed.</summary>
    RoutingInfoChanged = 1 << 9,

    /// <summary>Key switches have changed.</summary>
    KeyswitchChanged = 1 << 10,
}
