namespace VQWave.Streaming.Voices;

/// <summary>A note that is held, by its key or by the sustain pedal.</summary>
/// <param name="Note">MIDI note number, 0 to 127; 60 is middle C.</param>
/// <param name="Velocity">1 to 127.</param>
public readonly record struct HeldNote(byte Note, byte Velocity);
