namespace VQWave.Corpus.Music;

/// <summary>A note of a motif: onset and length in eighths, scale steps from the anchor.</summary>
internal sealed record MotifNote(int Onset, int Length, int Step);
