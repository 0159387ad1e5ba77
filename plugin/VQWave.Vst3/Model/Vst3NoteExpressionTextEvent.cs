using System.Runtime.InteropServices;

namespace VQWave.Vst3;

/// <summary>A text of one sounding note; the pointer is valid during the process call only.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct Vst3NoteExpressionTextEvent
{
    /// <summary>Which expression: 6 text, 7 phonemes.</summary>
    public uint TypeId;

    /// <summary>The note.</summary>
    public int NoteId;

    /// <summary>Number of UTF-16 units.</summary>
    public uint TextLength;

    /// <summary>Address of the UTF-16 text.</summary>
    public nint Text;
}
