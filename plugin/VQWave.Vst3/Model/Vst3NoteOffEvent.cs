using System.Runtime.InteropServices;

namespace VQWave.Vst3;

/// <summary>A note ends.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct Vst3NoteOffEvent
{
    /// <summary>Channel in the event bus, from 0.</summary>
    public short Channel;

    /// <summary>MIDI note number, 0 to 127.</summary>
    public short Pitch;

    /// <summary>0 to 1.</summary>
    public float Velocity;

    /// <summary>The note; −1 when not available.</summary>
    public int NoteId;

    /// <summary>Deviation in cents.</summary>
    public float Tuning;
}
