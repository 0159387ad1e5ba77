using VQWave.Corpus.Midi;

namespace VQWave.Corpus.Music;

/// <summary>A finished composition: everything that its MIDI file holds, and its length in seconds.</summary>
internal sealed record Piece(
    int Index,
    string Name,
    Key Key,
    int Tempo,
    int QuartersPerBar,
    IReadOnlyList<Instrument> Instruments,
    IReadOnlyList<MidiNote> Notes,
    IReadOnlyList<MidiControl> Controls,
    IReadOnlyList<TempoChange> Tempi,
    int EndTick
)
{
    public const int TicksPerQuarter = 480;

    /// <summary>Seconds from the start of the file to its end of track, ring-out included.</summary>
    public double Seconds => TempoMap.SecondsAt(Tempi, EndTick, TicksPerQuarter);
}
