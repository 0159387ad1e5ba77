using System.Runtime.InteropServices;

namespace VQWave.Vst3;

/// <summary>A value of one sounding note.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct Vst3NoteExpressionValueEvent
{
    /// <summary>Which expression: 0 volume, 1 pan, 2 tuning, 3 vibrato, 4 expression, 5 brightness.</summary>
    public uint TypeId;

    /// <summary>The note.</summary>
    public int NoteId;

    /// <summary>0 to 1.</summary>
    public double Value;
}
