namespace VQWave.Vst3;

/// <summary>How a host calls a processor.</summary>
public enum Vst3ProcessMode
{
    /// <summary>In time with a device.</summary>
    Realtime = 0,

    /// <summary>Ahead of time, at irregular pace.</summary>
    Prefetch = 1,

    /// <summary>As fast or as slowly as it takes: a bounce.</summary>
    Offline = 2,
}
