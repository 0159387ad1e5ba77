namespace VQWave.Controls;

/// <summary>A message of a MIDI file at its time.</summary>
/// <param name="Seconds">Seconds from the beginning of the file.</param>
/// <param name="Message">The message.</param>
/// <param name="Track">The track it is from, from 0.</param>
public readonly record struct MidiFileEvent(double Seconds, MidiMessage Message, int Track);
