using System.Runtime.InteropServices;

namespace VQWave.Vst3;

/// <summary>An event of a block. The field that <see cref="Type"/> names is the one that holds something.</summary>
[StructLayout(LayoutKind.Explicit, Size = 48)]
public struct Vst3Event
{
    /// <summary>Event bus.</summary>
    [FieldOffset(0)]
    public int BusIndex;

    /// <summary>Sample in the block.</summary>
    [FieldOffset(4)]
    public int SampleOffset;

    /// <summary>Position in the project, in quarter notes.</summary>
    [FieldOffset(8)]
    public double PpqPosition;

    /// <summary>Properties.</summary>
    [FieldOffset(16)]
    public Vst3EventFlags Flags;

    /// <summary>Kind.</summary>
    [FieldOffset(18)]
    public Vst3EventType Type;

    /// <summary>A note starts.</summary>
    [FieldOffset(24)]
    public Vst3NoteOnEvent NoteOn;

    /// <summary>A note ends.</summary>
    [FieldOffset(24)]
    public Vst3NoteOffEvent NoteOff;

    /// <summary>Bytes.</summary>
    [FieldOffset(24)]
    public Vst3DataEvent Data;

    /// <summary>Pressure on one key.</summary>
    [FieldOffset(24)]
    public Vst3PolyPressureEvent PolyPressure;

    /// <summary>A value of one note.</summary>
    [FieldOffset(24)]
    public Vst3NoteExpressionValueEvent NoteExpressionValue;

    /// <summary>A text of one note.</summary>
    [FieldOffset(24)]
    public Vst3NoteExpressionTextEvent NoteExpressionText;

    /// <summary>A chord.</summary>
    [FieldOffset(24)]
    public Vst3ChordEvent Chord;

    /// <summary>A scale.</summary>
    [FieldOffset(24)]
    public Vst3ScaleEvent Scale;

    /// <summary>A MIDI controller from a plug-in.</summary>
    [FieldOffset(24)]
    public Vst3LegacyMidiCcOutEvent MidiCcOut;
}
