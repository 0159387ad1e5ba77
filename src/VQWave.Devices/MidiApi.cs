namespace VQWave.Devices;

/// <summary>How a MIDI port is reached; the numbers are RtMidi's.</summary>
public enum MidiApi
{
    /// <summary>Apple's Core MIDI.</summary>
    CoreMidi = 1,

    /// <summary>Linux's ALSA sequencer.</summary>
    Alsa = 2,

    /// <summary>JACK MIDI.</summary>
    Jack = 3,

    /// <summary>The Windows multimedia library.</summary>
    WindowsMultimedia = 4,
}
