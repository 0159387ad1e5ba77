using System.Runtime.InteropServices;

namespace VQWave.Vst3;

/// <summary>Pressure on one key.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct Vst3PolyPressureEvent
{
    /// <summary>Channel in the event bus, from 0.</summary>
    public short Channel;

    /// <summary>MIDI note number, 0 to 127.</summary>
    public short Pitch;

    /// <summary>0 to 1.</summary>
    public float Pressure;

    /// <summary>The note; −1 when not available.</summary>
    public int NoteId;
}
