namespace VQWave.Devices;

/// <summary>The MIDI ports that are there, and why some may not be.</summary>
/// <param name="Ports">The ports, by interface.</param>
/// <param name="Notes">One sentence for each interface that cannot be used at present.</param>
public sealed record MidiPortList(IReadOnlyList<MidiPort> Ports, IReadOnlyList<string> Notes);
