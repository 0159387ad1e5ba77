using System.Runtime.InteropServices;

namespace VQWave.Vst3;

/// <summary>The chord at a position.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct Vst3Chord
{
    /// <summary>Key note.</summary>
    public byte KeyNote;

    /// <summary>Lowest note.</summary>
    public byte RootNote;

    /// <summary>Bit n: the note n semitones above belongs to it.</summary>
    public short ChordMask;
}
