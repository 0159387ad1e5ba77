namespace VQWave.Corpus.Midi;

/// <summary>A control change at a tick.</summary>
internal sealed record MidiControl(int Channel, int Controller, int Value, int Tick);
