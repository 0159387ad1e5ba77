namespace VQWave.Corpus.Midi;

/// <summary>A note: start and length in ticks, channel 0 to 15, key and velocity 1 to 127.</summary>
internal sealed record MidiNote(int Channel, int Key, int Velocity, int Start, int Length)
{
    /// <summary>Tick of the note-off.</summary>
    public int End => Start + Length;
}
