namespace VQWave.Corpus.Midi;

/// <summary>From <paramref name="Tick"/> on a quarter note lasts <paramref name="MicrosecondsPerQuarter"/>.</summary>
internal sealed record TempoChange(int Tick, int MicrosecondsPerQuarter);
