namespace VQWave.Devices;

/// <summary>What a <see cref="MidiPortWatcher"/> saw.</summary>
public enum MidiPortChangeKind
{
    /// <summary>A port is there that was not.</summary>
    Appeared,

    /// <summary>A port is no longer there.</summary>
    Vanished,

    /// <summary>A port was opened.</summary>
    Opened,

    /// <summary>Something cannot be used at present, in a sentence that is said once.</summary>
    Note,
}
