using System.Runtime.InteropServices;

namespace VQWave.Vst3;

/// <summary>What a processor is prepared for before it is activated.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct Vst3ProcessSetup
{
    /// <summary>How the host will call.</summary>
    public Vst3ProcessMode ProcessMode;

    /// <summary>Type of samples.</summary>
    public Vst3SampleSize SampleSize;

    /// <summary>The largest block, in frames.</summary>
    public int MaxBlockFrames;

    /// <summary>Sample rate, in Hz.</summary>
    public double SampleRate;
}
