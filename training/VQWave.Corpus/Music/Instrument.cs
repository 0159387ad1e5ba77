namespace VQWave.Corpus.Music;

/// <summary>
/// One sound of the corpus: its General MIDI program (0-based), channel, channel volume and reverb send. The volumes are
/// the mix: bass and pads sit low so that the upper registers carry the share of energy above 1 kHz.
/// </summary>
internal sealed record Instrument(string Name, int Channel, int Program, int Volume, int ReverbSend)
{
    public static readonly Instrument ElectricPiano = new("electric piano", 0, 4, 86, 12);
    public static readonly Instrument Vibraphone = new("vibraphone", 1, 11, 127, 14);
    public static readonly Instrument Ocarina = new("ocarina", 4, 79, 100, 16);
    public static readonly Instrument Bass = new("bass", 2, 33, 72, 0);
    public static readonly Instrument Pad = new("pad", 3, 89, 76, 10);
    public static readonly Instrument Harp = new("harp", 0, 46, 96, 14);
    public static readonly Instrument Kalimba = new("kalimba", 0, 108, 124, 14);
    public static readonly Instrument Celesta = new("celesta", 1, 8, 127, 16);
    public static readonly Instrument MusicBox = new("music box", 1, 10, 64, 16);
    public static readonly Instrument LowHarp = new("low harp", 2, 46, 68, 8);
    public static readonly Instrument SoftPad = new("pad", 3, 89, 60, 10);
}
