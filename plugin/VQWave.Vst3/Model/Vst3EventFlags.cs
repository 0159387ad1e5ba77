namespace VQWave.Vst3;

/// <summary>Properties of an event.</summary>
[Flags]
public enum Vst3EventFlags : ushort
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>Played live rather than read from a track.</summary>
    IsLive = 1 << 0,

    /// <summary>Free for the host.</summary>
    UserReserved1 = 1 << 14,

    /// <summary>Free for the host.</summary>
    UserReserved2 = 1 << 15,
}
