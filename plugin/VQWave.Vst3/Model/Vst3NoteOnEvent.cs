using System.Runtime.InteropServices;

namespace VQWave.Vst3;

/// <summary>A note starts.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct Vst3NoteOnEvent
{
    /// <summary>Channel in the event bus, from 0.</summary>
    public short Channel;

    /// <summary>MIDI note number, 0 to 127, 60 is middle C.</summary>
    public short Pitch;

    /// <summary>Deviation in cents.</summary>
    public float Tuning;

    /// <summary>0 to 1.</summary>
    public float Velocity;

    /// <summary>Length in samples when the host knows it, else 0.</summary>
    public int Length;

    /// <summary>Identifies the note to later events; −1 when not available.</summary>
    public int NoteId;
}
