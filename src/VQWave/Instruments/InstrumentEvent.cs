using VQWave.Controls;

namespace VQWave.Instruments;

/// <summary>Something that happens to an instrument at a frame of a block: a MIDI message, or a parameter that is set.</summary>
/// <remarks>Immutable and of fixed size; its members are real-time safe.</remarks>
public readonly record struct InstrumentEvent
{
    private InstrumentEvent(int frame, MidiMessage message, int parameter, float value)
    {
        Frame = frame;
        Message = message;
        Parameter = parameter;
        Value = value;
    }

    /// <summary>The frame of the block before which it happens; 0 and less is before the first.</summary>
    public int Frame { get; init; }

    /// <summary>The MIDI message; its kind is <see cref="MidiMessageKind.None"/> where a parameter is set.</summary>
    public MidiMessage Message { get; }

    /// <summary>The place in the table of the parameter that is set; −1 for a MIDI message.</summary>
    public int Parameter { get; }

    /// <summary>The plain value of the parameter.</summary>
    public float Value { get; }

    /// <summary>A MIDI message.</summary>
    public static InstrumentEvent Midi(int frame, MidiMessage message) => new(frame, message, -1, 0);

    /// <summary>A parameter set to a plain value, by its place in the table.</summary>
    public static InstrumentEvent Set(int frame, int parameter, float value) => new(frame, default, parameter, value);
}
