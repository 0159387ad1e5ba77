using System.Runtime.InteropServices;

namespace VQWave.Vst3;

/// <summary>A rectangle of a view, in pixels.</summary>
[StructLayout(LayoutKind.Sequential)]
public record struct Vst3Rect
{
    /// <summary>Left edge.</summary>
    public int Left;

    /// <summary>Top edge.</summary>
    public int Top;

    /// <summary>Right edge.</summary>
    public int Right;

    /// <summary>Bottom edge.</summary>
    public int Bottom;
}
