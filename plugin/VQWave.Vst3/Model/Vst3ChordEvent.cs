using System.Runtime.InteropServices;

namespace VQWave.Vst3;

/// <summary>A chord; the pointer is valid during the process call only.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct Vst3ChordEvent
{
    /// <summary>Root note, 0 to 127; −1 none.</summary>
    public short Root;

    /// <summary>Bass note, 0 to 127; −1 none.</summary>
    public short BassNote;

    /// <summary>Bit n: the note n semitones above the root belongs to it.</summary>
    public short Mask;

    /// <summary>Number of UTF-16 units.</summary>
    public ushort TextLength;

    /// <summary>Address of the UTF-16 name.</summary>
    public nint Text;
}
