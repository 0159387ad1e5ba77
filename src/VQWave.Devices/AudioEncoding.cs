namespace VQWave.Devices;

/// <summary>How samples are stored in a file. Ogg Vorbis has an encoding of its own and ignores this choice.</summary>
public enum AudioEncoding
{
    /// <summary>16-bit integers, rounded to nearest, clamped at full scale.</summary>
    Pcm16,

    /// <summary>24-bit integers, rounded to nearest, clamped at full scale.</summary>
    Pcm24,

    /// <summary>32-bit floats, stored as they are, also beyond full scale; wav only.</summary>
    Float32,
}
