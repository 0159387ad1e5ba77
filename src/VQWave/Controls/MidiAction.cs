namespace VQWave.Controls;

/// <summary>What a MIDI message asks for.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Channel">The channel, 0 to 15.</param>
/// <param name="Number">The note, the program or the parameter's place in the table.</param>
/// <param name="Value">The velocity, the bend, or whether the pedal is down.</param>
public readonly record struct MidiAction(MidiActionKind Kind, int Channel = 0, int Number = 0, int Value = 0);
