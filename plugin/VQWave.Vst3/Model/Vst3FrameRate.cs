using System.Runtime.InteropServices;

namespace VQWave.Vst3;

/// <summary>A video frame rate.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct Vst3FrameRate
{
    /// <summary>Frames per second, rounded up.</summary>
    public uint FramesPerSecond;

    /// <summary>Bit 0: pull-down (divide by 1.001). Bit 1: drop frame.</summary>
    public uint Flags;
}
