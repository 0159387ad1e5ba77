using System.Runtime.InteropServices;

namespace VQWave.Vst3;

/// <summary>The transport at the first sample of a block. <see cref="State"/> says which fields hold something.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct Vst3ProcessContext
{
    /// <summary>State and valid fields.</summary>
    public Vst3ContextFlags State;

    /// <summary>Sample rate, in Hz; always valid.</summary>
    public double SampleRate;

    /// <summary>Position in the project, in samples; always valid, may jump with a loop.</summary>
    public long ProjectTimeSamples;

    /// <summary>System time, in nanoseconds.</summary>
    public long SystemTime;

    /// <summary>Samples since the transport started, without loops.</summary>
    public long ContinuousTimeSamples;

    /// <summary>Position, in quarter notes.</summary>
    public double ProjectTimeMusic;

    /// <summary>Start of the bar, in quarter notes.</summary>
    public double BarPositionMusic;

    /// <summary>Start of the loop, in quarter notes.</summary>
    public double CycleStartMusic;

    /// <summary>End of the loop, in quarter notes.</summary>
    public double CycleEndMusic;

    /// <summary>Quarter notes per minute.</summary>
    public double Tempo;

    /// <summary>Upper number of the time signature.</summary>
    public int TimeSignatureNumerator;

    /// <summary>Lower number of the time signature.</summary>
    public int TimeSignatureDenominator;

    /// <summary>Chord.</summary>
    public Vst3Chord Chord;

    /// <summary>SMPTE offset, in subframes (1/80 of a frame).</summary>
    public int SmpteOffsetSubframes;

    /// <summary>Frame rate.</summary>
    public Vst3FrameRate FrameRate;

    /// <summary>Samples to the next MIDI clock (24 a quarter note); may be negative.</summary>
    public int SamplesToNextClock;
}
