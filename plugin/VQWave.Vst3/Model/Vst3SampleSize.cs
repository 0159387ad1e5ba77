namespace VQWave.Vst3;

/// <summary>The type of samples.</summary>
public enum Vst3SampleSize
{
    /// <summary>32-bit floating point.</summary>
    Float32 = 0,

    /// <summary>64-bit floating point.</summary>
    Float64 = 1,
}
