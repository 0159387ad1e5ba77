namespace VQWave.Devices;

/// <summary>A port that sends MIDI, such as a controller.</summary>
/// <param name="Api">How it is reached.</param>
/// <param name="Name">
/// What to keep in settings. ALSA's own name ends in numbers that change when a device is plugged in again; they are not part of it.
/// </param>
public readonly record struct MidiPort(MidiApi Api, string Name)
{
    /// <inheritdoc />
    public override string ToString() => $"{Name} ({Text(Api)})";

    /// <summary>The name of an interface as people know it.</summary>
    internal static string Text(MidiApi api) =>
        api switch
        {
            MidiApi.Alsa => "ALSA",
            MidiApi.Jack => "JACK",
            MidiApi.CoreMidi => "Core MIDI",
            MidiApi.WindowsMultimedia => "Windows",
            _ => api.ToString(),
        };

    /// <summary>Makes a port of the name that the system gives it.</summary>
    internal static MidiPort FromSystem(MidiApi api, string systemName)
    {
        if (api != MidiApi.Alsa)
        {
            return new MidiPort(api, systemName);
        }

        // "nanoKONTROL2:nanoKONTROL2 MIDI 1 20:0"
        int space = systemName.LastIndexOf(' ');
        bool hasNumbers = space > 0 && systemName.AsSpan(space + 1).IndexOfAnyExcept("0123456789:") < 0;
        return new MidiPort(api, hasNumbers ? systemName[..space] : systemName);
    }
}
